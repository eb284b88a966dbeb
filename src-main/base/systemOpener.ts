/** The program that shows a URL in the person's browser, with its first arguments; null where there is nothing that could (no display). */
export function systemOpener(): readonly [string, readonly string[]] | null {
  if (process.platform === 'darwin') return ['open', []];
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler']];
  const display = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  return display === undefined || display === '' ? null : ['xdg-open', []];
}
