import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { assembleDocument, type RawBlock } from '../assembleDocument.ts';
import { cleanCharacters } from '../cleanCharacters.ts';
import { htmlFragment } from '../html/htmlFragment.ts';
import { officeTitle } from '../office/coreProperties.ts';
import type { Zip } from '../zip/readZip.ts';
import { readBook, readPage } from './epubPackage.ts';

/**
 * Reads a book page by page in its reading order, through the reader of web pages. Its tables of contents are left out;
 * a page without a heading gets the name that the table of contents gives it.
 * @throws AppError DOCUMENT_ENCRYPTED (DRM), _DAMAGED, _NO_TEXT, and what its ZIP archive throws
 */
export function parseEpub(zip: Zip, name: string, warnings: ParseWarning[]): ParsedDocument {
  const book = readBook(zip, name, warnings);
  const blocks: RawBlock[] = [];
  const removed: Record<string, number> = {};
  let missing = 0;
  for (const path of book.pages) {
    const source = readPage(zip, path, warnings);
    if (source === null) {
      missing++;
      continue;
    }
    const page = htmlFragment(source);
    for (const [reason, count] of Object.entries(page.removed)) removed[reason] = (removed[reason] ?? 0) + count;
    const called = cleanCharacters(book.names.get(path) ?? '').trim();
    const headed = page.blocks.some((block) => block.kind === 'heading' && block.reason === undefined);
    if (!headed && called !== '' && page.blocks.length > 0) blocks.push({ kind: 'heading', level: 2, text: called });
    for (const block of page.blocks) blocks.push(onlyRaw(block));
  }
  if (missing > 0) warnings.push({ code: 'damaged-part', message: `${missing} of the ${book.pages.length} pages of ${name} are missing from the file` });
  const { title, metadata, language } = book.properties;
  const heading = blocks.find((block) => block.kind === 'heading' && block.reason === undefined)?.text;
  const document = assembleDocument(blocks, { format: 'epub', title: officeTitle(title, [heading], name), metadata, language, warnings, removed });
  if (document.blocks.length === 0) throw new AppError('DOCUMENT_NO_TEXT', `${name} has no text: ${book.pages.length === 0 ? 'it lists no pages' : `its ${book.pages.length} pages hold pictures only or are missing`}`);
  return document;
}

/** What the reader of web pages keeps of its regions would hold the whole book in memory. */
function onlyRaw({ kind, text, level, anchor, rows, cuts, reason }: RawBlock): RawBlock {
  return { kind, text, ...(level === undefined ? {} : { level }), ...(anchor === undefined ? {} : { anchor }), ...(rows === undefined ? {} : { rows }), ...(cuts === undefined ? {} : { cuts }), ...(reason === undefined ? {} : { reason }) };
}
