import { describe, expect, it } from 'vitest';
import { formatFragment, formatRoute, parseFragment, parseRoute, type Route, tabKey } from '../../../src-renderer/lib/route.ts';

const ROUTES: Route[] = [
  { place: 'home' },
  { place: 'models' },
  { place: 'settings', section: 'undo' },
  { place: 'manual', page: 'asking' },
  { place: 'knowledge', knowledgeId: 'k', filter: 'a & b?', state: 'failed' },
  { place: 'knowledge', knowledgeId: 'k', state: 'ready', format: 'pdf', path: 'manuals/*&?.pdf', before: '2026-01-31' },
  { place: 'ask', conversationId: 'c' },
  { place: 'ask', knowledgeId: 'k', language: 'en, de', author: 'Ada ', after: '2026-01-31' },
  { place: 'file', path: 'knowledge/über #1.yaml' },
  { place: 'document', documentId: 'd', name: 'a/b?.pdf', parsed: 'f', start: 0, end: 12 },
];

describe('routes', () => {
  it('are the same after being written into an address and read again', () => {
    for (const route of ROUTES) expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  it('carry the project in the fragment', () => {
    const projectId = '01930001-0000-7000-8000-000000000001';
    for (const route of ROUTES) expect(parseFragment(formatFragment(projectId, route))).toEqual({ projectId, route });
    expect(parseFragment('#code=abc')).toBeNull();
  });

  it('of an unknown or incomplete kind are no route', () => {
    expect([parseRoute('nowhere'), parseRoute(''), parseRoute('file'), parseRoute('document?name=x')]).toEqual([null, null, null, null]);
  });

  it('leave out a span that is none', () => {
    expect(parseRoute('document?documentId=d&name=n&start=9&end=3')).toEqual({ place: 'document', documentId: 'd', name: 'n' });
    expect(parseRoute('document?documentId=d&name=n&start=-1&end=3')).toEqual({ place: 'document', documentId: 'd', name: 'n' });
  });

  it('share a tab when they show the same thing', () => {
    expect(tabKey({ place: 'ask', conversationId: 'a' })).toBe(tabKey({ place: 'ask' }));
    expect(tabKey({ place: 'file', path: 'a' })).not.toBe(tabKey({ place: 'file', path: 'b' }));
  });
});
