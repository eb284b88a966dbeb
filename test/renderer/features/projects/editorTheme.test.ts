import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { editorTheme } from '../../../../src-renderer/features/projects/editorTheme.ts';

const css = await readFile(new URL('../../../../src-renderer/ui/tokens.css', import.meta.url), 'utf8');

function tokens(scheme: 'light' | 'dark'): (name: string) => string {
  const block = new RegExp(`color-scheme='${scheme}'\\] \\{([^}]+)\\}`).exec(css)?.[1] ?? '';
  return (name) => new RegExp(`${name}: (#[0-9a-f]{6});`).exec(block)?.[1] ?? '';
}

/** Relative luminance of WCAG 2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

describe('the colours of the editor', () => {
  it.each(['light', 'dark'] as const)('stand out from its ground by 4.5 or more in the %s theme', (scheme) => {
    const { rules, colors } = editorTheme(scheme === 'dark', tokens(scheme));
    const ground = colors['editor.background'] ?? '';
    expect(ground).toMatch(/^#/);
    const faint = rules.filter(({ foreground }) => contrast(`#${foreground ?? ''}`, ground) < 4.5).map(({ token }) => token);
    expect(faint).toEqual([]);
  });
});
