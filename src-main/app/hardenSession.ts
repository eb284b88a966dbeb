import type { Session } from 'electron';
import { APP_SCHEME, isOwnPage } from './appScheme.ts';

/** What a page may load besides Lathe's own scheme; none of them leaves the machine. */
const LOCAL_SCHEMES: ReadonlySet<string> = new Set([`${APP_SCHEME}:`, 'blob:', 'data:', 'devtools:']);

/**
 * The one permission that Lathe's own page has: the Copy buttons. Writing plain text after a click asks nobody in
 * any browser either; reading the clipboard stays denied. Electron would grant every permission by default.
 */
const OWN_PERMISSION = 'clipboard-sanitized-write';

/** Denies every permission and device but one (above), and every request that is not to Lathe itself. */
export function hardenSession(session: Session, warn: (message: string) => void): void {
  session.setPermissionRequestHandler((...[, permission, answer, details]) => {
    answer(permission === OWN_PERMISSION && details.isMainFrame && isOwnPage(details.requestingUrl));
  });
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === OWN_PERMISSION && isOwnPage(origin));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, answer) => {
    const scheme = URL.parse(details.url)?.protocol ?? '';
    const cancel = !LOCAL_SCHEMES.has(scheme);
    if (cancel) warn(`The window asked for ${details.url.slice(0, 120)}; it was refused`);
    answer({ cancel });
  });
}
