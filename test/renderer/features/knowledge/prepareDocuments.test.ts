import { describe, expect, it } from 'vitest';
import type { DocumentView } from '#contract/knowledge.ts';
import { blockAt, boxesOf, prepareBlocks } from '../../../../src-renderer/features/knowledge/prepareBlocks.ts';
import { baseState, describeAsked, describeBase, pagesInView, prepareDocumentRow } from '../../../../src-renderer/features/knowledge/prepareDocuments.ts';
import { digest, jobId, KNOWLEDGE, makeBase, makeDocument, NOW } from '../../fakeData.ts';

describe('rows of documents', () => {
  it('carry the reason of a failure and leave out figures that do not exist', () => {
    expect(prepareDocumentRow(makeDocument(9), NOW)).toMatchObject({ file: 'scans/contract.pdf', word: 'Failed', chunks: '', reason: expect.stringContaining('scans without text') });
    expect(prepareDocumentRow(makeDocument(4), NOW)).toMatchObject({ word: 'Ready', format: 'PDF', pages: '7', warnings: '1', indexed: '4 min ago' });
  });

  it('show the date that filters and counts go by, also of what was never changed', () => {
    const changedAtMs = Date.parse('2026-03-03T10:00:00Z');
    expect(prepareDocumentRow({ ...makeDocument(4), createdAtMs: changedAtMs, modifiedAtMs: null, changedAtMs }, NOW).modified).toContain('2026');
    expect(prepareDocumentRow({ ...makeDocument(4), changedAtMs: null }, NOW)).toMatchObject({ modified: '', modifiedTitle: '' });
  });

  it('are read in the pages that are in view', () => {
    expect([pagesInView(0, 30, 200), pagesInView(190, 230, 200), pagesInView(9990, 10_000, 200), pagesInView(0, 0, 200)]).toEqual([[0], [0, 1], [49, 50], [0]]);
  });

  it('add up to one line and one state', () => {
    const base = makeBase(Array.from({ length: 100 }, (_, index) => makeDocument(index)));
    expect(describeBase(base, NOW)).toMatch(/^100 documents · 1 failed · 2 skipped · [\d,]+ chunks · \d+ MB · updated 5 min ago$/);
    expect([baseState(base).word, baseState({ ...base, job: jobId(1) }).word, baseState(makeBase([])).word]).toEqual(['Some failed', 'Ingesting', 'Empty']);
  });

  it('tell a knowledge base whose job waits for its turn from one that is being read', () => {
    const base = { ...makeBase([]), job: jobId(1) };
    expect([baseState(base, 'queued'), baseState(base, 'running')]).toEqual([{ meaning: 'waiting', word: 'Waiting for its turn' }, { meaning: 'running', word: 'Ingesting' }]);
  });
});

describe('what a question is asked of', () => {
  it('counts only what can be searched, and says that more is coming', () => {
    const base = { ...makeBase(Array.from({ length: 100 }, (_, index) => makeDocument(index))), chunks: 400 };
    const ready = `${base.documents.ready} documents`;
    expect(describeAsked(base, NOW)).toBe(`${ready} · 400 chunks · updated 5 min ago · 1 failed`);
    expect(describeAsked({ ...base, job: jobId(1), documents: { ...base.documents, failed: 0 } }, NOW)).toBe(`${ready} · 400 chunks · more are being read`);
  });
});

describe('the text of a document', () => {
  const text = 'Title\n\nOne two three.\n\na\tb\nc\td\n\nLast.';
  const view: DocumentView = {
    knowledgeId: KNOWLEDGE,
    document: { ...makeDocument(4), warnings: [{ code: 'scanned-page', message: 'Page 2 is a picture.', page: 2 }] },
    parsedDigest: digest(1),
    text,
    blocks: [
      { kind: 'heading', start: 0, end: 5, level: 1, page: 1 },
      { kind: 'paragraph', start: 7, end: 21, page: 1, boxes: [{ page: 1, x0: 1, y0: 2, x1: 3, y1: 4 }] },
      { kind: 'table', start: 23, end: 30, rows: [23, 27], page: 1 },
      { kind: 'paragraph', start: 32, end: 37, page: 2 },
    ],
    pages: null,
    chunks: [{ start: 0, end: 22, tokens: 5 }, { start: 23, end: 37, tokens: 7 }],
    source: 'same',
  };

  it('marks exactly the cited span and loses no character', () => {
    const blocks = prepareBlocks(view, { start: 11, end: 14 });
    expect(blocks[1]?.pieces).toEqual([{ start: 7, text: 'One ', marked: false }, { start: 11, text: 'two', marked: true }, { start: 14, text: ' three.', marked: false }]);
    expect(blocks.map(({ pieces }) => pieces.map((piece) => piece.text).join(''))).toEqual(view.blocks.map(({ start, end }) => text.slice(start, end)));
  });

  it('puts headings below the name of the document and leaves no level out, whatever the document does', () => {
    const levels = [4, 6, 4, 1, 3, 3, 2, 5];
    const blocks = levels.map((level, index) => ({ kind: 'heading' as const, start: index, end: index + 1, level }));
    const prepared = prepareBlocks({ ...view, blocks: [...blocks, { kind: 'paragraph', start: 9, end: 10 }] }, null);
    expect(prepared.map(({ outlineLevel }) => outlineLevel)).toEqual([2, 3, 2, 2, 3, 3, 3, 4, 0]);
    expect(prepared[0]?.level).toBe(4);
  });

  it('shows where chunks and pages begin, with the warnings of the page', () => {
    expect(prepareBlocks(view, null).map(({ chunks, page, warnings }) => [chunks.map(({ title }) => title).join(), page, warnings.join()])).toEqual([
      ['Chunk 1 of 2, 5 tokens', 1, ''],
      ['', null, ''],
      ['Chunk 2 of 2, 7 tokens', null, ''],
      ['', 2, 'Page 2 is a picture.'],
    ]);
  });

  it('cuts a table into rows and cells, the mark kept inside its cell', () => {
    const rows = prepareBlocks(view, { start: 29, end: 30 })[2]?.rows;
    expect(rows?.map((cells) => cells.map((pieces) => pieces.map(({ text: piece, marked }) => (marked ? `[${piece}]` : piece)).join('')))).toEqual([['a', 'b'], ['c', '[d]']]);
  });

  it('finds the block and the boxes of a span', () => {
    expect([blockAt(view.blocks, 0), blockAt(view.blocks, 22), blockAt(view.blocks, 99)]).toEqual([0, 2, 3]);
    expect(boxesOf(view, { start: 8, end: 9 }, 1)).toHaveLength(1);
    expect(boxesOf(view, { start: 8, end: 9 }, 2)).toEqual([]);
    expect(boxesOf(view, null, 1)).toEqual([]);
  });
});
