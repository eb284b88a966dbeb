import type { RawBlock } from '../assembleDocument.ts';

const UNDERLINE = /^([=\-~^"'`*+#:.<>_])\1{2,}\s*$/;
const NUMBERED = /^(?:(?:chapter|section|appendix|part)\s+)?(?:\d{1,3}(?:\.\d{1,3}){0,5}\.?|[A-Z]\.(?:\d{1,3}\.)*)\s{1,6}(\p{Lu}[^\n]{1,90})$/u;
const CAPITALS = /^[\p{Lu}\d][\p{Lu}\d &/,'()\-–:.]{2,70}$/u;
const ASCIIDOC = /^(={1,6}) +(\S.{0,120})$/;
const LIST_ITEM = /^(\s{0,12})(?:[-*+•o]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S/;

interface Line {
  readonly text: string;
  readonly indent: number;
}

/**
 * Splits plain text at blank lines and tells headings (underlined, numbered, in capitals, `== like this`), indented code
 * and lists apart. Line breaks stay as they are.
 */
export function textBlocks(source: string): RawBlock[] {
  const blocks: RawBlock[] = [];
  const levels = new Map<string, number>();
  let paragraph: string[] = [];
  let indented = false;

  const end = (): void => {
    if (paragraph.length > 0) pushParagraph(blocks, paragraph, indented);
    paragraph = [];
  };
  const lines = source.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const raw = (lines[at] ?? '').trimEnd();
    if (raw === '') {
      end();
      continue;
    }
    const line: Line = { text: raw, indent: raw.length - raw.trimStart().length };
    const next = (lines[at + 1] ?? '').trimEnd();
    const previousBlank = paragraph.length === 0;
    // An overlined title: marks, title, marks.
    if (previousBlank && UNDERLINE.test(raw) && (lines[at + 2] ?? '').trimEnd() === raw && next.trim() !== '' && next.trim().length <= raw.length) {
      blocks.push(mark(raw), { kind: 'heading', level: levelOf(levels, `${raw[0] ?? ''}over`), text: next.trim() }, mark(raw));
      at += 2;
      continue;
    }
    if (previousBlank && isUnderlined(line, next)) {
      blocks.push({ kind: 'heading', level: levelOf(levels, next[0] ?? ''), text: raw.trim() }, mark(next));
      at++;
      continue;
    }
    if (previousBlank && UNDERLINE.test(raw)) {
      blocks.push(mark(raw));
      continue;
    }
    const heading = previousBlank ? lineHeading(line, next) : null;
    if (heading) {
      blocks.push(heading);
      continue;
    }
    if (previousBlank) indented = line.indent >= 4;
    paragraph.push(raw);
  }
  end();
  return mergeCode(blocks);
}

const mark = (line: string): RawBlock => ({ kind: 'paragraph', text: line, reason: 'heading-mark' });

function isUnderlined(line: Line, next: string): boolean {
  if (!UNDERLINE.test(next) || line.indent > 2 || line.text.length > 120) return false;
  const title = line.text.trim();
  return /[\p{L}\p{N}]/u.test(title) && next.trim().length >= Math.min(3, title.length) && Math.abs(next.trim().length - title.length) <= Math.max(3, title.length * 0.3);
}

function levelOf(levels: Map<string, number>, mark: string): number {
  const known = levels.get(mark);
  if (known !== undefined) return known;
  const level = Math.min(6, levels.size + 1);
  levels.set(mark, level);
  return level;
}

/** A heading that stands on a line of its own. */
function lineHeading(line: Line, next: string): RawBlock | null {
  const { text, indent } = line;
  const asciidoc = ASCIIDOC.exec(text);
  if (asciidoc?.[1] && asciidoc[2]) return { kind: 'heading', level: asciidoc[1].length, text: asciidoc[2].replace(/\s+=+$/, '') };
  if (indent > 3 || text.length > 100 || /[.,;]$/.test(text)) return null;
  const trimmed = text.trim();
  const numbered = NUMBERED.exec(trimmed);
  if (numbered && next === '') {
    const depth = (/^[\d.A-Z]+/.exec(trimmed)?.[0].replace(/\.$/, '').split('.').length) ?? 1;
    return { kind: 'heading', level: Math.min(6, depth), text: trimmed };
  }
  // NAME, SYNOPSIS: a man page's sections stand at the margin and their text is indented below.
  if (CAPITALS.test(trimmed) && indent === 0 && /\p{Lu}{2}/u.test(trimmed) && (next === '' || /^\s{2,}\S/.test(next))) return { kind: 'heading', level: 2, text: trimmed };
  return null;
}

function pushParagraph(blocks: RawBlock[], lines: readonly string[], indented: boolean): void {
  const text = lines.join('\n');
  const items = lines.filter((line) => LIST_ITEM.test(line)).length;
  if (items > 0 && LIST_ITEM.test(lines[0] ?? '')) return pushList(blocks, lines);
  blocks.push({ kind: indented && looksLikeCode(lines) ? 'code' : 'paragraph', text: indented ? text : text.trimStart() });
}

function pushList(blocks: RawBlock[], lines: readonly string[]): void {
  let item: string[] = [];
  for (const line of lines) {
    if (LIST_ITEM.test(line) && item.length > 0) {
      blocks.push({ kind: 'list', text: item.join('\n').trimStart() });
      item = [];
    }
    item.push(line);
  }
  if (item.length > 0) blocks.push({ kind: 'list', text: item.join('\n').trimStart() });
}

/** Indented prose (man pages, letters) is not code: code has marks that prose has not, or columns. */
function looksLikeCode(lines: readonly string[]): boolean {
  let code = 0;
  for (const line of lines) {
    const text = line.trim();
    if (/[;{}]$|^[$>#%]\s|^\W{2}|[=<>]{1,2}\s*\S+\(|\w\(.*\)\s*[;:{]?$|^\s*(?:def|class|import|return|if|for|int|void|const|let|var|static|#include)\b|\s{3,}\S/.test(text)) code++;
  }
  return code * 2 >= lines.length;
}

/** Code that blank lines split belongs together. */
function mergeCode(blocks: RawBlock[]): RawBlock[] {
  const merged: RawBlock[] = [];
  for (const block of blocks) {
    const last = merged.at(-1);
    if (last?.kind === 'code' && block.kind === 'code' && last.text.length < 4_000) last.text += `\n\n${block.text}`;
    else merged.push(block);
  }
  return merged;
}

