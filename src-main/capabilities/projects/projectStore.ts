import { readCommand, tables, writeCommand } from '../../storage/command.ts';
import type { ProjectTables } from './projectTables.ts';

const db = tables<ProjectTables>();

export type RecentRow = ProjectTables['projects_recent'];

export const recentProjects = readCommand('projects.recent', (sql): RecentRow[] => sql.all(db.selectFrom('projects_recent').selectAll().orderBy('opened_at_ms', 'desc').limit(50)));

/** Remembers that a project was opened. `trusted` is only ever raised here; nothing lowers it but removing the row. */
export const rememberProject = writeCommand('projects.remember', (sql, row: RecentRow): void => {
  sql.run(
    db
      .insertInto('projects_recent')
      .values(row)
      .onConflict((conflict) =>
        conflict.column('folder').doUpdateSet((update) => ({
          id: row.id,
          name: row.name,
          opened_at_ms: row.opened_at_ms,
          trusted: update.fn<number>('max', ['projects_recent.trusted', 'excluded.trusted']),
        })),
      ),
  );
});

export const trustedFolder = readCommand('projects.trusted', (sql, folder: string): boolean => sql.first(db.selectFrom('projects_recent').select('trusted').where('folder', '=', folder))?.trusted === 1);

export const readSettings = readCommand('projects.readSettings', (sql): Record<string, unknown> =>
  Object.fromEntries(sql.all(db.selectFrom('projects_settings').selectAll()).map((row) => [row.name, JSON.parse(row.value) as unknown])),
);

export const writeSettings = writeCommand('projects.writeSettings', (sql, settings: Readonly<Record<string, unknown>>): void => {
  for (const [name, value] of Object.entries(settings)) {
    const text = JSON.stringify(value);
    sql.run(
      db
        .insertInto('projects_settings')
        .values({ name, value: text })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: text })),
    );
  }
});

export const projectStoreCommands = [recentProjects, rememberProject, trustedFolder, readSettings, writeSettings];
