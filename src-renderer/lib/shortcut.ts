/** `Mod+K`, `Mod+Enter`, `?`, `J`, or two keys one after the other (`G H`). Mod is Command on macOS and Control elsewhere. */
export type Shortcut = string;

export interface KeyPress {
  readonly key: string;
  /** The key's place on the board, `KeyN`: with Option a Mac types another character. */
  readonly code?: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export function isMac(platform: string): boolean {
  return /mac|iphone|ipad/i.test(platform);
}

/** True when the key press is the shortcut. A bare character ignores Shift, which may be how it is typed (`?`). */
export function matchesShortcut(shortcut: Shortcut, press: KeyPress, mac: boolean): boolean {
  const parts = shortcut.split('+');
  const key = parts.pop() ?? '';
  const wantsMod = parts.includes('Mod');
  const mod = mac ? press.metaKey : press.ctrlKey;
  const otherMod = mac ? press.ctrlKey : press.metaKey;
  if (mod !== wantsMod || otherMod || press.altKey !== parts.includes('Alt')) return false;
  const bare = key.length === 1 && !/[a-z0-9]/i.test(key);
  if (!bare && press.shiftKey !== parts.includes('Shift')) return false;
  if (mac && press.altKey && press.code !== undefined) return press.code === codeOf(key);
  return press.key.toLowerCase() === key.toLowerCase();
}

const CODES: Readonly<Record<string, string>> = { '[': 'BracketLeft', ']': 'BracketRight' };

function codeOf(key: string): string {
  return CODES[key] ?? (/^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key);
}

/** Keys as they are printed: `Ctrl K` or `⌘ K`. */
export function shortcutKeys(shortcut: Shortcut, mac: boolean): string[] {
  const names: Record<string, string> = mac
    ? { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↵', ArrowRight: '→', ArrowLeft: '←' }
    : { Mod: 'Ctrl', ArrowRight: '→', ArrowLeft: '←' };
  if (shortcut.includes(' ')) return shortcut.split(' ');
  return shortcut.split('+').map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

/** What types a character belongs to the text: single keys everywhere, and Option chords on a Mac. */
export function yieldsToTyping(shortcut: Shortcut, mac: boolean): boolean {
  if (shortcut.includes('Mod+') || shortcut === 'Escape') return false;
  return mac || !shortcut.includes('Alt+');
}
