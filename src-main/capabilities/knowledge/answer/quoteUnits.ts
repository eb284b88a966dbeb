import type { Block, ParsedDocument } from '#contract/document.ts';
import { splitSentences, type SentenceSpan } from './splitSentences.ts';

/** A span of a parsed document that may be quoted: a sentence, a list item, a table row, a line of code. */
export interface QuoteUnit extends SentenceSpan {
  readonly documentId: string;
  /** Which of the passages it came from, best first. */
  readonly passage: number;
  readonly text: string;
  readonly kind: Block['kind'];
  readonly page: number | null;
  /** Which of the document's blocks; units of one block follow each other. */
  readonly block: number;
  /** The first row of a table with more: most often the names of its columns. */
  readonly heads?: true;
}

export interface PassageSpan {
  readonly documentId: string;
  readonly start: number;
  readonly end: number;
}

export const MAX_QUOTE = 400;

/** The units of a passage in reading order. None crosses a block, a cut or the passage's ends, none is longer than a quote may be. */
export function quoteUnits(document: ParsedDocument, passage: PassageSpan, number: number): QuoteUnit[] {
  const units: QuoteUnit[] = [];
  for (const [at, block] of document.blocks.entries()) {
    const start = Math.max(block.start, passage.start);
    const end = Math.min(block.end, passage.end);
    if (start >= end) continue;
    for (const span of spansOf(document, block, { start, end })) {
      for (const piece of withoutCuts(document, span)) {
        units.push({ ...piece, documentId: passage.documentId, passage: number, text: document.text.slice(piece.start, piece.end), kind: block.kind, page: block.page ?? null, block: at, ...(headsTable(document, block, piece) ? { heads: true } : {}) });
      }
    }
  }
  return units;
}

function headsTable(document: ParsedDocument, block: Block, { start, end }: SentenceSpan): boolean {
  return block.kind === 'table' && document.text.slice(block.start, start).trim() === '' && document.text.slice(end, block.end).trim() !== '';
}

function spansOf(document: ParsedDocument, block: Block, within: SentenceSpan): SentenceSpan[] {
  const text = document.text.slice(within.start, within.end);
  const lineBreaks = block.kind === 'list' || block.kind === 'table' || block.kind === 'code' ? 'end' : 'space';
  const local = block.kind === 'table' || block.kind === 'code' || block.kind === 'heading' ? lines(text) : splitSentences(text, { lineBreaks });
  return local.map((span) => ({ start: within.start + span.start, end: within.start + span.end }));
}

/** Rows of a table, lines of code: a dot ends nothing there. */
function lines(text: string): SentenceSpan[] {
  const spans: SentenceSpan[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    const start = at + line.indexOf(trimmed);
    if (trimmed !== '') spans.push({ start, end: start + trimmed.length });
    at += line.length + 1;
  }
  return spans;
}

/** Splits at places where something was removed, then to the length of a quote. */
function withoutCuts(document: ParsedDocument, span: SentenceSpan): SentenceSpan[] {
  const inside = document.cuts.filter((cut) => cut > span.start && cut < span.end);
  const edges = [span.start, ...inside, span.end];
  return edges.slice(1).flatMap((end, at) => shortened(document.text, trimmed(document.text, { start: edges[at] ?? span.start, end })));
}

/** Cuts an over-long sentence at clauses. */
function shortened(text: string, span: SentenceSpan): SentenceSpan[] {
  if (span.end <= span.start) return [];
  if (span.end - span.start <= MAX_QUOTE) return [span];
  const window = text.slice(span.start, span.start + MAX_QUOTE);
  const clause = Math.max(window.lastIndexOf('; '), window.lastIndexOf(': '), window.lastIndexOf(', '), window.lastIndexOf(' – '));
  const space = Math.max(window.lastIndexOf(' '), window.lastIndexOf('\n'));
  const length = clause > MAX_QUOTE / 3 ? clause + 1 : space > 0 ? space : MAX_QUOTE;
  const first = trimmed(text, { start: span.start, end: span.start + length });
  return [...(first.end > first.start ? [first] : []), ...shortened(text, trimmed(text, { start: span.start + length, end: span.end }))];
}

export function trimmed(text: string, span: SentenceSpan): SentenceSpan {
  let { start, end } = span;
  while (start < end && /\s/u.test(text[start] ?? '')) start += 1;
  while (end > start && /\s/u.test(text[end - 1] ?? '')) end -= 1;
  return { start, end };
}
