import { PARSED_DOCUMENT_VERSION, type Block, type BlockKind, type DocumentFormat, type PageBox, type ParsedDocument, type ParseWarning } from '#contract/document.ts';

/** The most text one document may give, in UTF-16 units: what is past it is left out and said (SAFETY §3.3: output 200 MB). */
export const MAX_TEXT = 100_000_000;

/** A block before it has a place in the text. `cuts` and `rows` are offsets in its own text. */
export interface RawBlock {
  kind: BlockKind;
  text: string;
  level?: number;
  anchor?: string;
  page?: number;
  boxes?: PageBox[];
  rows?: number[];
  cuts?: number[];
  /** Why cleaning takes this block out; absent = it stays. */
  reason?: string | undefined;
}

export interface DocumentFacts {
  readonly format: DocumentFormat;
  readonly title: string;
  readonly metadata: Record<string, string>;
  readonly warnings: ParseWarning[];
  readonly removed?: Record<string, number>;
  readonly pages?: ParsedDocument['pages'];
  readonly outline?: ParsedDocument['outline'];
  readonly language?: string | undefined;
}

/** Joins blocks into the one text of a document; white space is all that it adds. What a `reason` removes leaves a cut and a count. */
export function assembleDocument(raw: readonly RawBlock[], facts: DocumentFacts): ParsedDocument {
  const removed: Record<string, number> = { ...facts.removed };
  const warnings = [...facts.warnings];
  const parts: string[] = [];
  const blocks: Block[] = [];
  const cuts = new Set<number>();
  let length = 0;
  let cutPending = false;
  let last: RawBlock | undefined;
  for (const block of raw) {
    if (block.reason !== undefined) {
      removed[block.reason] = (removed[block.reason] ?? 0) + block.text.length;
      cutPending = true;
      continue;
    }
    if (block.text === '') continue;
    if (length + block.text.length > MAX_TEXT) {
      warnings.push({ code: 'truncated', message: `Only the first ${length.toLocaleString('en')} characters were kept: the limit is ${MAX_TEXT.toLocaleString('en')}` });
      cutPending = true;
      break;
    }
    if (last) {
      const separator = last.kind === 'list' && block.kind === 'list' ? '\n' : '\n\n';
      parts.push(separator);
      length += separator.length;
    }
    if (cutPending) cuts.add(length);
    cutPending = false;
    for (const cut of block.cuts ?? []) cuts.add(length + Math.min(cut, block.text.length));
    parts.push(block.text);
    blocks.push(placeBlock(block, length));
    length += block.text.length;
    last = block;
  }
  if (cutPending) cuts.add(length);
  return {
    version: PARSED_DOCUMENT_VERSION,
    format: facts.format,
    title: facts.title,
    text: parts.join('').toWellFormed(),
    blocks,
    cuts: [...cuts].sort((a, b) => a - b),
    removed,
    ...(facts.pages ? { pages: facts.pages } : {}),
    ...(facts.outline && facts.outline.length > 0 ? { outline: facts.outline } : {}),
    ...(facts.language ? { language: facts.language } : {}),
    metadata: facts.metadata,
    warnings,
  };
}

function placeBlock(block: RawBlock, start: number): Block {
  return {
    kind: block.kind,
    start,
    end: start + block.text.length,
    ...(block.kind === 'heading' ? { level: Math.min(6, Math.max(1, block.level ?? 1)) } : {}),
    ...(block.page === undefined ? {} : { page: block.page }),
    ...(block.boxes === undefined ? {} : { boxes: block.boxes }),
    ...(block.anchor === undefined ? {} : { anchor: block.anchor }),
    ...(block.rows === undefined ? {} : { rows: block.rows.map((row) => row + start) }),
  };
}
