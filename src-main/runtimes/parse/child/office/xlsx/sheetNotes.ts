import type { FlowBlock } from '../blockFlow.ts';
import { targetOf, type OoxmlPackage } from '../ooxmlPackage.ts';
import { SlideWalker } from '../pptx/slideWalker.ts';
import { cellText } from './workbook.ts';

/** The comments on a sheet, each a block, in the file's order. */
export function readComments(source: OoxmlPackage, sheetPart: string): FlowBlock[] {
  const part = targetOf(source.relations(sheetPart), 'comments');
  const blocks: FlowBlock[] = [];
  if (part === undefined) return blocks;
  let text = '';
  let inText = false;
  source.readIfSound(part, {
    open: (tag) => {
      if (tag === 'comment') text = '';
      else if (tag === 't') inText = true;
    },
    close: (tag) => {
      if (tag === 't') inText = false;
      else if (tag === 'comment' && cellText(text) !== '') blocks.push({ kind: 'quote', text: cellText(text) });
    },
    text: (piece) => {
      if (inText) text += piece;
    },
  });
  return blocks;
}

/** The text boxes that float over a sheet. */
export function readDrawing(source: OoxmlPackage, sheetPart: string): FlowBlock[] {
  const part = targetOf(source.relations(sheetPart), 'drawing');
  if (part === undefined) return [];
  const walker = new SlideWalker();
  source.readIfSound(part, walker);
  walker.flow.finish();
  return walker.flow.blocks;
}
