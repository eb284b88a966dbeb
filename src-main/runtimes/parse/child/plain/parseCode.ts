import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { assembleDocument, type RawBlock } from '../assembleDocument.ts';
import { cleanCharacters } from '../cleanCharacters.ts';

/** Blocks are kept between these sizes in characters: small ones are joined, a definition is not split from its comment. */
const SMALL_BLOCK = 400;
const LONG_LINE = 4_000;
const DEFINITION = /^(?:export\s+|public\s+|private\s+|protected\s+|static\s+|async\s+|abstract\s+|final\s+|pub(?:\([a-z]+\))?\s+|inline\s+|unsafe\s+|extern\s+|default\s+)*(?:def|class|function|func|fn|interface|struct|enum|trait|impl|type|module|namespace|package|object|record|sub|proc|macro_rules!|const|let|var|CREATE|create)\b|^[A-Za-z_][\w\s*&:<>,]*\([^;]*\)\s*\{?$|^@\w|^\[[\w.-]+\]\s*$|^#\[/;

/** Splits source at blank lines before top-level definitions; comments stay where they are. */
export function parseCode(source: string, name: string, warnings: ParseWarning[]): ParsedDocument {
  const blocks: RawBlock[] = [];
  let group: string[] = [];
  let size = 0;
  const end = (): void => {
    const text = group.join('\n').replace(/^(?:[ \t]*\n)+/, '').trimEnd();
    if (text.trim() !== '') blocks.push({ kind: 'code', text });
    group = [];
    size = 0;
  };
  let blank = false;
  for (const line of cleanCharacters(source).split('\n')) {
    const top = line !== '' && line[0] !== ' ' && line[0] !== '\t';
    if (blank && top && (size >= SMALL_BLOCK || DEFINITION.test(line.length > LONG_LINE ? line.slice(0, 200) : line)) && !/^[)}\]]/.test(line)) end();
    group.push(line);
    size += line.length + 1;
    blank = line.trim() === '';
  }
  end();
  if (blocks.length === 0) throw new AppError('DOCUMENT_EMPTY', `${name} holds only white space`);
  return assembleDocument(blocks, { format: 'code', title: name, metadata: {}, warnings });
}
