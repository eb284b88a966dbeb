import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { describe, expect, it } from 'vitest';
import type { Block, BlockKind, ParsedDocument } from '#contract/document.ts';
import { chunkDocument } from '../../../../src-main/runtimes/parse/child/chunkDocument.ts';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { loadTokenCounter } from '../../../../src-main/runtimes/parse/child/tokenCounter.ts';
import { because } from '../../../helpers/because.ts';
import { starterModel } from '../../../helpers/starterModels.ts';

const countWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;

interface Part {
  readonly kind?: BlockKind;
  readonly text: string;
  readonly level?: number;
  readonly page?: number;
}

function documentOf(parts: readonly Part[]): ParsedDocument {
  let text = '';
  const blocks = parts.map((part): Block => {
    if (text !== '') text += '\n\n';
    const start = text.length;
    text += part.text;
    const rows = part.kind === 'table' ? part.text.split('\n').map((_, row, lines) => start + lines.slice(0, row).join('\n').length + (row > 0 ? 1 : 0)) : undefined;
    return {
      kind: part.kind ?? 'paragraph', start, end: text.length, ...(part.level === undefined ? {} : { level: part.level }), ...(part.page === undefined ? {} : { page: part.page }), ...(rows === undefined ? {} : { rows }),
    };
  });
  return { version: 1, format: 'html', title: 'Manual', text, blocks, cuts: [], removed: {}, metadata: {}, warnings: [] };
}

const heading = (text: string, level: number, page?: number): Part => ({ kind: 'heading', text, level, ...(page === undefined ? {} : { page }) });
const chunk = (parts: readonly Part[], maxTokens = 40) => chunkDocument(documentOf(parts), { version: 1, maxTokens }, countWords);
const sentence = (words: number): string => `${'word '.repeat(words - 1)}end.`;

describe('chunks', () => {
  it('are contiguous slices of the document, in order, that leave nothing out', () => {
    const document = documentOf([heading('Top', 1), { text: sentence(30) }, heading('Part', 2), { text: sentence(35) }, { text: `${sentence(20)} ${sentence(20)} ${sentence(20)}` }]);
    const chunks = chunkDocument(document, { version: 1, maxTokens: 40 }, countWords);
    for (const item of chunks) expect(item.text).toBe(document.text.slice(item.start, item.end));
    expect(chunks.map((item) => item.text).join('')).toBe(document.text);
    expect(chunks.every((item) => item.tokens <= 40)).toBe(true);
  });

  it('carry the headings above them, without the document\'s title', () => {
    const chunks = chunk([heading('Manual', 1), heading('Install', 2), { text: sentence(30) }, heading('Use', 2), { text: sentence(30) }, heading('Options', 3), { text: sentence(30) }]);
    expect(chunks.map((item) => item.headings)).toEqual([['Install'], ['Use'], ['Use', 'Options']]);
  });

  it('never end in a heading', () => {
    const chunks = chunk([heading('A', 1), { text: sentence(36) }, heading('B', 2), heading('C', 3), { text: sentence(36) }]);
    expect(chunks.map((item) => item.text.trim().split('\n').at(-1))).not.toContain('C');
    expect(chunks[1]?.text.startsWith('B')).toBe(true);
  });

  it('join small sections under one parent but never two parts of the document', () => {
    const small = [heading('Manual', 1), heading('One', 2), heading('a', 3), { text: sentence(5) }, heading('b', 3), { text: sentence(5) }, heading('Two', 2), { text: sentence(5) }];
    expect(chunk(small).map((item) => item.headings)).toEqual([['One'], ['Two']]);
  });

  it('never cross a page', () => {
    const chunks = chunk([{ text: sentence(5), page: 1 }, { text: sentence(5), page: 2 }, { text: sentence(5), page: 2 }]);
    expect(chunks.map((item) => item.page)).toEqual([1, 2]);
    expect(chunks[0]?.text).toBe(sentence(5));
  });

  it('keep tables and code whole where they fit, else cut them between rows and lines', () => {
    const row = (i: number): string => `row ${i} has five words`;
    const whole = chunk([{ text: sentence(35) }, { kind: 'table', text: [1, 2, 3].map(row).join('\n') }]);
    expect(whole.map((item) => item.kind)).toEqual(['paragraph', 'table']);
    const long = Array.from({ length: 20 }, (_, i) => row(i));
    const cut = chunk([{ kind: 'table', text: long.join('\n') }]);
    expect(cut.length).toBeGreaterThan(1);
    for (const item of cut) for (const line of item.text.trim().split('\n')) expect(long).toContain(line);
  });

  it('cut one endless word rather than exceed the limit without bound', () => {
    const count = (text: string): number => Math.ceil(text.length / 4);
    const chunks = chunkDocument(documentOf([{ text: 'x'.repeat(5000) }]), { version: 1, maxTokens: 64 }, count);
    expect(chunks.every((item) => item.tokens <= 64)).toBe(true);
    expect(chunks.map((item) => item.text).join('')).toBe('x'.repeat(5000));
  });

  it('of a real page hold each definition with its term', async () => {
    const html = `<html><body><h1>API</h1><dl>${Array.from({ length: 12 }, (_, i) => `<dt>function_${i}(a, b)</dt><dd><p>${'Does a thing with care. '.repeat(6)}</p></dd>`).join('')}</dl></body></html>`;
    const document = await parseBytes(Buffer.from(html), 'api.html');
    const chunks = chunkDocument(document, { version: 1, maxTokens: 80 }, countWords);
    for (let i = 0; i < 12; i++) expect(chunks.filter((item) => new RegExp(`function_${i}\\(a, b\\)\\s+Does a thing`).test(item.text))).toHaveLength(1);
  });
});

const minilm = await starterModel('all-minilm-l6-v2');

describe.skipIf('reason' in minilm)(`the token counter${because(minilm)}`, () => {
  it('counts what the reference tokenizer counts', () => {
    const path = 'reason' in minilm ? '' : join(minilm.folder, 'tokenizer.json');
    const count = loadTokenCounter(path);
    const reference = new Tokenizer(JSON.parse(readFileSync(path, 'utf8')) as object, {});
    const licence = readFileSync(new URL('../../../../LICENSE', import.meta.url), 'utf8');
    const hard = ['café naïve', '[CLS] foo [SEP]x', '日本語 text', 'a\u0000b', 'x'.repeat(100), '…—“quotes”', '\u00ad soft', 'e\u0301te', 'sqlite3_prepare_v2(db)', ''];
    expect(count('x'.repeat(2000))).toBe(500);
    for (const text of [...(licence.match(/[^]{1,700}/g) ?? []), ...hard]) {
      expect([text, count(text)]).toEqual([text, reference.encode(text, { add_special_tokens: false }).ids.length]);
    }
  });

  it('counts a run without a space by its length, so that no chunk holds megabytes', async () => {
    const count = loadTokenCounter('reason' in minilm ? '' : join(minilm.folder, 'tokenizer.json'));
    expect(count('x'.repeat(120))).toBeGreaterThanOrEqual(30);
    const document = await parseBytes(Buffer.from('x'.repeat(300_000)), 'blob.txt');
    const chunks = chunkDocument(document, { version: 1, maxTokens: 256 }, count);
    expect(Math.max(...chunks.map((chunk) => chunk.text.length))).toBeLessThanOrEqual(1_024);
  });
});
