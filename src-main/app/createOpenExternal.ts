import type { BrowserWindow, Dialog, Shell } from 'electron';
import { AppError } from '../base/appError.ts';

const MAX_LENGTH = 2_000;
const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:']);
/** What a mail program may be given. `attach` would put a file of the user's into the message. */
const MAIL_FIELDS: ReadonlySet<string> = new Set(['subject', 'body', 'cc', 'bcc']);
// Control characters, blanks and what command lines of mail programs and browsers have been broken with.
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Z}"<>`|^{}\\]/u;

function refuse(url: unknown, reason: string): never {
  const shown = typeof url === 'string' ? JSON.stringify(url.slice(0, 120)) : typeof url;
  throw new AppError('INPUT_INVALID', `Lathe does not open ${shown}: ${reason}`, { hint: 'Only http, https and mailto addresses are opened outside Lathe.' });
}

/** The normalised address and what the user is asked about. Throws INPUT_INVALID for anything but a plain http, https or mailto address. */
export function checkExternalUrl(url: unknown): { readonly href: string; readonly target: string } {
  if (typeof url !== 'string') refuse(url, 'it is not text');
  if (url.length > MAX_LENGTH) refuse(url, `it has ${url.length} characters, at most ${MAX_LENGTH} are taken`);
  if (FORBIDDEN.test(url)) refuse(url, 'it holds characters that no address has');
  const parsed = URL.parse(url);
  if (parsed === null) refuse(url, 'it is not an address');
  if (!SCHEMES.has(parsed.protocol)) refuse(url, `its scheme "${parsed.protocol.slice(0, 40)}" is not allowed`);
  if (parsed.username !== '' || parsed.password !== '') refuse(url, 'it carries a user name, which can hide the real host');
  if (parsed.protocol !== 'mailto:') return { href: parsed.href, target: parsed.host };
  if (!/^[^@/]+@[^@/]+$/.test(parsed.pathname)) refuse(url, 'it names no one mail address');
  for (const field of parsed.searchParams.keys()) if (!MAIL_FIELDS.has(field.toLowerCase())) refuse(url, `its field "${field.slice(0, 40)}" is not allowed`);
  return { href: parsed.href, target: parsed.pathname };
}

export interface OpenExternalParts {
  readonly shell: Pick<Shell, 'openExternal'>;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  readonly window: () => BrowserWindow | null;
}

export type OpenExternal = (url: unknown) => Promise<boolean>;

/**
 * The only way out of the window to another program: every link, window.open, navigation and bridge call ends here.
 * Asks first, naming the host as it is (punycode, not what it looks like). One question at a time: a page cannot
 * bury the user in them. Resolves to false when the user declined; rejects with INPUT_INVALID.
 */
export function createOpenExternal(parts: OpenExternalParts): OpenExternal {
  let asking = false;
  return async (url) => {
    const { href, target } = checkExternalUrl(url);
    const window = parts.window();
    if (asking || window === null) return false;
    asking = true;
    try {
      const { response } = await parts.dialog.showMessageBox(window, {
        type: 'question',
        message: `Open ${target} outside Lathe?`,
        detail: href,
        buttons: ['Open', 'Cancel'],
        defaultId: 0,
        cancelId: 1,
        noLink: true,
      });
      if (response !== 0) return false;
      await parts.shell.openExternal(href);
      return true;
    } finally {
      asking = false;
    }
  };
}
