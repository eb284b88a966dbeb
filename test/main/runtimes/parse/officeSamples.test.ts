import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { because } from '../../../helpers/because.ts';
import { officeSamples } from '../../../helpers/officeSamples.ts';
import { documentFaults } from './documentFaults.ts';
import { shown } from './shownBlocks.ts';

const found = officeSamples();
const paths = 'paths' in found ? found.paths : [];
const read = (end: string) => {
  const path = paths.find((candidate) => candidate.endsWith(end)) ?? end;
  return parseBytes(readFileSync(path), end);
};

describe.skipIf('reason' in found)(`the documents that other readers are tested with${because(found)}`, () => {
  test('each gives a sound document or is said to have no text', { timeout: 120_000 }, async () => {
    const faults: string[] = [];
    let documents = 0;
    for (const path of paths) {
      try {
        faults.push(...documentFaults(await parseBytes(readFileSync(path), path)).map((fault) => `${path}: ${fault}`));
        documents++;
      } catch (error) {
        const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
        if (code !== 'DOCUMENT_NO_TEXT') faults.push(`${path}: ${code}`);
      }
    }
    expect(faults).toEqual([]);
    expect(paths.length).toBeGreaterThan(120);
    expect(documents).toBeGreaterThan(70);
  });

  test('strict names, a byte-order mark, notes, comments and boxes are read as mammoth reads them', async () => {
    expect(shown(await read('strict-format.docx'))).toEqual(['paragraph: Test']);
    expect((await read('utf8-bom.docx')).text).toBe('This XML has a byte order mark.');
    expect((await read('text-box.docx')).text).toBe('Datum plane');
    expect((await read('footnotes.docx')).blocks.map((block) => block.kind)).toContain('quote');
    expect((await read('comments.docx')).blocks.map((block) => block.kind)).toContain('quote');
    await expect(read('external-picture.docx')).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT' });
  });
});
