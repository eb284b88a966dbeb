import type { Block } from '#contract/document.ts';

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
}

/**
 * A block as pieces of at most `maxTokens`, in order and without gaps: tables between rows, code and lists between
 * lines, prose between sentences, and only where one of those is itself too long between words.
 */
export function splitBlock(text: string, block: Block, maxTokens: number, count: (text: string) => number): Piece[] {
  const tokens = count(text.slice(block.start, block.end));
  if (tokens <= maxTokens) return [{ start: block.start, end: block.end, tokens }];
  return pack(breaksOf(text, block), 0);

  /** Packs the spans between break positions; one that is too long alone is broken more finely. */
  function pack(breaks: readonly number[], depth: number): Piece[] {
    const pieces: Piece[] = [];
    let open: Piece | undefined;
    for (let i = 0; i + 1 < breaks.length; i++) {
      const span = measure(breaks[i] as number, breaks[i + 1] as number);
      if (open && open.tokens + span.tokens <= maxTokens) {
        open = { start: open.start, end: span.end, tokens: open.tokens + span.tokens };
        continue;
      }
      if (open) pieces.push(open);
      open = span.tokens <= maxTokens ? span : undefined;
      if (!open) pieces.push(...(depth < FINER.length ? pack(finer(span, depth), depth + 1) : [span]));
    }
    if (open) pieces.push(open);
    return pieces;
  }

  function measure(start: number, end: number): Piece {
    return { start, end, tokens: count(text.slice(start, end)) };
  }

  function finer(span: Piece, depth: number): number[] {
    return positions(text, span, FINER[depth] as RegExp);
  }
}

/** Ends of lines, sentences, words, then a run without spaces by 120 characters: each finer than the one before. */
const FINER: readonly RegExp[] = [/\n/g, /[.!?;:]\s+/g, /\s+/g, /[^]{120}/g];

function breaksOf(text: string, block: Block): number[] {
  if (block.kind === 'table' && block.rows && block.rows.length > 1) {
    return [block.start, ...block.rows.filter((row) => row > block.start && row < block.end), block.end];
  }
  const byLines = block.kind === 'code' || block.kind === 'list' || block.kind === 'table' || block.kind === 'definition';
  return positions(text, block, byLines ? /\n/g : /[.!?]\s+/g);
}

/** Start, the end of each match inside, and end of a span. */
function positions(text: string, span: { start: number; end: number }, pattern: RegExp): number[] {
  const found = [span.start];
  for (const match of text.slice(span.start, span.end).matchAll(pattern)) {
    const at = span.start + match.index + match[0].length;
    if (at < span.end) found.push(at);
  }
  found.push(span.end);
  return found;
}
