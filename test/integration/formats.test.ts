import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IngestReport } from '#contract/commands.ts';
import type { KnowledgeDocument } from '#contract/knowledge.ts';
import { because } from '../helpers/because.ts';
import { embedders, latheHome, type Window } from '../helpers/latheHome.ts';
import { makeTar } from '../helpers/makeTar.ts';
import { makeZip } from '../helpers/makeZip.ts';
import { docxProperties, docxTable, makeDocx, makeEpub, makeOdf, makePptx, makeXlsx, paragraph, relations, shape } from '../helpers/officeFiles.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();

const mail = (subject: string, words: string): string => `From: Ada Byron <ada@example.org>\nTo: bo@example.org\nDate: Tue, 02 Jan 2024 10:00:00 +0100\nMessage-ID: <${subject.length}@example.org>\nSubject: ${subject}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n${words}\n`;
const odsRow = (cells: readonly string[]): string => `<table:table-row>${cells.map((cell) => `<table:table-cell><text:p>${cell}</text:p></table:table-cell>`).join('')}</table:table-row>`;

/** One file of every format and container, each with a sentence of its own, by the name of the document that holds it. */
const FILES: readonly { readonly file: string; readonly bytes: string | Uint8Array; readonly format: string; readonly sentence: string; readonly question: string; readonly document?: string }[] = [
  {
    file: 'letter.docx', format: 'docx', sentence: 'The kingfisher nests below the weir.', question: 'Where does the kingfisher nest?',
    bytes: makeDocx(paragraph('Birds', '<w:pStyle w:val="berschrift1"/>') + paragraph('The kingfisher nests below the weir.') + docxTable([[paragraph('bird'), paragraph('eggs')], [paragraph('kingfisher'), paragraph('6')]]), {
      'docProps/core.xml': docxProperties('<dc:creator>Ada Byron</dc:creator><dcterms:created>2023-04-05T06:07:08Z</dcterms:created><dcterms:modified>2023-05-06T07:08:09Z</dcterms:modified><dc:language>en-GB</dc:language>'),
      'word/_rels/document.xml.rels': relations([['rId1', 'styles', 'styles.xml']]),
    }),
  },
  { file: 'talk.pptx', format: 'pptx', sentence: 'Basalt cools into hexagonal columns', question: 'What shape does basalt cool into?', bytes: makePptx([{ shapes: shape('title', ['Geology']) + shape('body', ['Basalt cools into hexagonal columns']) }, { shapes: shape('title', ['End']) + shape('body', ['Thanks']) }]) },
  { file: 'stock.xlsx', format: 'xlsx', sentence: 'Tungsten rod', question: 'tungsten rod quantity', bytes: makeXlsx([{ name: 'Stock', rows: '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>417</v></c></row>' }], ['<t>Part</t>', '<t>Quantity</t>', '<t>Tungsten rod</t>']) },
  { file: 'minutes.odt', format: 'odt', sentence: 'The parish council approved the footbridge.', question: 'What did the parish council approve?', bytes: makeOdf('text', '<text:h text:outline-level="1">Minutes</text:h><text:p>The parish council approved the footbridge.</text:p>') },
  { file: 'yield.ods', format: 'ods', sentence: 'Barley', question: 'barley yield', bytes: makeOdf('spreadsheet', `<table:table table:name="Yield">${odsRow(['Crop', 'Tonnes'])}${odsRow(['Barley', '93'])}</table:table>`) },
  { file: 'slides.odp', format: 'odp', sentence: 'Lichens grow a millimetre a year.', question: 'How fast do lichens grow?', bytes: makeOdf('presentation', '<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>Lichens</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>Lichens grow a millimetre a year.</text:p></draw:text-box></draw:frame></draw:page>') },
  { file: 'novel.epub', format: 'epub', sentence: 'The lighthouse keeper played the oboe.', question: 'What did the lighthouse keeper play?', bytes: makeEpub(['<h1>One</h1><p>The lighthouse keeper played the oboe.</p>']) },
  { file: 'note.rtf', format: 'rtf', sentence: 'The caf\u00e9 closes at dusk.', question: 'When does the café close?', bytes: Buffer.from(String.raw`{\rtf1\ansi{\info{\author Ada Byron}}\pard The caf\'e9 closes at dusk.\par}`, 'latin1') },
  { file: 'prices.csv', format: 'csv', sentence: 'Quince jam', question: 'price of quince jam', bytes: 'Item;Price\nQuince jam;"4,20"\nOat bread;3,10\n' },
  { file: 'rivers.tsv', format: 'csv', sentence: 'Orinoco', question: 'length of the Orinoco', bytes: 'River\tLength\nOrinoco\t2140\nRhine\t1233\n' },
  { file: 'device.json', format: 'json', sentence: 'spectrometer', question: 'spectrometer wavelength', bytes: JSON.stringify({ device: 'spectrometer', wavelength: { from: 380, to: 760 } }) },
  { file: 'log.jsonl', format: 'json', sentence: 'The turbine tripped on overspeed.', question: 'Why did the turbine trip?', bytes: '{"at":"2024-01-02","event":"The turbine tripped on overspeed."}\n{"at":"2024-01-03","event":"Started again."}\n' },
  { file: 'order.eml', format: 'email', sentence: 'We ordered nine harpsichord strings.', question: 'How many harpsichord strings were ordered?', bytes: mail('Order', 'We ordered nine harpsichord strings.').replaceAll('\n', '\r\n') },
  { file: 'study.ipynb', format: 'notebook', sentence: 'Rainfall peaked in Bergen.', question: 'Where did rainfall peak?', bytes: JSON.stringify({ nbformat: 4, metadata: { kernelspec: { language: 'python' } }, cells: [{ cell_type: 'markdown', source: '# Rain\n\nRainfall peaked in Bergen.' }, { cell_type: 'code', source: 'rain.max()', outputs: [] }] }) },
  { file: 'box.mbox', document: 'box.mbox/2024-01-02 Ferry.eml', format: 'email', sentence: 'The ferry to Skye sails at noon.', question: 'When does the ferry to Skye sail?', bytes: `From ada@example.org Tue Jan  2 10:00:00 2024\n${mail('Ferry', 'The ferry to Skye sails at noon.')}\nFrom bo@example.org Tue Jan  2 11:00:00 2024\n${mail('Re: Lunch', 'Soup today.')}\n` },
  { file: 'old.zip', document: 'old.zip/a/bees.md', format: 'markdown', sentence: 'Bees dance to show the way to clover.', question: 'Why do bees dance?', bytes: makeZip([{ name: 'a/bees.md', data: '# Bees\n\nBees dance to show the way to clover.\n' }]) },
  { file: 'dump.tar.gz', document: 'dump.tar.gz/ships.txt', format: 'text', sentence: 'The barque Amalia sank off Kerguelen.', question: 'Where did the barque Amalia sink?', bytes: gzipSync(makeTar([{ name: 'ships.txt', data: 'The barque Amalia sank off Kerguelen.\n' }])) },
];

describe.skipIf(missing !== null)(`a folder with a file of every format${because(missing)}`, () => {
  const lathe = latheHome(temporaryFolder());
  const project = join(temporaryFolder(), 'project');
  const folder = join(temporaryFolder(), 'papers');
  let window: Window;
  let report: IngestReport;
  let documents: readonly KnowledgeDocument[];
  let ids: { projectId: never; knowledgeId: never };

  const named = (name: string): KnowledgeDocument | undefined => documents.find((document) => document.file === name);

  beforeAll(async () => {
    mkdirSync(folder);
    for (const { file, bytes } of FILES) writeFileSync(join(folder, file), bytes);
    await lathe.json(['project', 'new', project]);
    window = await lathe.open(project);
    await lathe.json(['knowledge', 'create', 'Papers', '--project', project]);
    report = await lathe.json<IngestReport>(['knowledge', 'ingest', folder, '--stage', 'text', '--project', project]);
    const [base] = await window.client.knowledge.list({ projectId: window.projectId as never });
    ids = { projectId: window.projectId as never, knowledgeId: base?.id as never };
    ({ documents } = await window.client.knowledge.documents({ ...ids, limit: 100 }));
  }, 600_000);

  afterAll(() => window.close());

  test('is read whole: none failed, none was skipped', () => {
    expect(report.documents.filter(({ state }) => state !== 'ready' && state !== 'expanded')).toEqual([]);
    expect(report.documents.filter(({ state }) => state === 'expanded').map(({ file }) => file).sort()).toEqual(['box.mbox', 'dump.tar.gz', 'old.zip']);
  });

  test.each(FILES)('$file is found by what it says and opens as blocks of its text', async ({ file, document: member, format, sentence, question }) => {
    const wanted = member ?? file;
    expect(documents.map((document) => document.file)).toContain(wanted);
    const found = await window.client.knowledge.search({ ...ids, question, limit: 3 });
    expect(found.results.map((result) => result.file)).toContain(wanted);
    const passage = found.results.find((result) => result.file === wanted);
    expect(passage?.text).toContain(sentence);
    const view = await window.client.knowledge.document({ projectId: ids.projectId, documentId: passage?.documentId as never });
    expect(view.document.format).toBe(format);
    expect(view.blocks.length).toBeGreaterThan(0);
    expect(view.blocks.some(({ start, end }) => view.text.slice(start, end).includes(sentence))).toBe(true);
  });

  test('says in the list who wrote what, when, and in which language', () => {
    expect(named('letter.docx')).toMatchObject({ author: 'Ada Byron', language: 'en-GB', createdAtMs: Date.parse('2023-04-05T06:07:08Z'), modifiedAtMs: Date.parse('2023-05-06T07:08:09Z') });
    expect(named('minutes.odt')).toMatchObject({ author: 'Ada', language: 'en-GB' });
    expect(named('novel.epub')).toMatchObject({ title: 'A made book', author: 'Ada', language: 'en', modifiedAtMs: Date.parse('2020-02-03') });
    expect(named('note.rtf')).toMatchObject({ author: 'Ada Byron' });
    expect(named('order.eml')).toMatchObject({ title: 'Order', author: 'Ada Byron <ada@example.org>', createdAtMs: Date.parse('2024-01-02T09:00:00Z') });
    expect(named('study.ipynb')?.metadata).toMatchObject({ 'programming-language': 'python' });
    expect(named('old.zip/a/bees.md')).toMatchObject({ container: 'old.zip' });
  });
});
