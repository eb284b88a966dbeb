import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright';
import { FAMILIES, manualsOf } from '../manuals.ts';
import { pythonPeer } from '../pythonPeer.ts';
import { listFiles } from '../buildIndex.ts';

/** One page of a manual in several formats, with the text and the tables that Chromium shows of it. */
export interface KnownText {
  readonly name: string;
  readonly style: Style;
  readonly text: string;
  /** Rows of at least two filled cells. */
  readonly tables: readonly (readonly (readonly string[])[])[];
}

/** How the PDF's tables are drawn. */
const STYLES = {
  plain: 'th, td { padding: 1px 8px; text-align: left }',
  ruled: 'table { border-collapse: collapse } th, td { border: 1px solid black; padding: 3px 6px }',
  lined: 'table { border-collapse: collapse } th, td { border-bottom: 1px solid gray; padding: 3px 8px; text-align: left; vertical-align: top }',
};
type Style = keyof typeof STYLES;

export const KNOWN_FORMATS = ['html', 'pdf', 'docx', 'odt', 'epub', 'rtf', 'pptx', 'xlsx', 'csv'] as const;
export type KnownFormat = (typeof KNOWN_FORMATS)[number];

/** Manuals whose pages hold tables, and how many pages of each are taken, at even distances. */
const SETS: readonly { readonly family: string; readonly set: string; readonly pages: number }[] = [
  { family: 'postgresql-git-haproxy', set: 'postgresql', pages: 18 },
  { family: 'python-sqlite', set: 'python', pages: 15 },
  { family: 'apache-fish-borg-bash', set: 'apache', pages: 6 },
  { family: 'python-sqlite', set: 'sqlite', pages: 4 },
  { family: 'slurm-exim-gnuplot-vim-npm', set: 'slurm', pages: 2 },
];
const LARGEST_PAGE = 150_000;
const LONGEST_CELL = 500;
const FOLDER = fileURLToPath(new URL('../cache/parsing-1', import.meta.url));
const SHEETS = fileURLToPath(new URL('../baseline/makeSheets.py', import.meta.url));

/** Leaves the page's content alone in the document and tells what a reader sees of it; a table inside a cell, or of long cells, arranges the page and is no truth. */
const TAKE_CONTENT = `(() => {
  const clean = (text) => text.replace(/\\s+/g, ' ').trim();
  const main = document.querySelector('div[role=main], #docContent, #page-content, #content, main') ?? document.body;
  for (const part of main.querySelectorAll('script, style, nav, .navheader, .navfooter, .headerlink, .toplang, .bottomlang, #quickview, img, svg, iframe')) part.remove();
  for (const link of main.querySelectorAll('a')) link.removeAttribute('href');
  const title = document.title;
  document.body.replaceChildren(...main.childNodes);
  document.body.removeAttribute('class');
  for (const part of document.querySelectorAll('link, script, style, meta')) part.remove();
  const tables = [...document.querySelectorAll('table')].filter((table) => !table.querySelector('table') && !table.parentElement.closest('table'));
  const rows = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => clean(cell.innerText)).filter((cell) => cell !== '')).filter((row) => row.length >= 2);
  return {
    html: '<!DOCTYPE html><html><head><meta charset="utf-8"><title>' + title.replace(/[<&]/g, '') + '</title></head><body>' + document.body.innerHTML + '</body></html>',
    text: document.body.innerText,
    tables: tables.map(rows).filter((rows) => rows.length >= 3 && rows.flat().every((cell) => cell.length <= ${LONGEST_CELL})),
  };
})()`;

interface Taken {
  readonly html: string;
  readonly text: string;
  readonly tables: string[][][];
}

export const knownPath = (known: KnownText, format: KnownFormat): string => join(FOLDER, `${known.name}.${format}`);

/** The texts, made on first use: PDF by Chromium, DOCX, ODT, EPUB, RTF and PPTX by pandoc, XLSX and CSV by openpyxl; the HTML is the manual's own page. */
export async function knownTexts(): Promise<KnownText[]> {
  const list = join(FOLDER, 'list.json');
  if (!existsSync(list)) await makeTexts(list);
  return JSON.parse(readFileSync(list, 'utf8')) as KnownText[];
}

export function pandocVersion(): string {
  return /[\d.]+/.exec(execFileSync('pandoc', ['--version'], { encoding: 'utf8' }))?.[0] ?? '';
}

async function makeTexts(list: string): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const browser = await chromium.launch({ executablePath: process.env['LATHE_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({ javaScriptEnabled: false });
  const known: KnownText[] = [];
  for (const { family, set, pages } of SETS) {
    const found = FAMILIES.find((candidate) => candidate.name === family);
    if (!found) throw new Error(`No family ${family}`);
    known.push(...(await takeSet(page, join(manualsOf(found), set), { set, pages, known: known.length })));
  }
  await browser.close();
  execFileSync(pythonPeer('peer-parse'), [SHEETS, FOLDER], { input: JSON.stringify(known) });
  writeFileSync(list, JSON.stringify(known));
}

async function takeSet(page: Page, folder: string, { set, pages, known }: { set: string; pages: number; known: number }): Promise<KnownText[]> {
  const candidates: { file: string; taken: Taken; source: Buffer }[] = [];
  for (const file of listFiles(folder).filter((path) => path.endsWith('.html'))) {
    const source = readFileSync(join(folder, file));
    if (source.length > LARGEST_PAGE || !/<table[\s>]/.test(source.toString('latin1'))) continue;
    await page.goto(pathToFileURL(join(folder, file)).href, { waitUntil: 'domcontentloaded' });
    const taken = (await page.evaluate(TAKE_CONTENT)) as Taken;
    if (taken.tables.length > 0) candidates.push({ file, taken, source });
  }
  const texts: KnownText[] = [];
  for (let at = 0; at < Math.min(pages, candidates.length); at++) {
    const { file, taken, source } = candidates[Math.floor((at * candidates.length) / Math.min(pages, candidates.length))] as (typeof candidates)[number];
    const style = (Object.keys(STYLES) as Style[])[(known + at) % 3] ?? 'plain';
    const name = `${set}-${relative('', file).replaceAll(sep, '-').replace(/\.html$/, '')}`;
    await writeFormats(page, { name, style, ...taken }, source);
    texts.push({ name, style, text: taken.text, tables: taken.tables });
  }
  return texts;
}

async function writeFormats(page: Page, known: KnownText & Taken, source: Buffer): Promise<void> {
  writeFileSync(knownPath(known, 'html'), source);
  await page.setContent(known.html.replace('</head>', `<style>body { font-size: 13px } pre { white-space: pre-wrap } ${STYLES[known.style]}</style></head>`));
  await page.pdf({ path: knownPath(known, 'pdf'), format: 'A4', margin: { top: '2cm', bottom: '2cm', left: '2cm', right: '2cm' } });
  const content = join(FOLDER, `${known.name}.content.html`);
  writeFileSync(content, known.html);
  for (const format of ['docx', 'odt', 'epub', 'rtf', 'pptx'] as const) execFileSync('pandoc', ['--standalone', '--from=html', '--to', format, '--output', knownPath(known, format), content], { stdio: ['ignore', 'ignore', 'ignore'] });
}
