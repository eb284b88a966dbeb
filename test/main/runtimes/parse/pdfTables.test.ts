import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { documentFaults } from './documentFaults.ts';
import { column, grid, makePdf, type PdfPage, type PlacedText } from './makePdf.ts';

const PROSE = ['A queue holds at most as many items as it was told to hold', 'when it was made. Putting one more waits until there is room', 'for it, and taking one from an empty queue waits as well.'];

async function parse(page: PdfPage) {
  const document = await parseBytes(makePdf([page]), 'made.pdf');
  expect(documentFaults(document)).toEqual([]);
  return document;
}

type Parsed = Awaited<ReturnType<typeof parse>>;
const kinds = (document: Parsed): string[] => document.blocks.map((block) => block.kind);
const tables = ({ blocks, text }: Parsed): string[][] =>
  blocks.filter((block) => block.kind === 'table').map(({ rows = [], end }) => rows.map((start, at) => text.slice(start, rows[at + 1] ?? end).trimEnd()));
const line = (y: number, cells: readonly (readonly [number, string])[], font?: PlacedText['font']): PlacedText[] => cells.map(([x, text]) => ({ x, y, size: 10, text, ...(font ? { font } : {}) }));

describe('tables with lines around their cells', () => {
  test('cells are told apart by the lines, however near their words are, and keep all their lines of text', async () => {
    const document = await parse({
      texts: [
        ...column(PROSE, 72, 100),
        ...line(160, [[74, 'Privilege'], [144, 'a'], [154, 'Applies to']], 'bold'),
        ...line(176, [[74, 'REFERENCES'], [154, 'TABLE, and each of its']], 'mono'), ...line(182, [[145, 'x']]), ...line(188, [[154, 'columns']], 'mono'),
        ...line(204, [[74, 'TRIGGER'], [145, 't'], [154, 'TABLE']], 'mono'),
        ...line(240, [[72, 'The text goes on below the table, over the whole width of the page.']]),
      ],
      bars: grid([72, 142, 152, 300], [148, 164, 192, 208]),
    });
    expect(tables(document)).toEqual([['Privilege\ta\tApplies to', 'REFERENCES\tx\tTABLE, and each of its columns', 'TRIGGER\tt\tTABLE']]);
    expect(kinds(document)).toEqual(['paragraph', 'table', 'paragraph']);
    expect(document.blocks[1]?.boxes).toHaveLength(3);
  });

  test('a word that a cell breaks over two lines is one word again', async () => {
    const document = await parse({ texts: [...column(['The documentation says so.'], 72, 100), ...line(160, [[74, 'One'], [154, 'the documen-']]), ...line(172, [[154, 'tation']]), ...line(190, [[74, 'Two'], [154, 'nothing']])], bars: grid([72, 152, 300], [148, 176, 194]) });
    expect(tables(document)).toEqual([['One\tthe documentation', 'Two\tnothing']]);
  });

  test('text between two tables of the same width stands between them', async () => {
    const two = (y: number): PlacedText[] => [...line(y, [[74, 'Signal'], [154, 'Effect']]), ...line(y + 16, [[74, 'HUP'], [154, 'reads again']])];
    const document = await parse({ texts: [...two(112), ...line(150, [[72, 'What follows is another table of signals, for the other program.']]), ...two(182)], bars: [...grid([72, 152, 400], [100, 116, 132]), ...grid([72, 152, 400], [170, 186, 202])] });
    expect(kinds(document)).toEqual(['table', 'paragraph', 'table']);
    expect(tables(document)).toEqual([['Signal\tEffect', 'HUP\treads again'], ['Signal\tEffect', 'HUP\treads again']]);
  });

  test('with lines around the head and the columns only, each line of text is a row', async () => {
    const rows = Array.from({ length: 5 }, (_, at) => line(130 + at * 12, [[74, `${2 ** at}`], [154, `effect ${at}`]])).flat();
    const document = await parse({ texts: [...line(112, [[74, 'Bit'], [154, 'Effect']]), ...rows], bars: grid([72, 152, 300], [100, 118, 190]) });
    expect(tables(document)).toEqual([['Bit\tEffect', '1\teffect 0', '2\teffect 1', '4\teffect 2', '8\teffect 3', '16\teffect 4']]);
  });

  test('a frame around prose is no table', async () => {
    const document = await parse({ texts: column(PROSE, 76, 112), bars: grid([72, 400], [98, 122, 150]) });
    expect(kinds(document)).toEqual(['paragraph']);
  });
});

describe('tables without lines', () => {
  test('rows of several lines are told from the room between rows', async () => {
    const document = await parse({
      texts: [
        ...column(PROSE, 72, 100),
        ...line(160, [[72, 'Name'], [180, 'Meaning']], 'bold'),
        ...line(180, [[72, 'wait'], [180, 'waits until the queue has']]), ...line(191, [[180, 'room for one more item']]),
        ...line(211, [[72, 'drop'], [180, 'takes the oldest item out of']]), ...line(222, [[180, 'the queue without a word']]),
        ...line(242, [[72, 'raise'], [180, 'says that it is full']]),
      ],
    });
    expect(tables(document)).toEqual([['Name\tMeaning', 'wait\twaits until the queue has room for one more item', 'drop\ttakes the oldest item out of the queue without a word', 'raise\tsays that it is full']]);
  });

  test('rows stay apart where only their groups have room between them', async () => {
    const group = (y: number): PlacedText[] => [0, 1, 2].flatMap((at) => line(y + at * 11, [[72, `key ${y + at}`], [180, `value ${y + at}`], [280, 'text']]));
    const document = await parse({ texts: [...group(100), ...group(150)] });
    expect(tables(document)[0]).toHaveLength(6);
  });

  test('a cell that nearly fills its column is parted from the next one, as in the other rows', async () => {
    const document = await parse({ texts: [...line(100, [[72, 'Name'], [130, 'Kind']]), ...line(116, [[72, 'one'], [130, 'number']]), ...line(132, [[72, 'twentyfour'], [130, 'number']]), ...line(148, [[72, 'two'], [130, 'letter']])] });
    expect(tables(document)).toEqual([['Name\tKind', 'one\tnumber', 'twentyfour\tnumber', 'two\tletter']]);
  });

  test('rows in the letters of code belong to the table that they stand in', async () => {
    const document = await parse({ texts: [...line(100, [[72, 'Shell'], [180, 'Command']], 'bold'), ...line(116, [[72, 'bash'], [180, 'source activate']]), ...line(132, [[72, 'fish'], [180, 'source activate.fish']], 'mono'), ...line(148, [[72, 'csh'], [180, 'source activate.csh']], 'mono')] });
    expect(tables(document)).toEqual([['Shell\tCommand', 'bash\tsource activate', 'fish\tsource activate.fish', 'csh\tsource activate.csh']]);
  });
});
