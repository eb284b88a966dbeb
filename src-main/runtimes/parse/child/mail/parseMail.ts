import type { ParsedDocument, ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { assembleDocument, type RawBlock } from '../assembleDocument.ts';
import { cleanCharacters } from '../cleanCharacters.ts';
import { htmlFragment } from '../html/htmlFragment.ts';
import { readMail, showAddress, showAddresses } from './readMail.ts';

/** Reads one message: its subject, who wrote to whom and when, its text with what it quotes, and the names of its attachments. */
export async function parseMail(bytes: Uint8Array, name: string, warnings: ParseWarning[]): Promise<ParsedDocument> {
  const mail = await readMail(bytes, name);
  const subject = oneLine(mail.subject ?? '');
  const from = oneLine(showAddress(mail.from ?? mail.sender));
  const body = mail.text?.trim() ? textParts(mail.text) : mail.html ? htmlFragment(mail.html).blocks : [];
  const attachments = mail.attachments.filter((part) => !part.related).map((part) => oneLine(part.filename ?? '') || `an unnamed ${part.mimeType || 'part'}`);
  if (from === '' && subject === '' && body.length === 0) throw new AppError('DOCUMENT_NO_TEXT', `${name} has no text: it has neither a sender nor a subject nor a body`);
  const headers: readonly (readonly [string, string])[] = [['From', from], ['To', showAddresses(mail.to)], ['Cc', showAddresses(mail.cc)], ['Date', mail.date ?? ''], ['Subject', subject], ['Attachments', attachments.join(', ')]];
  const shown = headers.map(([key, value]) => [key, oneLine(value).slice(0, 2_000)] as const).filter(([, value]) => value !== '');
  const blocks: RawBlock[] = [
    ...(subject === '' ? [] : [{ kind: 'heading', level: 1, text: subject.slice(0, 500) } as const]),
    ...(shown.length === 0 ? [] : [{ kind: 'list', text: shown.map(([key, value]) => `${key}: ${value}`).join('\n') } as const]),
    ...body,
  ];
  if (attachments.length > 0) warnings.push({ code: 'attachment-not-read', message: `${attachments.length === 1 ? 'An attachment was' : `${attachments.length} attachments were`} not read with the message: ${attachments.slice(0, 10).join(', ')}` });
  const metadata: Record<string, string> = {};
  if (from !== '') metadata['author'] = from.slice(0, 500);
  if (mail.date) metadata['created'] = mail.date.slice(0, 100);
  if (mail.messageId) metadata['message-id'] = oneLine(mail.messageId).slice(0, 500);
  return assembleDocument(blocks, { format: 'email', title: subject.slice(0, 300) || name, metadata, warnings });
}

/** Paragraphs of a plain body; lines with `>` before them are what an earlier message said. */
function textParts(source: string): RawBlock[] {
  const blocks: RawBlock[] = [];
  let lines: string[] = [];
  let quoted = false;
  const close = (): void => {
    const text = lines.join('\n').trimEnd();
    if (text.trim() !== '') blocks.push({ kind: quoted ? 'quote' : 'paragraph', text });
    lines = [];
  };
  for (const line of cleanCharacters(source).split('\n')) {
    const quote = /^(?:>[ \t]?)+/.exec(line);
    const isQuote = quote !== null && !line.startsWith('>From ');
    const text = isQuote ? line.slice(quote[0].length) : line;
    if (isQuote !== quoted || text.trim() === '') close();
    if (text.trim() === '') continue;
    quoted = isQuote;
    lines.push(text.trimEnd());
  }
  close();
  return blocks;
}

const oneLine = (text: string): string => cleanCharacters(text).replaceAll(/\s+/g, ' ').trim();
