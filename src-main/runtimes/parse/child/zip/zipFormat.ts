import { openZip, type Zip } from './readZip.ts';

export type ZipDocumentFormat = 'docx' | 'pptx' | 'xlsx' | 'odt' | 'ods' | 'odp' | 'epub';

/** What a ZIP archive is: a document, something else that is named, or an archive of files. */
export type ZipKind = { readonly format: ZipDocumentFormat } | { readonly unsupported: string } | 'archive';

const OPENDOCUMENT: readonly (readonly [RegExp, ZipKind])[] = [
  [/^application\/vnd\.(?:oasis\.opendocument\.text|sun\.xml\.writer)/, { format: 'odt' }],
  [/^application\/vnd\.(?:oasis\.opendocument\.spreadsheet|sun\.xml\.calc)/, { format: 'ods' }],
  [/^application\/vnd\.(?:oasis\.opendocument\.(?:presentation|graphics)|sun\.xml\.(?:impress|draw))/, { format: 'odp' }],
  [/^application\/epub\+zip/, { format: 'epub' }],
  [/^application\/vnd\.(?:oasis\.opendocument|sun\.xml)/, { unsupported: 'an OpenDocument formula, chart or database' }],
];
const CONTENT_TYPES: readonly (readonly [RegExp, ZipKind])[] = [
  [/ms-excel\.sheet\.binary/i, { unsupported: 'an Excel binary workbook (XLSB): save it as XLSX' }],
  [/(?:wordprocessingml|ms-word)\.(?:document|template)(?:\.macroEnabled[A-Za-z]*)?\.main\+xml|ms-word\.(?:document|template)\.macroEnabled/i, { format: 'docx' }],
  [/(?:presentationml|ms-powerpoint)\.(?:presentation|template|slideshow|addin)(?:\.macroEnabled)?\.main\+xml/i, { format: 'pptx' }],
  [/(?:spreadsheetml|ms-excel)\.(?:sheet|template|addin)(?:\.macroEnabled)?\.main\+xml/i, { format: 'xlsx' }],
  [/ms-visio/i, { unsupported: 'a Visio drawing: save it as PDF' }],
  [/fixeddocumentsequence|fixeddocseq/i, { unsupported: 'an XPS document: save it as PDF' }],
];
const NAMED: readonly (readonly [RegExp, ZipKind])[] = [
  [/\.opf$/i, { format: 'epub' }],
  [/^word\/document\.xml$/i, { format: 'docx' }],
  [/^ppt\/presentation\.xml$/i, { format: 'pptx' }],
  [/^xl\/workbook\.xml$/i, { format: 'xlsx' }],
  [/^index\.(?:apxl|xml)(?:\.gz)?$|^Index\/Document\.iwa$|^Index\.zip$/, { unsupported: 'an Apple iWork document: save it as PDF or DOCX' }],
  [/^FixedDocSeq\.fdseq$/i, { unsupported: 'an XPS document: save it as PDF' }],
];

/** Tells by its parts what a ZIP archive holds. */
export function zipKind(zip: Zip): ZipKind {
  const type = shortText(zip, 'mimetype', 200).trim();
  const byType = OPENDOCUMENT.find(([pattern]) => pattern.test(type));
  if (byType) return byType[1];
  const content = shortText(zip, '[Content_Types].xml', 5_000_000);
  const byContent = content === '' ? undefined : CONTENT_TYPES.find(([pattern]) => pattern.test(content));
  if (byContent) return byContent[1];
  for (const [pattern, kind] of NAMED) if (zip.entries.some((entry) => pattern.test(entry.name.replaceAll('\\', '/')))) return kind;
  return 'archive';
}

/** The start of a part as text; empty where it is missing, encrypted or damaged: then names decide. */
function shortText(zip: Zip, name: string, cap: number): string {
  const entry = zip.find(name);
  if (!entry) return '';
  try {
    return zip.read(entry, cap).toString('latin1').replaceAll('\0', '');
  } catch {
    return '';
  }
}

/** @throws AppError DOCUMENT_DAMAGED, DOCUMENT_TOO_LARGE */
export function zipKindOf(bytes: Uint8Array, name: string): ZipKind {
  return zipKind(openZip(bytes, name));
}
