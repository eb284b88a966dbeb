import { PARSED_DOCUMENT_VERSION, type Block, type BlockKind, type DocumentFormat, type PageBox, type ParsedDocument, type ParseWarning } from '#contract/document.ts';
import { noteRemoved } from './removedText.ts';

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
  let full = false;
  for (const whole of raw) {
    if (whole.reason !== undefined) {
      removed[whole.reason] = (removed[whole.reason] ?? 0) + whole.text.length;
      noteRemoved(whole.reason, whole.text);
      cutPending = true;
      continue;
    }
    if (whole.text === '') continue;
    const separator = !last ? '' : last.kind === 'list' && whole.kind === 'list' ? '\n' : '\n\n';
    const block = shortened(whole, MAX_TEXT - length - separator.length);
    full = block !== whole;
    if (block.text === '') break;
    parts.push(separator);
    length += separator.length;
    if (cutPending) cuts.add(length);
    cutPending = false;
    for (const cut of block.cuts ?? []) cuts.add(length + Math.min(cut, block.text.length));
    parts.push(block.text);
    blocks.push(placeBlock(block, length));
    length += block.text.length;
    last = block;
    if (full) break;
  }
  if (full) warnings.push({ code: 'truncated', message: `Only the first ${length.toLocaleString('en')} characters were kept: the limit is ${MAX_TEXT.toLocaleString('en')}` });
  if (cutPending || full) cuts.add(length);
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

/** A log of 150 MB may be one block: as much of it as there is room for, up to the end of a line or a word. */
function shortened(block: RawBlock, room: number): RawBlock {
  if (block.text.length <= room) return block;
  const end = Math.max(block.text.lastIndexOf('\n', room), block.text.lastIndexOf(' ', room));
  const text = block.text.slice(0, Math.max(0, end > 0 ? end : room)).trimEnd();
  const inside = (places: readonly number[] | undefined): number[] => (places ?? []).filter((place) => place < text.length);
  return { ...block, text, ...(block.rows ? { rows: inside(block.rows) } : {}), ...(block.cuts ? { cuts: inside(block.cuts) } : {}) };
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
