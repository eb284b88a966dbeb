import type { Block, Chunk, ChunkerSettings, ParsedDocument } from '#contract/document.ts';
import { splitBlock } from './splitBlock.ts';

/** A chunk is closed at a heading once it holds this share of the limit: below it, small sibling sections stay together. */
const ENOUGH = 0.4;

/** A longer defined term, in characters, explains itself. */
const LONGEST_LEAD_IN = 300;

/** A piece of one block that fits a chunk. */
interface Unit {
  readonly block: Block;
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  /** Headings above it; a heading's own unit counts itself. */
  readonly path: readonly string[];
  /** Nothing is merged across this. */
  readonly barrier: boolean;
}

/**
 * Cuts a parsed document into chunks along its blocks. Tables, code and definitions stay whole where they fit, else
 * they are cut between rows or lines; no chunk crosses a page or a top-level section; a heading and a defined term stay
 * with what follows them. Chunks are in order and each ends where the next begins (white space between blocks included), so that
 * neighbours can be joined into a verbatim span; only at a page's end is there a gap.
 */
export function chunkDocument(document: ParsedDocument, settings: ChunkerSettings, count: (text: string) => number): Chunk[] {
  const units = listUnits(document, settings.maxTokens, count);
  return groupUnits(units, settings.maxTokens).map((group, index, groups) => {
    const first = group[0] as Unit;
    const last = group[group.length - 1] as Unit;
    const next = groups[index + 1]?.[0];
    const joined = next !== undefined && next.block.page === first.block.page;
    return makeChunk(document, group, joined ? next.start : last.end);
  });
}

function makeChunk(document: ParsedDocument, group: readonly Unit[], end: number): Chunk {
  const first = group[0] as Unit;
  return {
    start: first.start,
    end,
    text: document.text.slice(first.start, end),
    tokens: group.reduce((sum, unit) => sum + unit.tokens, 0),
    headings: commonPath(group).filter((heading, index) => index > 0 || heading !== document.title),
    ...(first.block.page === undefined ? {} : { page: first.block.page }),
    kind: mainKind(group),
  };
}

function listUnits(document: ParsedDocument, maxTokens: number, count: (text: string) => number): Unit[] {
  const top = topLevel(document.blocks);
  const units: Unit[] = [];
  const stack: { level: number; text: string }[] = [];
  let page: number | undefined;
  for (const block of document.blocks) {
    const text = document.text.slice(block.start, block.end);
    if (text.trim() === '') continue;
    const level = block.kind === 'heading' ? (block.level ?? 6) : undefined;
    if (level !== undefined) {
      while (stack.length > 0 && (stack[stack.length - 1]?.level ?? 0) >= level) stack.pop();
      stack.push({ level, text: text.replace(/\s+/g, ' ').trim() });
    }
    const path = stack.map((heading) => heading.text);
    const barrier = block.page !== page || (level !== undefined && level <= top);
    page = block.page;
    for (const [index, piece] of splitBlock(document.text, block, maxTokens, count).entries()) {
      units.push({ block, ...piece, path, barrier: barrier && index === 0 });
    }
  }
  return units;
}

/** The level whose headings part a document: the first that occurs more than once, else the deepest there is. */
function topLevel(blocks: readonly Block[]): number {
  const counts = new Map<number, number>();
  for (const block of blocks) if (block.kind === 'heading') counts.set(block.level ?? 6, (counts.get(block.level ?? 6) ?? 0) + 1);
  const levels = [...counts.keys()].sort((a, b) => a - b);
  return levels.find((level) => (counts.get(level) ?? 0) > 1) ?? levels[levels.length - 1] ?? 0;
}

function groupUnits(units: readonly Unit[], maxTokens: number): Unit[][] {
  const groups: Unit[][] = [];
  let group: Unit[] = [];
  let tokens = 0;
  const close = (): void => {
    if (group.length > 0) groups.push(group);
    group = [];
    tokens = 0;
  };
  for (const unit of units) {
    const headed = group.length > 0 && group.every((item) => item.block.kind === 'heading');
    const full = tokens + unit.tokens > maxTokens;
    const newSection = unit.block.kind === 'heading' && tokens >= maxTokens * ENOUGH;
    if (unit.barrier && !(headed && unit.block.page === group[0]?.block.page)) close();
    else if (full || newSection) closeBeforeLeadIns();
    group.push(unit);
    tokens += unit.tokens;
  }
  close();
  return groups;

  /** Headings and terms that would end the closed chunk move to the next one. */
  function closeBeforeLeadIns(): void {
    let keep = group.length;
    while (keep > 0 && leadsIn(group[keep - 1] as Unit)) keep--;
    const moved = keep === 0 ? [] : group.splice(keep);
    close();
    group = moved;
    tokens = moved.reduce((sum, unit) => sum + unit.tokens, 0);
  }
}

function leadsIn({ block }: Unit): boolean {
  return block.kind === 'heading' || (block.kind === 'definition' && block.end - block.start < LONGEST_LEAD_IN);
}

function commonPath(group: readonly Unit[]): readonly string[] {
  const content = group.filter((unit) => unit.block.kind !== 'heading');
  const [first, ...others] = content.length > 0 ? content : group;
  if (!first) return [];
  let length = first.path.length;
  for (const other of others) {
    let same = 0;
    while (same < length && other.path[same] === first.path[same]) same++;
    length = same;
  }
  return length === 0 ? first.path : first.path.slice(0, length);
}

function mainKind(group: readonly Unit[]): Block['kind'] {
  const sizes = new Map<Block['kind'], number>();
  for (const unit of group) sizes.set(unit.block.kind, (sizes.get(unit.block.kind) ?? 0) + unit.tokens);
  if (sizes.size > 1) sizes.delete('heading');
  return [...sizes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'paragraph';
}
