import { ParsedDocument } from '../../../../src-main/contract/document.ts';

/** What is wrong with a parsed document, one line for each broken promise of the contract; empty = sound. */
export function documentFaults(document: ParsedDocument): string[] {
  const faults: string[] = [];
  const shape = ParsedDocument.safeParse(document);
  if (!shape.success) faults.push(`shape: ${shape.error.message.slice(0, 300)}`);
  const { text, blocks, cuts } = document;
  if (!text.isWellFormed()) faults.push('lone surrogates');
  if (/[\u0000-\u0008\u000b-\u001f\u00ad\u200b\ufeff]/.test(text)) faults.push('invisible characters');
  let end = 0;
  for (const [index, block] of blocks.entries()) {
    const slice = text.slice(block.start, block.end);
    const where = `block ${index} (${block.kind}, ${block.start}–${block.end})`;
    if (block.start < end) faults.push(`${where} overlaps the one before`);
    if (slice.trim() === '') faults.push(`${where} is empty`);
    if (text.slice(end, block.start).trim() !== '') faults.push(`${where} has text before it that no block holds`);
    if (block.kind === 'heading' && block.level === undefined) faults.push(`${where} has no level`);
    for (const row of block.rows ?? []) if (row < block.start || row >= block.end) faults.push(`${where} has a row at ${row}`);
    if (document.format === 'pdf' && block.page === undefined) faults.push(`${where} has no page`);
    for (const box of block.boxes ?? []) if (box.page !== block.page) faults.push(`${where} has a box on page ${box.page}`);
    end = Math.max(end, block.end);
  }
  if (text.slice(end).trim() !== '') faults.push('text after the last block');
  let last = -1;
  for (const cut of cuts) {
    if (cut < 0 || cut > text.length || cut <= last) faults.push(`cut at ${cut} is out of range or order`);
    last = cut;
  }
  for (const [reason, count] of Object.entries(document.removed)) if (count <= 0) faults.push(`removed ${reason}: ${count}`);
  return faults.slice(0, 5);
}
