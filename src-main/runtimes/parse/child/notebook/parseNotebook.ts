import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { assembleDocument, type RawBlock } from '../assembleDocument.ts';
import { cleanCharacters } from '../cleanCharacters.ts';
import { field, isObject, listField, parseJsonText, textField } from '../data/jsonValue.ts';
import { costlyMarkdown } from '../markdown/costlyMarkdown.ts';
import { parseMarkdown } from '../markdown/parseMarkdown.ts';
import { parseCode } from '../plain/parseCode.ts';
import { textBlocks } from '../plain/textBlocks.ts';

const LONGEST_OUTPUT = 20_000;
/** Colours and cursor movements of a terminal. */
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** Reads a Jupyter notebook: text cells as Markdown, code cells as code, what they printed after them. HTML and pictures among outputs are left out. */
export function parseNotebook(source: string, name: string, warnings: ParseWarning[]): ParsedDocument {
  const notebook = parseJsonText(source);
  if (!isObject(notebook) || (!Array.isArray(notebook['cells']) && !Array.isArray(notebook['worksheets']))) {
    warnings.push({ code: 'notebook-invalid', message: 'Read as source code: it is not a notebook' });
    return parseCode(source, name, warnings);
  }
  const cells = Array.isArray(notebook['cells']) ? notebook['cells'] : listField(notebook, 'worksheets').flatMap((sheet) => listField(sheet, 'cells'));
  const blocks: RawBlock[] = [];
  const left = { count: 0 };
  for (const cell of cells) readCell(cell, blocks, warnings, left);
  if (left.count > 0) warnings.push({ code: 'output-not-read', message: `${left.count.toLocaleString('en')} outputs without text (pictures, HTML) were not read` });
  if (blocks.length === 0) throw new AppError('DOCUMENT_NO_TEXT', `${name} has no text: its cells are empty`);
  const metadata = field(notebook, 'metadata');
  const heading = blocks.find((block) => block.kind === 'heading' && block.level === 1) ?? blocks.find((block) => block.kind === 'heading');
  const programming = textField(field(metadata, 'kernelspec'), 'language') || textField(field(metadata, 'language_info'), 'name');
  const authors = listField(metadata, 'authors').map((author) => textField(author, 'name')).filter(Boolean).join(', ');
  const title = textField(metadata, 'title') || heading?.text.replaceAll('\n', ' ') || name;
  return assembleDocument(blocks, {
    format: 'notebook', title: title.slice(0, 300), warnings,
    metadata: { ...(programming ? { 'programming-language': programming.slice(0, 100) } : {}), ...(authors ? { author: authors.slice(0, 500) } : {}) },
  });
}

function readCell(cell: unknown, blocks: RawBlock[], warnings: ParseWarning[], left: { count: number }): void {
  const source = joined(field(cell, 'source') ?? field(cell, 'input'));
  const kind = textField(cell, 'cell_type');
  if (kind === 'markdown') blocks.push(...markdownBlocks(source, warnings));
  else if (kind === 'heading') add(blocks, { kind: 'heading', level: Number(field(cell, 'level')) || 1, text: source.replaceAll('\n', ' ') });
  else if (kind === 'raw') add(blocks, { kind: 'paragraph', text: source });
  else add(blocks, { kind: 'code', text: source });
  for (const output of listField(cell, 'outputs')) {
    const text = outputText(output);
    if (text === null) left.count++;
    else add(blocks, { kind: 'code', text: text.slice(0, LONGEST_OUTPUT) });
  }
}

/** A cell is a small document: the Markdown reader's blocks, or plain paragraphs where its grammar would take too long. */
function markdownBlocks(source: string, warnings: ParseWarning[]): RawBlock[] {
  if (source.trim() === '') return [];
  if (costlyMarkdown(source) !== null) return textBlocks(cleanCharacters(source));
  try {
    const part = parseMarkdown(source, 'cell', warnings);
    return part.blocks.map(({ kind, level, start, end, rows }) => ({ kind, text: part.text.slice(start, end), ...(level === undefined ? {} : { level }), ...(rows ? { rows: rows.map((row) => row - start) } : {}) }));
  } catch (error) {
    // A cell of pictures or comments only.
    if (error instanceof AppError && error.code === 'DOCUMENT_NO_TEXT') return [];
    throw error;
  }
}

/** What an output shows as text; null where it has none. */
function outputText(output: unknown): string | null {
  const kind = textField(output, 'output_type');
  if (kind === 'stream') return joined(field(output, 'text'));
  if (kind === 'error' || kind === 'pyerr') return `${textField(output, 'ename')}: ${textField(output, 'evalue')}`;
  const plain = field(field(output, 'data'), 'text/plain') ?? field(output, 'text');
  const text = joined(plain);
  return text === '' || /^<[\w.]+(?: [^>]*)?>$/.test(text.trim()) ? null : text;
}

function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string').join('') : '';
}

function add(blocks: RawBlock[], block: RawBlock): void {
  const text = cleanCharacters(block.text.replaceAll(ESCAPES, '')).replace(/^(?:[ \t]*\n)+/, '').trimEnd();
  if (text.trim() !== '') blocks.push({ ...block, text });
}
