import { describe, expect, test } from 'vitest';
import type { ParsePreview } from '#contract/preview.ts';
import { containerLines, documentLines } from '../../../src-main/cli/previewText.ts';

const TEXT = 'Pump\n\nOil it in May.\n\nThe end.';
const preview: ParsePreview = {
  file: 'pump.pdf',
  format: 'pdf',
  title: 'Pump\nmanual',
  bytes: 2_048,
  language: 'en',
  metadata: { author: 'Ada' },
  text: TEXT,
  blocks: [
    { kind: 'heading', start: 0, end: 4, level: 1, page: 1 },
    { kind: 'paragraph', start: 6, end: 20, page: 1 },
    { kind: 'paragraph', start: 22, end: 30, page: 3 },
  ],
  pages: [{ width: 1, height: 1, hasText: true }, { width: 1, height: 1, hasText: false }, { width: 1, height: 1, hasText: true }, { width: 1, height: 1, hasText: false }],
  chunks: [
    { start: 0, end: 20, tokens: 7 },
    { start: 22, end: 30, tokens: 3 },
  ],
  warnings: [{ code: 'scanned-page', message: 'This page is a picture', page: 2 }],
  removed: { 'running line': 40 },
};

describe('a preview as it is printed', () => {
  test('has the facts, then the whole text with a line before each page and each chunk', () => {
    expect(documentLines(preview)).toEqual([
      'pump.pdf: pdf, 4 pages, 2 chunks, 2.0 kB, en',
      'title: Pump\\nmanual',
      'author: Ada',
      'warning, page 2: This page is a picture',
      'left out: 40 characters as running line',
      '',
      '=== page 1 ===',
      '--- chunk 1, 7 tokens ---',
      'Pump\n\nOil it in May.',
      '=== page 2, no text ===',
      '=== page 3 ===',
      '--- chunk 2, 3 tokens ---',
      'The end.',
      '=== page 4, no text ===',
    ]);
  });

  test('shows text before the first chunk, and a document without pages', () => {
    const lines = documentLines({ ...preview, pages: null, chunks: [{ start: 6, end: 30, tokens: 9 }], warnings: [], removed: {}, metadata: {}, language: null });
    expect(lines.slice(2)).toEqual(['', 'Pump', '--- chunk 1, 9 tokens ---', 'Oil it in May.\n\nThe end.']);
  });

  test('of a container names what it holds and what was left out', () => {
    expect(containerLines({ file: 'box.zip', kind: 'zip', bytes: 10, members: [{ name: 'a\nb.md', bytes: 5 }], problems: [{ name: 'c.png', reason: 'Images are not read' }] })).toEqual([
      'box.zip: zip, 1 document, 10 B',
      '  a\\nb.md (5 B)',
      '  left out c.png: Images are not read',
    ]);
  });
});
