import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { assembleDocument } from '../assembleDocument.ts';
import { parseCode } from '../plain/parseCode.ts';
import { scanJson } from './jsonScanner.ts';
import { parseJsonText } from './jsonValue.ts';
import { RecordBlocks } from './recordBlocks.ts';

const SHOWN_LINES = 5;

/**
 * Reads JSON and JSON Lines as text that can be quoted: `path: value` lines, a heading for each record. What is not
 * valid JSON (comments, a cut file) is read as source code.
 */
export function parseJson(source: string, name: string, warnings: ParseWarning[]): ParsedDocument {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  const named = /\.(?:jsonl|ndjson)$/i.test(name);
  const whole = named ? undefined : parseJsonText(text);
  const blocks = new RecordBlocks(whole === undefined);
  if (whole !== undefined) scanJson(text, blocks);
  else if (named || looksLikeLines(text)) readLines(text, blocks, warnings);
  else {
    warnings.push({ code: 'json-invalid', message: 'Read as source code: it is not valid JSON' });
    return parseCode(text, name, warnings);
  }
  const found = blocks.finish();
  if (found.length === 0) throw new AppError('DOCUMENT_NO_TEXT', `${name} has no text: its objects and lists hold no value`);
  const title = whole === undefined ? '' : (blocks.top.get('title') ?? blocks.top.get('name') ?? '').trim();
  return assembleDocument(found, { format: 'json', title: title.slice(0, 300) || name, metadata: statedMetadata(blocks.top), warnings });
}

function statedMetadata(top: ReadonlyMap<string, string>): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const key of ['author', 'description', 'created', 'modified', 'url']) {
    const value = top.get(key)?.trim();
    if (value) metadata[key] = value.slice(0, 500);
  }
  return metadata;
}

/** Whether each of the first two filled lines is an object or a list. */
function looksLikeLines(text: string): boolean {
  const lines = text.slice(0, 200_000).split('\n').filter((line) => line.trim() !== '').slice(0, 2);
  return lines.length === 2 && lines.every((line) => /^\s*[[{]/.test(line) && parseJsonText(line) !== undefined);
}

function readLines(text: string, blocks: RecordBlocks, warnings: ParseWarning[]): void {
  const bad: number[] = [];
  let count = 0;
  for (let at = 0; at < text.length;) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const line = text.slice(at, end);
    at = end + 1;
    blocks.line++;
    if (line.trim() === '') continue;
    if (parseJsonText(line) === undefined) {
      count++;
      if (bad.length < SHOWN_LINES) bad.push(blocks.line);
    } else scanJson(line, blocks);
  }
  if (count > 0) warnings.push({ code: 'json-lines-invalid', message: `${count.toLocaleString('en')} lines are not valid JSON and were left out: ${count > bad.length ? 'the first are ' : ''}${bad.join(', ')}` });
}
