import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { parseEpub } from '../epub/parseEpub.ts';
import { parseOds } from '../opendocument/parseOds.ts';
import { parseOdt } from '../opendocument/parseOdt.ts';
import { openZip } from '../zip/readZip.ts';
import type { ZipDocumentFormat } from '../zip/zipFormat.ts';
import { parseDocx } from './docx/parseDocx.ts';
import { parsePptx } from './pptx/parsePptx.ts';
import { parseXlsx } from './xlsx/parseXlsx.ts';

/**
 * Reads a document that is a ZIP archive of parts.
 * @throws AppError DOCUMENT_ENCRYPTED, _DAMAGED, _TOO_LARGE, _NO_TEXT or _UNSUPPORTED
 */
export function parseZipped(bytes: Uint8Array, name: string, { format, warnings }: { readonly format: ZipDocumentFormat; readonly warnings: ParseWarning[] }): ParsedDocument {
  const zip = openZip(bytes, name);
  switch (format) {
    case 'docx':
      return parseDocx(zip, name, warnings);
    case 'pptx':
      return parsePptx(zip, name, warnings);
    case 'xlsx':
      return parseXlsx(zip, name, warnings);
    case 'odt':
    case 'odp':
      return parseOdt(zip, name, { format, warnings });
    case 'ods':
      return parseOds(zip, name, warnings);
    case 'epub':
      return parseEpub(zip, name, warnings);
  }
}
