import type { MenuItemConstructorOptions } from 'electron';

type Role = NonNullable<MenuItemConstructorOptions['role']>;

/** One line of a menu: a role of Electron's, or a line between groups. `own` = the shortcut belongs to the window. */
export interface MenuRow {
  readonly role?: Role;
  readonly own?: true;
}

export interface MenuColumn {
  readonly label: string;
  readonly rows: readonly MenuRow[];
}

const line: MenuRow = {};

/**
 * The menus are Electron's own roles and nothing else: every action of Lathe is in the window's command palette, the
 * same in Electron and in a browser. Rows marked `own` leave their shortcut to the page (Ctrl W closes a tab there).
 */
export const MENU_TABLE: readonly MenuColumn[] = [
  { label: 'File', rows: [{ role: 'close', own: true }, line, { role: 'quit' }] },
  {
    label: 'Edit',
    rows: [{ role: 'undo', own: true }, { role: 'redo', own: true }, line, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
  },
  { label: 'View', rows: [{ role: 'reload' }, { role: 'toggleDevTools' }, line, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, line, { role: 'togglefullscreen' }] },
  { label: 'Window', rows: [{ role: 'minimize' }, { role: 'zoom' }] },
  { label: 'Help', rows: [{ role: 'about' }] },
];

const MAC_COLUMN: MenuColumn = {
  label: 'Lathe',
  rows: [{ role: 'about' }, line, { role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, line, { role: 'quit' }],
};

function toItem(row: MenuRow): MenuItemConstructorOptions {
  if (row.role === undefined) return { type: 'separator' };
  return row.own ? { role: row.role, registerAccelerator: false } : { role: row.role };
}

/** The table as Electron wants it; macOS has the program's own menu first. */
export function menuTemplate(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const columns = platform === 'darwin' ? [MAC_COLUMN, ...MENU_TABLE] : MENU_TABLE;
  return columns.map(({ label, rows }) => ({ label, submenu: rows.map(toItem) }));
}
