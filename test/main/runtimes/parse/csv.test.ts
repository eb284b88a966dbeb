import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { documentFaults } from './documentFaults.ts';

const parse = (text: string | Uint8Array, name = 'prices.csv') => parseBytes(Buffer.from(text as string), name);
const shown = (document: Awaited<ReturnType<typeof parse>>) => document.blocks.map((block) => `${block.kind}: ${document.text.slice(block.start, block.end)}`);

describe('a table kept as text', () => {
  test('gives rows that each name their columns', async () => {
    const document = await parse('Item,Price,Stock\nBolt,"1,20",40\n"Nut ""M4""",0.30,\n');
    expect(shown(document)).toEqual(['table: Item: Bolt; Price: 1,20; Stock: 40\nItem: Nut "M4"; Price: 0.30']);
    expect(document).toMatchObject({ format: 'csv', title: 'prices.csv', warnings: [] });
    expect(document.blocks[0]?.rows).toEqual([0, 35]);
  });

  test.each([[';', 'a.csv'], ['\t', 'a.tsv'], ['|', 'a.csv'], [',', 'a.csv']])('is read with %j between its cells', async (delimiter, name) => {
    const document = await parse(['Item', 'Price'].join(delimiter) + '\r\n' + ['Bolt', '2'].join(delimiter) + '\r' + ['Nut', '3'].join(delimiter) + '\n', name);
    expect(document.text).toBe('Item: Bolt; Price: 2\nItem: Nut; Price: 3');
  });

  test('may say its delimiter in a first line, and have a title above it', async () => {
    expect((await parse('sep=;\nItem;Price\nBolt;2\n')).text).toBe('Item: Bolt; Price: 2');
    expect(shown(await parse('Prices of March\n\nItem,Price\nBolt,2\nNut,3\n'))).toEqual(['paragraph: Prices of March', 'table: Item: Bolt; Price: 2\nItem: Nut; Price: 3']);
  });

  test('without names keeps its rows as they are', async () => {
    expect((await parse('1,2,3\n4,5,6\n')).text).toBe('1\t2\t3\n4\t5\t6');
  });

  test('in another encoding is read by its letters, with or without a byte-order mark', async () => {
    const latin = Buffer.from('Größe;Straße\nmüßig;Höhe\n', 'latin1');
    expect((await parse(latin)).text).toBe('Größe: müßig; Straße: Höhe');
    expect((await parse(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Größe;Straße\nmüßig;Höhe\n', 'utf16le')]))).text).toBe('Größe: müßig; Straße: Höhe');
    expect((await parse('\ufeffItem,Price\nBolt,2\n')).text).toBe('Item: Bolt; Price: 2');
  });

  test('whose quotation mark is never closed loses no row, and says so', async () => {
    const document = await parse('Item,Size\nPipe,"5 inch\nBolt,3\nNut,4\n');
    expect(document.text).toContain('Item: Nut; Size: 4');
    expect(document.warnings.map((warning) => warning.code)).toEqual(['quotes-open']);
  });

  test('a long row has a line for each cell', async () => {
    const words = 'word '.repeat(60).trim();
    expect((await parse(`Item,About,Price\nBolt,${words},2\nNut,small,3\n`)).text).toBe(`Item: Bolt\nAbout: ${words}\nPrice: 2\n\nItem: Nut; About: small; Price: 3`);
  });

  test('a text that is no table is read as plain text', async () => {
    expect(await parse('Just words\n\nand more words.\n')).toMatchObject({ format: 'text' });
  });

  test.each([
    ['100,000 columns', `${Array.from({ length: 100_000 }, (_, at) => `c${at}`).join(',')}\n${Array.from({ length: 100_000 }, (_, at) => at).join(',')}\n`],
    ['200,000 rows', `Item,Price\n${'Bolt,2\n'.repeat(200_000)}`],
    ['a line of 20 MB', `Item,Price\n${'x'.repeat(20_000_000)},2\nNut,3\n`],
    ['quotes on quotes', `a,b\n${'"'.repeat(300_001)},2\n`],
    ['lone quotes', `a,b\n${'x,"y"z\n'.repeat(50_000)}`],
  ])('%s are read whole', async (_name, text) => {
    const document = await parse(text);
    expect(documentFaults(document)).toEqual([]);
    expect(document.blocks.length).toBeGreaterThan(0);
  });
});
