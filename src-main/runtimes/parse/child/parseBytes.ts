import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../base/appError.ts';
import { parseCsv } from './data/parseCsv.ts';
import { parseJson } from './data/parseJson.ts';
import { declaredEncoding, decodeText } from './decodeText.ts';
import { parseHtml } from './html/parseHtml.ts';
import { parseMail } from './mail/parseMail.ts';
import { costlyMarkdown } from './markdown/costlyMarkdown.ts';
import { parseMarkdown } from './markdown/parseMarkdown.ts';
import { normaliseMetadata } from './normaliseMetadata.ts';
import { parseNotebook } from './notebook/parseNotebook.ts';
import { parseZipped } from './office/parseZipped.ts';
import { parsePdf } from './pdf/parsePdf.ts';
import { parseCode } from './plain/parseCode.ts';
import { parsePlainText } from './plain/parsePlainText.ts';
import { parseRtf } from './rtf/parseRtf.ts';
import { sniffFormat } from './sniffFormat.ts';

/**
 * Reads a file's bytes into a parsed document. `name` is used in messages and, after the bytes, to tell the format.
 * @throws AppError DOCUMENT_EMPTY, _UNSUPPORTED, _ENCRYPTED, _DAMAGED, _TOO_LARGE or _NO_TEXT, with the reason in words.
 */
export async function parseBytes(bytes: Uint8Array, name: string): Promise<ParsedDocument> {
  const document = normaliseMetadata(await parseByFormat(bytes, name));
  // A document without a title of its own is called like its file, without the folders.
  return document.title === name ? { ...document, title: name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1) || name } : document;
}

async function parseByFormat(bytes: Uint8Array, name: string): Promise<ParsedDocument> {
  if (bytes.length === 0) throw new AppError('DOCUMENT_EMPTY', `${name} is empty: it has 0 bytes`);
  const sniffed = sniffFormat(bytes, name);
  if ('unsupported' in sniffed) {
    throw new AppError('DOCUMENT_UNSUPPORTED', `${name} looks like ${sniffed.unsupported}, which cannot be read here`, {
      hint: 'Markdown, HTML, plain text, source code, PDF, DOCX, PPTX, XLSX, ODT, ODS, ODP, EPUB, RTF, CSV, JSON, notebook and mail files with text can be added.',
    });
  }
  const warnings: ParseWarning[] = sniffed.mismatch === undefined ? [] : [{ code: 'format-mismatch', message: sniffed.mismatch }];
  switch (sniffed.format) {
    case 'pdf':
      return parsePdf(bytes, name, warnings);
    case 'email':
      return parseMail(bytes, name, warnings);
    case 'rtf':
      return parseRtf(bytes, name, warnings);
    case 'docx':
    case 'pptx':
    case 'xlsx':
    case 'odt':
    case 'ods':
    case 'odp':
    case 'epub':
      return parseZipped(bytes, name, { format: sniffed.format, warnings });
  }
  const { text } = decodeText(bytes, sniffed.format === 'html' ? declaredEncoding(bytes) : null, warnings);
  if (text.trim() === '') throw new AppError('DOCUMENT_EMPTY', `${name} holds only white space`);
  switch (sniffed.format) {
    case 'html':
      return parseHtml(text, name, warnings);
    case 'markdown':
      return parseMarkdownOrText(text, name, warnings);
    case 'csv':
      return parseCsv(text, name, warnings);
    case 'json':
      return parseJson(text, name, warnings);
    case 'notebook':
      return parseNotebook(text, name, warnings);
    case 'code':
      return parseCode(text, name, warnings);
    case 'text':
      return parsePlainText(text, name, warnings);
  }
}

function parseMarkdownOrText(text: string, name: string, warnings: ParseWarning[]): ParsedDocument {
  const costly = costlyMarkdown(text);
  if (costly === null) return parseMarkdown(text, name, warnings);
  warnings.push({ code: 'read-as-text', message: `Read as plain text, not Markdown: ${costly}` });
  return parsePlainText(text, name, warnings);
}
