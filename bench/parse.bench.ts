// Reading documents against a plain Python pipeline (pypdf, python-docx, python-pptx, openpyxl, BeautifulSoup …) on the same files in the
// same run: failures on real documents; text, tables and speed on pages of manuals whose text is known, in nine formats.
import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { officeSamples } from '../test/helpers/officeSamples.ts';
import { pypdfSamples } from '../test/helpers/pypdfSamples.ts';
import { tikaDocuments } from '../test/helpers/tikaDocuments.ts';
import { askLines, type LinesChild } from './askLines.ts';
import { bagSimilarity, orderedSimilarity, RowFinder, wordsOf } from './parsing/compareText.ts';
import { KNOWN_FORMATS, knownPath, knownTexts, pandocVersion, type KnownFormat, type KnownText } from './parsing/knownTexts.ts';
import { pythonPeer } from './pythonPeer.ts';
import { writeResult } from './result.ts';

const BASELINE = fileURLToPath(new URL('./baseline/parse.py', import.meta.url));
const CHILD = fileURLToPath(new URL('./parsing/parseChild.ts', import.meta.url));
const REAL_FORMATS = ['pdf', 'docx', 'pptx', 'xlsx', 'html'] as const;
/** Times that a file is read for the clock, after once for its text, which warms both processes. */
const ROUNDS = 1;
/** A page of a format that has none. */
const PAGE_CHARACTERS = 1_800;

interface Reading {
  readonly cpuSeconds: number;
  readonly pages?: number;
  readonly text?: string;
  readonly rows?: string[];
  readonly error?: string;
}

const lathe = askLines(process.execPath, [CHILD]);
const python = askLines(pythonPeer('peer-parse'), [BASELINE]);
const versions = { ...((await python.next()) as object), ...((await lathe.next()) as object), pandoc: pandocVersion() };
const read = (side: LinesChild, path: string, text = false): Promise<Reading> => side.ask({ path, text }) as Promise<Reading>;
const hasText = ({ text = '' }: Reading): boolean => /[\p{L}\p{N}]/u.test(text);
const round = (value: number, digits = 3): number => Math.round(value * 10 ** digits) / 10 ** digits;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** CPU seconds of both sides for the files, a file by one and then by the other; each file's best time counts. */
async function time(files: readonly { readonly path: string; readonly pages: number }[]): Promise<object> {
  let [ours, theirs] = [0, 0];
  for (const { path } of files) {
    const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as [number, number];
    for (let again = 0; again < ROUNDS; again++) {
      best[0] = Math.min(best[0], (await read(lathe, path)).cpuSeconds);
      best[1] = Math.min(best[1], (await read(python, path)).cpuSeconds);
    }
    ours += best[0];
    theirs += best[1];
  }
  const pages = sum(files.map((file) => file.pages));
  return { pages, pagesPerCpuSecond: { lathe: round(pages / ours, 1), python: round(pages / theirs, 1) }, speedRatio: round(theirs / ours, 2) };
}

const pagesOf = (ours: Reading, theirs: Reading): number => ours.pages ?? Math.max(1, Math.round(Math.max(ours.text?.length ?? 0, theirs.text?.length ?? 0) / PAGE_CHARACTERS));

/** Real documents, damaged ones among them: a failure is no text where the other side, or for a PDF PyMuPDF, finds some. */
async function measureReal(paths: readonly string[], format: string): Promise<object> {
  const both: { path: string; pages: number }[] = [];
  const failures = { lathe: [] as string[], python: [] as string[] };
  const readable = { lathe: 0, python: 0 };
  for (const path of paths) {
    const [ours, theirs] = [await read(lathe, path, true), await read(python, path, true)];
    const [mine, other] = [hasText(ours), hasText(theirs)];
    const some = mine || other || (format === 'pdf' && ((await python.ask({ witness: path })) as { hasText: boolean }).hasText);
    if (mine) readable.lathe++;
    else if (some) failures.lathe.push(`${basename(path)}: ${ours.error ?? 'no text'}`);
    if (other) readable.python++;
    else if (some) failures.python.push(`${basename(path)}: ${theirs.error ?? 'no text'}`);
    if (mine && other) both.push({ path, pages: pagesOf(ours, theirs) });
  }
  return { files: paths.length, readable, failures: { lathe: failures.lathe.length, python: failures.python.length }, readByBoth: both.length, ...(await time(both)), failed: failures };
}

interface Likeness {
  readonly bag: number;
  readonly ordered: number;
  /** Rows that were found, a table. */
  readonly found: number[];
}

function likeness(known: KnownText, format: KnownFormat, reading: Reading): Likeness {
  const truth = format === 'xlsx' ? known.tables.map((rows, at) => `Table ${at + 1} ${rows.flat().join(' ')}`).join(' ') : format === 'csv' ? largest(known).flat().join(' ') : known.text;
  const [wanted, words] = [wordsOf(truth), wordsOf(reading.text ?? '')];
  const finder = new RowFinder(reading.text ?? '', reading.rows ?? []);
  return { bag: bagSimilarity(wanted, words), ordered: orderedSimilarity(wanted, words), found: tablesOf(known, format).map((rows) => rows.filter((row) => finder.has(row)).length) };
}

const largest = ({ tables }: KnownText): readonly (readonly string[])[] => tables.reduce((best, rows) => (rows.length > best.length ? rows : best), tables[0] ?? []);
const tablesOf = (known: KnownText, format: KnownFormat): KnownText['tables'] => (format === 'csv' ? [largest(known)] : known.tables);

async function measureKnown(texts: readonly KnownText[], format: KnownFormat): Promise<object> {
  const files: { path: string; pages: number }[] = [];
  const pairs: { known: KnownText; ours: Likeness; theirs: Likeness }[] = [];
  for (const known of texts) {
    const path = knownPath(known, format);
    if (!existsSync(path)) throw new Error(`Expected ${path}`);
    const [ours, theirs] = [await read(lathe, path, true), await read(python, path, true)];
    files.push({ path, pages: pagesOf(ours, theirs) });
    pairs.push({ known, ours: likeness(known, format, ours), theirs: likeness(known, format, theirs) });
  }
  const mean = (pick: (likeness: Likeness) => number): object => ({ lathe: round(sum(pairs.map((pair) => pick(pair.ours))) / pairs.length), python: round(sum(pairs.map((pair) => pick(pair.theirs))) / pairs.length) });
  const styles = format === 'pdf' ? [...new Set(texts.map((known) => known.style))] : [];
  return {
    files: files.length,
    ...(await time(files)),
    similarity: { wordBag: mean((one) => one.bag), ordered: mean((one) => one.ordered) },
    tables: tableFigures(pairs, format),
    ...(styles.length > 0 ? { tablesByStyle: Object.fromEntries(styles.map((style) => [style, tableFigures(pairs.filter((pair) => pair.known.style === style), format)])) } : {}),
    ...(process.argv.includes('--detail') ? { detail: detail(pairs, format) } : {}),
  };
}

function tableFigures(pairs: readonly { known: KnownText; ours: Likeness; theirs: Likeness }[], format: KnownFormat): object {
  const tables = pairs.flatMap(({ known, ours, theirs }) => tablesOf(known, format).map((rows, at) => ({ rows: rows.length, lathe: ours.found[at] ?? 0, python: theirs.found[at] ?? 0 })));
  const rows = sum(tables.map((table) => table.rows));
  return {
    tables: tables.length,
    rows,
    rowsFound: { lathe: round(sum(tables.map((table) => table.lathe)) / rows), python: round(sum(tables.map((table) => table.python)) / rows) },
    meanOfTables: { lathe: round(sum(tables.map((table) => table.lathe / table.rows)) / tables.length), python: round(sum(tables.map((table) => table.python / table.rows)) / tables.length) },
    latheBetter: tables.filter((table) => table.lathe > table.python).length,
    alike: tables.filter((table) => table.lathe === table.python).length,
    pythonBetter: tables.filter((table) => table.lathe < table.python).length,
  };
}

const detail = (pairs: readonly { known: KnownText; ours: Likeness; theirs: Likeness }[], format: KnownFormat): string[] =>
  pairs.map(({ known, ours, theirs }) => `${known.name} (${known.style}): ${round(ours.bag)}/${round(theirs.bag)} ${round(ours.ordered)}/${round(theirs.ordered)} rows ${tablesOf(known, format).map((rows, at) => `${ours.found[at]}/${theirs.found[at]} of ${rows.length}`).join(', ')}`);

const sources = [tikaDocuments(), officeSamples(), pypdfSamples()];
for (const source of sources) if ('reason' in source) throw new Error(source.reason);
const paths = sources.flatMap((source) => ('paths' in source ? source.paths : []));
const real: Record<string, object> = {};
for (const format of REAL_FORMATS) real[format] = await measureReal(paths.filter((path) => extname(path).toLowerCase() === `.${format}`), format);
const texts = await knownTexts();
const known: Record<string, object> = {};
for (const format of KNOWN_FORMATS) known[format] = await measureKnown(texts, format);
lathe.close();
python.close();
writeResult('parse', { versions, rounds: ROUNDS, pageCharacters: PAGE_CHARACTERS, goalSpeedRatio: 1, real, known });
