import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { assembleDocument, type RawBlock } from '../assembleDocument.ts';
import { BlockWalker } from './blockWalker.ts';
import type { HtmlBlock } from './htmlBlock.ts';
import { isIndexPage, markBoilerplate } from './markBoilerplate.ts';
import { textBlocks } from '../plain/textBlocks.ts';
import { chooseTitle } from './chooseTitle.ts';

const FRAMES = /<frameset[\s>]/i;

/**
 * Reads a page into blocks, without its navigation.
 * @throws AppError DOCUMENT_NO_TEXT when nothing readable is left (a frameset, a page made by scripts).
 */
export function parseHtml(source: string, name: string, warnings: ParseWarning[]): ParsedDocument {
  const framed = FRAMES.test(source.slice(0, 100_000));
  const page = new BlockWalker(framed ? source.replaceAll(/<\/?noframes[^>]*>/gi, '') : source).walk();
  markBoilerplate(page);
  promoteBoldLines(page.blocks);
  const metadata = page.metadata;
  if (isIndexPage(page.blocks)) metadata['kind'] = 'index';
  const blocks = page.blocks.flatMap(splitProse);
  const title = chooseTitle(page.title || metadata['og:title'] || '', page.blocks, name);
  const document = assembleDocument(blocks, { format: 'html', title, metadata, warnings, removed: page.removed, language: page.language });
  if (document.blocks.length === 0) throw noText(name, page.frames, page.removed['script'] ?? 0);
  return document;
}

function noText(name: string, frames: number, script: number): AppError {
  const why = frames > 0 ? `it is a frameset that only points to ${frames} other pages` : script > 0 ? 'its text is made by scripts, which are never run' : 'it holds tags and no text';
  return new AppError('DOCUMENT_NO_TEXT', `${name} has no text: ${why}`, {
    hint: frames > 0 ? 'Add the pages that the frames show.' : 'Save the page from a browser after it has loaded, and add that file.',
  });
}

/** On pages without headings, a line that is bold from end to end is one. */
function promoteBoldLines(blocks: readonly HtmlBlock[]): void {
  let headings = 0;
  for (const block of blocks) if (block.kind === 'heading' && block.reason === undefined) headings++;
  if (headings > 1) return;
  for (const block of blocks) {
    const { text } = block;
    if (block.kind === 'paragraph' && text.length >= 3 && text.length <= 100 && block.bold >= text.length - 1 && !/[.,;:!?]$/.test(text) && !text.includes('\n')) {
      block.kind = 'heading';
      block.level = 3;
    }
  }
}

/** A whole manual inside one <pre> (RFCs, old READMEs) is text with headings and paragraphs, not one piece of code. */
function splitProse(block: HtmlBlock): RawBlock[] {
  if (block.kind !== 'code' || block.text.length < 1_500 || (block.cuts?.length ?? 0) > 0) return [block];
  const lines = block.text.split('\n');
  const filled = lines.filter((line) => line.trim() !== '');
  if (lines.length - filled.length < 5) return [block];
  const prose = filled.filter((line) => /^\s*(?:[\p{L}\d"'(][\p{L}\d'’,.:"()-]*\s+){4,}/u.test(line) && !/[{};=<>|]{1}/.test(line)).length;
  return prose >= 0.5 * filled.length ? textBlocks(block.text).map((part) => ({ ...part, reason: part.reason ?? block.reason })) : [block];
}
