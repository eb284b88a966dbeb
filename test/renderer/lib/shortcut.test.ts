import { describe, expect, it } from 'vitest';
import { type KeyPress, matchesShortcut, shortcutKeys, yieldsToTyping } from '../../../src-renderer/lib/shortcut.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

describe('shortcuts', () => {
  it('mean Control on Linux and Windows and Command on macOS', () => {
    expect(matchesShortcut('Mod+K', press('k', { ctrlKey: true }), false)).toBe(true);
    expect(matchesShortcut('Mod+K', press('k', { metaKey: true }), true)).toBe(true);
    expect(matchesShortcut('Mod+K', press('k', { ctrlKey: true }), true)).toBe(false);
    expect(matchesShortcut('Mod+K', press('k'), false)).toBe(false);
  });

  it('tell Shift and Alt apart, but not the Shift that a character is typed with', () => {
    expect(matchesShortcut('Mod+Shift+A', press('A', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
    expect(matchesShortcut('Mod+A', press('A', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(matchesShortcut('?', press('?', { shiftKey: true }), false)).toBe(true);
    expect(matchesShortcut('Alt+W', press('w', { altKey: true }), false)).toBe(true);
  });

  it('are printed as keys and yield to typing unless they hold a modifier', () => {
    expect([shortcutKeys('Mod+K', false), shortcutKeys('Mod+K', true), shortcutKeys('G H', false)]).toEqual([['Ctrl', 'K'], ['⌘', 'K'], ['G', 'H']]);
    expect([yieldsToTyping('G H', false), yieldsToTyping('?', false), yieldsToTyping('Mod+K', false)]).toEqual([true, true, false]);
  });

  it('with Alt work while a question is typed, except on a Mac, where Option types a character', () => {
    expect([yieldsToTyping('Alt+N', false), yieldsToTyping('Alt+N', true)]).toEqual([false, true]);
  });

  it('with Option are known on a Mac by the place of the key, whatever character it types', () => {
    expect(matchesShortcut('Alt+W', press('∑', { altKey: true, code: 'KeyW' }), true)).toBe(true);
    expect(matchesShortcut('Alt+]', press('‘', { altKey: true, code: 'BracketRight' }), true)).toBe(true);
    expect(matchesShortcut('Alt+N', press('∑', { altKey: true, code: 'KeyW' }), true)).toBe(false);
  });
});
