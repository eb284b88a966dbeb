/** `Mod+K`, `Mod+Enter`, `?`, `J`, or two keys one after the other (`G H`). Mod is Command on macOS and Control elsewhere. */
export type Shortcut = string;

export interface KeyPress {
  readonly key: string;
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
  return press.key.toLowerCase() === key.toLowerCase();
}

/** Keys as they are printed: `Ctrl K` or `⌘ K`. */
export function shortcutKeys(shortcut: Shortcut, mac: boolean): string[] {
  const names: Record<string, string> = mac
    ? { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↵', ArrowRight: '→', ArrowLeft: '←' }
    : { Mod: 'Ctrl', ArrowRight: '→', ArrowLeft: '←' };
  if (shortcut.includes(' ')) return shortcut.split(' ');
  return shortcut.split('+').map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

/** Single keys belong to what is being typed; chords with Mod do not. */
export function yieldsToTyping(shortcut: Shortcut): boolean {
  return !shortcut.includes('Mod+') && shortcut !== 'Escape';
}
