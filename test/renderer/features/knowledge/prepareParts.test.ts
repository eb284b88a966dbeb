import { describe, expect, test } from 'vitest';
import { prepareVectors } from '../../../../src-renderer/features/knowledge/prepareDocuments.ts';
import { draftFilter, draftOf, filterChips, narrowingOf, NO_FILTER } from '../../../../src-renderer/features/knowledge/prepareFilter.ts';
import { nearestPoint, prepareMap } from '../../../../src-renderer/features/knowledge/map/prepareMap.ts';
import { describePreview, removedLines, statedFacts } from '../../../../src-renderer/features/knowledge/preview/preparePreview.ts';
import { contactedOrigin, draftSource, EMPTY_DRAFT, liesNearby, originOf } from '../../../../src-renderer/features/knowledge/sources/prepareSources.ts';
import { embedderChoices, prepareComparison, prepareSnapshots } from '../../../../src-renderer/features/knowledge/snapshots/prepareSnapshots.ts';
import { formatRoute, parseRoute } from '../../../../src-renderer/lib/route.ts';
import { makeBase, makeDocument, makeModels, NOW } from '../../fakeData.ts';
import { makeComparison, makeMap, makePreview, makeSnapshots } from '../../fakeKnowledge.ts';

const documents = Array.from({ length: 40 }, (_, index) => makeDocument(index));

describe('snapshots', () => {
  test('offer what can be done with each: serve, take the swap back, compare, purge, never purge the one that serves', () => {
    const rows = prepareSnapshots(makeSnapshots(documents), NOW);
    expect(rows.map(({ word, can }) => `${word}: ${Object.entries(can).flatMap(([name, yes]) => (yes ? [name] : [])).join(' ')}`)).toEqual(['Serving: pause', 'Ready to serve: swap compare purge', 'Former: undo compare purge', 'Failed: purge']);
    expect(rows[0]).toMatchObject({ vectors: '62 %', behind: '' });
    expect(rows[1]).toMatchObject({ vectors: 'complete', fraction: null, behind: '3 documents' });
  });

  test('differ only where the interval leaves zero out', () => {
    const comparison = makeComparison();
    expect(prepareComparison(comparison).headline).toBe('No difference that 24 questions could tell');
    expect(prepareComparison({ ...comparison, gain: { mean: 0.1, low: 0.02, high: 0.2 } })).toMatchObject({ headline: 'Better on 24 questions', meaning: 'good', disk: '81 MB on disk instead of 42 MB (+39 MB)' });
    expect(prepareComparison({ ...comparison, gain: { mean: -0.1, low: -0.2, high: -0.01 } }).headline).toBe('Worse on 24 questions');
    expect(prepareComparison(comparison).lost.map(({ change }) => change)).toEqual(['place 2 → not found']);
  });

  test('say in their comparison when a side was searched without all of its transformer vectors', () => {
    const comparison = makeComparison();
    expect(prepareComparison({ ...comparison, vectorsComplete: { before: true, after: true } }).partial).toBeNull();
    expect(prepareComparison({ ...comparison, vectorsComplete: { before: true, after: false } }).partial).toContain('not complete in the new one');
  });

  test('are built with embedders only, those that are here first', () => {
    expect(embedderChoices(makeModels())).toEqual([{ value: 'all-minilm-l6-v2', label: 'MiniLM L6 v2 int8' }]);
  });
});

describe('the second stage', () => {
  test('says how much, how fast and how long still, and whether it can be paused', () => {
    const base = { ...makeBase(documents), chunks: 100 };
    const at = (vectors: (typeof base)['stages']['vectors']) => prepareVectors({ ...base, stages: { ...base.stages, vectors } });
    expect(at({ state: 'running', done: 25, total: 100, rate: 4.25, leftMs: 18_000 })).toEqual({ text: 1, vectors: 0.25, words: '25 / 100 chunks · 4.3 chunks/s · 20 s left', can: 'pause' });
    expect(at({ state: 'paused', done: 25, total: 100, rate: 4, leftMs: 18_000 })).toMatchObject({ words: '25 / 100 chunks', can: 'resume' });
    expect(at({ state: 'complete', done: 100, total: 100, rate: null, leftMs: null })).toBeNull();
  });
});

describe('the map', () => {
  test('gives the largest folders a colour each, the rest one together, and keeps both axes at one scale', () => {
    const map = makeMap(documents, 400);
    const view = prepareMap(map);
    expect(view.groups.map(({ name }) => name)).toEqual(['knowledge', 'howto', 'library', 'models', 'notes', 'papers', '3 other folders']);
    expect(view.groups.reduce((sum, { points }) => sum + points, 0)).toBe(400);
    expect(Math.min(...view.x, ...view.y)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...view.x, ...view.y)).toBeLessThanOrEqual(1);
    expect(view.caption).toBe('400 of 1,360 chunks · all-minilm-l6-v2 · the two axes hold 28 % of the differences');
  });

  test('finds the nearest point within reach, and none beyond it', () => {
    const points = { x: [0.1, 0.5, 0.52], y: [0.1, 0.5, 0.5] };
    expect([nearestPoint(points, { x: 0.515, y: 0.5 }, 0.05), nearestPoint(points, { x: 0.9, y: 0.9 }, 0.05)]).toEqual([2, -1]);
  });
});

describe('a source', () => {
  test('is an address of http without a user name, and says whom Lathe will contact', () => {
    expect([originOf('https://docs.example.org/guide/'), originOf('ftp://docs.example.org/'), originOf('https://me:secret@docs.example.org/'), originOf('docs')]).toEqual(['https://docs.example.org', null, null, null]);
    expect(contactedOrigin({ git: 'https://example.org/project.git', commit: 'main' })).toBe('https://example.org');
    expect(contactedOrigin({ git: '/home/ada/project', commit: 'main' })).toBeNull();
    expect(contactedOrigin('/home/ada')).toBeNull();
  });

  test('is there only when what it needs is written', () => {
    expect(draftSource({ ...EMPTY_DRAFT, at: 'https://docs.example.org/', maxPages: 20 })).toEqual({ site: 'https://docs.example.org/', maxPages: 20 });
    expect(draftSource({ ...EMPTY_DRAFT, kind: 'git', at: '/home/ada/project' })).toBeNull();
    expect(draftSource({ ...EMPTY_DRAFT, kind: 'git', at: '/home/ada/project', commit: 'v1', folder: ' docs ' })).toEqual({ git: '/home/ada/project', commit: 'v1', folder: 'docs' });
    expect(draftSource({ ...EMPTY_DRAFT, kind: 'api', at: 'https://example.org/api', items: 'data', text: 'title, body', next: 'page' })).toEqual({ api: 'https://example.org/api', items: 'data', text: ['title', 'body'], next: { by: 'page', parameter: 'page' } });
    expect(draftSource({ ...EMPTY_DRAFT, kind: 'watch', at: '/home/ada/notes' })).toEqual({ folder: '/home/ada/notes', watch: true });
  });
});

describe('a filter', () => {
  test('sends what is written and nothing of what is empty', () => {
    const draft = { ...NO_FILTER, format: 'pdf', language: 'en, de', path: ' manuals/ ', after: '2026-01-31' };
    expect(draftFilter(draft)).toEqual({ format: ['pdf'], language: ['en', 'de'], path: 'manuals/', after: '2026-01-31' });
    expect(filterChips(draft).map(({ text }) => text)).toEqual(['PDF', 'language en, de', 'manuals/', 'since 2026-01-31']);
    expect(draftFilter(NO_FILTER)).toBeNull();
    expect(draftFilter({ ...NO_FILTER, after: 'yesterday' })).toBeNull();
  });

  test('is kept in the address of a view as it is written, also half a day', () => {
    const draft = { ...NO_FILTER, author: 'Ada ', after: '2026-0' };
    expect(narrowingOf(draft)).toEqual({ author: 'Ada ', after: '2026-0' });
    const again = parseRoute(formatRoute({ place: 'ask', knowledgeId: 'k', ...narrowingOf(draft) }));
    expect(again?.place === 'ask' && draftOf(again)).toEqual(draft);
    expect(draftOf({})).toEqual(NO_FILTER);
  });
});

describe('a preview', () => {
  test('tells what it would become and what cleaning takes out, most first', () => {
    const preview = makePreview('/home/ada/a.html', undefined);
    if (preview.kind !== 'document') throw new Error('Expected a document');
    expect(describePreview(preview.document)).toBe('HTML · 18 kB · 7 blocks · 2 chunks of 152 tokens · en');
    expect(removedLines({ text: 'x'.repeat(900), removed: { navigation: 90, 'hidden-text': 10, footer: 0 } })).toEqual([{ reason: 'navigation', amount: '90 characters (9 %)' }, { reason: 'hidden text', amount: '10 characters (1 %)' }]);
  });

  test('names what a document says of itself in words, shows dates as the list does, and drops nothing', () => {
    const metadata = { author: 'Ada Lovelace', 'date-modified': '2026-03-02', created: '2026-02-01T12:00:00Z', url: 'https://docs.example.org/', 'article:reviewed_by': 'Grace', title: 'Snapshots' };
    const facts = statedFacts({ title: 'Snapshots', language: 'en', metadata });
    expect(facts.map(({ name, value }) => `${name}: ${String(value)}`)).toEqual(['Title: Snapshots', 'Language: en', 'Author: Ada Lovelace', 'Modified: 2 Mar 2026', 'Created: 1 Feb 2026', 'Address: https://docs.example.org/', 'Article reviewed by: Grace']);
    expect(facts.find(({ name }) => name === 'Created')?.title).toMatch(/^1 Feb 2026.*:00:00/);
  });

  test('tells apart what reads the same, and leaves what is no date as it is written', () => {
    const facts = statedFacts({ title: 'Snapshots', language: null, metadata: { modified: '2026-03-02', 'date-modified': '2026-03-05', title: 'A draft', published: 'last spring', version: '2026-13-40' } });
    expect(facts.map(({ name, value }) => `${name}: ${String(value)}`)).toEqual(['Title: Snapshots', 'Modified: 2 Mar 2026', 'Modified (date-modified): 5 Mar 2026', 'Title (title): A draft', 'Published: last spring', 'Version: 2026-13-40']);
  });
});

test('an address of this machine or of a private network is known by how it is written', () => {
  const near = ['http://127.0.0.1:9', 'http://localhost:8080', 'http://wiki.localhost', 'http://10.1.2.3', 'https://192.168.0.4', 'http://172.20.1.1', 'http://[::1]:80', 'http://[fd00::1]'];
  const far = ['https://docs.example.org', 'http://172.32.1.1', 'http://11.1.2.3', 'http://169.254.169.254', 'https://10.example.org', 'http://localhost.example.org'];
  expect(near.filter((origin) => !liesNearby(origin))).toEqual([]);
  expect(far.filter(liesNearby)).toEqual([]);
});
