import type { ErrorBody } from './errors.ts';

/** Errors travel as data: one thrown across the process boundary would keep nothing but its message. */
export type BridgeAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorBody };

/**
 * What only a desktop can do, as `window.lathe` in Electron; absent in a browser, where each item has a fallback
 * (`system.browse`, a copied path, an ordinary link). This is the whole of it: no other channel exists.
 */
export interface DesktopBridge {
  /** `process.platform` of the machine. */
  readonly platform: string;
  /** The system's file dialog: absolute paths, none when the user cancelled. */
  openFiles(): Promise<BridgeAnswer<readonly string[]>>;
  /** The system's folder dialog: an absolute path, null when the user cancelled. */
  openFolder(): Promise<BridgeAnswer<string | null>>;
  /** Shows an absolute path in the system's file manager. Fails with INPUT_INVALID or PATH_UNREADABLE. */
  showInFolder(path: string): Promise<BridgeAnswer<null>>;
  /** Asks the user and opens a http, https or mailto address outside Lathe; false when the user declined. Fails with INPUT_INVALID. */
  openExternal(url: string): Promise<BridgeAnswer<boolean>>;
}
