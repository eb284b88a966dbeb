import type { FlowBlock } from './blockFlow.ts';

/** Lines of code become one block; in a document without any heading, a line that is bold from end to end is one. */
export function finishBlocks(blocks: readonly FlowBlock[]): FlowBlock[] {
  const done: FlowBlock[] = [];
  const headed = blocks.some((block) => block.kind === 'heading' && block.reason === undefined);
  let code: FlowBlock[] = [];
  const endCode = (): void => {
    if (code.length > 0) done.push(joinCode(code));
    code = [];
  };
  for (const block of blocks) {
    if (block.kind === 'code' && block.reason === undefined && (code.length === 0 || code[0]?.page === block.page)) {
      code.push(block);
      continue;
    }
    endCode();
    if (block.kind === 'code' && block.reason === undefined) code.push(block);
    else done.push(!headed && isBoldLine(block) ? { ...block, kind: 'heading', level: 3 } : block);
  }
  endCode();
  return done.map(({ bold: _bold, ...block }) => block);
}

function isBoldLine({ kind, text, bold, reason }: FlowBlock): boolean {
  return kind === 'paragraph' && bold === true && reason === undefined && text.length >= 3 && text.length <= 100 && !/[.,;:!?\n]/.test(text.at(-1) ?? '') && !text.includes('\n');
}

function joinCode(lines: readonly FlowBlock[]): FlowBlock {
  const first = lines[0] as FlowBlock;
  if (lines.length === 1) return first;
  const cuts: number[] = [];
  let length = 0;
  for (const line of lines) {
    for (const cut of line.cuts ?? []) cuts.push(length + cut);
    length += line.text.length + 1;
  }
  return { ...first, text: lines.map((line) => line.text).join('\n'), ...(cuts.length > 0 ? { cuts } : {}) };
}
