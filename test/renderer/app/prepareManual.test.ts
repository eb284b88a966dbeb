import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MANUAL_START, manualLink, prepareContents } from '../../../src-renderer/app/prepareManual.ts';
import { formatRoute, parseRoute } from '../../../src-renderer/lib/route.ts';

const MANUAL = new URL('../../../docs/manual/', import.meta.url);

describe('the manual in the window', () => {
  it('lists every page of the manual, the first one among them', async () => {
    const pages = prepareContents(await readFile(new URL('README.md', MANUAL), 'utf8')).map(({ page }) => `${page}.md`);
    expect(pages.toSorted()).toEqual((await readdir(MANUAL)).filter((name) => name.endsWith('.md') && name !== 'README.md').toSorted());
    expect(pages).toContain(`${MANUAL_START}.md`);
  });

  it('follows links to its own pages only', () => {
    expect(['asking.md', 'models.md#offline', 'https://example.org/a.md', '../README.md', 'javascript:x', undefined].map(manualLink)).toEqual(['asking', 'models', null, null, null, null]);
  });

  it('has an address of its own', () => {
    expect(parseRoute(formatRoute({ place: 'manual', page: 'asking' }))).toEqual({ place: 'manual', page: 'asking' });
  });
});
