import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { assembleDocument } from '../assembleDocument.ts';
import { officeTitle } from '../office/coreProperties.ts';
import { finishBlocks } from '../office/finishBlocks.ts';
import { RtfReader } from './rtfReader.ts';
import { readRtf } from './rtfTokens.ts';

/**
 * Reads Rich Text: paragraphs, headings by outline level or style, tables, notes after their paragraph. Hidden and
 * deleted text, headers and footers are counted and left out; pictures, objects and field codes are not looked at.
 * @throws AppError DOCUMENT_NO_TEXT
 */
export function parseRtf(bytes: Uint8Array, name: string, warnings: ParseWarning[]): ParsedDocument {
  const reader = new RtfReader();
  readRtf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'), reader);
  reader.finish();
  const blocks = finishBlocks(reader.flow.blocks);
  const { title = '', ...metadata } = reader.header.info;
  const heading = blocks.find((block) => block.kind === 'heading' && block.reason === undefined)?.text;
  const document = assembleDocument(blocks, { format: 'rtf', title: officeTitle(title, [heading], name), metadata, warnings, removed: reader.flow.removed });
  if (document.blocks.length > 0) return document;
  throw new AppError('DOCUMENT_NO_TEXT', `${name} has no text: ${reader.pictures > 0 ? 'it holds pictures and nothing else' : 'its pages are empty'}`, reader.pictures > 0 ? { hint: 'Run it through text recognition (OCR) and add the result.' } : {});
}
