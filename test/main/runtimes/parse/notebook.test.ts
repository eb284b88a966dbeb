import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { documentFaults } from './documentFaults.ts';

const parse = (value: unknown) => parseBytes(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), 'study.ipynb');
const shown = (document: Awaited<ReturnType<typeof parse>>) => document.blocks.map((block) => `${block.kind}: ${document.text.slice(block.start, block.end)}`);

describe('a notebook', () => {
  test('is its text, its code and what the code printed', async () => {
    const document = await parse({
      metadata: { kernelspec: { language: 'python' } }, nbformat: 4,
      cells: [
        { cell_type: 'markdown', source: ['# Rain\n', '\n', 'Some *words*.\n\n|a|b|\n|-|-|\n|1|2|'] },
        { cell_type: 'code', source: 'total = sum(x)\nprint(total)', outputs: [{ output_type: 'stream', text: ['\u001b[31m42\u001b[0m\n'] }, { output_type: 'display_data', data: { 'text/html': '<script>x()</script>', 'image/png': 'AAAA', 'text/plain': '<Figure size 1x1>' } }] },
        { cell_type: 'code', source: '1/0', outputs: [{ output_type: 'error', ename: 'ZeroDivisionError', evalue: 'division by zero', traceback: [] }] },
        { cell_type: 'markdown', source: '<!-- nothing -->' },
      ],
    });
    expect(shown(document)).toEqual(['heading: Rain', 'paragraph: Some words.', 'table: a\tb\n1\t2', 'code: total = sum(x)\nprint(total)', 'code: 42', 'code: 1/0', 'code: ZeroDivisionError: division by zero']);
    expect(document).toMatchObject({ format: 'notebook', title: 'Rain', metadata: { 'programming-language': 'python' }, warnings: [{ code: 'output-not-read', message: '1 outputs without text (pictures, HTML) were not read' }] });
    expect(documentFaults(document)).toEqual([]);
  });

  test('of the third format is read too', async () => {
    expect((await parse({ worksheets: [{ cells: [{ cell_type: 'heading', level: 2, source: 'Part' }, { cell_type: 'code', input: 'x = 1', outputs: [] }] }] })).text).toBe('Part\n\nx = 1');
  });

  test.each([['{"cells": 3}'], ['not JSON'], ['{"a": 1}']])('that is none is read as source code: %s', async (text) => {
    expect(await parse(text)).toMatchObject({ format: 'code', warnings: [{ code: 'notebook-invalid' }] });
  });

  test('of odd cells breaks nothing', async () => {
    await expect(parse({ cells: [null, 3, { cell_type: 'code', source: { a: 1 }, outputs: 'x' }] })).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT' });
  });
});
