import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { assembleDocument } from '../assembleDocument.ts';
import { cleanCharacters } from '../cleanCharacters.ts';
import { textBlocks } from './textBlocks.ts';

/** Reads plain text, reStructuredText, AsciiDoc and formatted man pages. */
export function parsePlainText(source: string, name: string, warnings: ParseWarning[]): ParsedDocument {
  // Overstruck letters (`N\bNA\bA`) of formatted man pages.
  const text = cleanCharacters(source.replaceAll(/[^\n]\u0008/g, '').replaceAll(/\u001b\[[\d;]*m/g, ''));
  const blocks = textBlocks(text);
  if (blocks.length === 0) throw new AppError('DOCUMENT_EMPTY', `${name} holds only white space`);
  const heading = blocks.slice(0, 5).find((block) => block.kind === 'heading');
  return assembleDocument(blocks, { format: 'text', title: heading ? heading.text : name, metadata: {}, warnings });
}
