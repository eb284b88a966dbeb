import { decodeWords } from 'postal-mime';
import { asPart } from './cleanName.ts';

export interface MailboxMessage {
  /** By date and subject. */
  readonly name: string;
  readonly modifiedMs: number | null;
  readonly bytes: Buffer;
}

const FROM = Buffer.from('From ');
const BREAK = Buffer.from('\nFrom ');

export function isMbox(bytes: Uint8Array): boolean {
  return /^From [^\r\n]{1,300}\d{2}:\d{2}[^\r\n]{0,60}\r?\n(?:>?[A-Za-z][\w-]*:|From )/.test(Buffer.from(bytes.subarray(0, 1_000)).toString('latin1'));
}

/** The messages of a mailbox in the mboxo, mboxrd or mboxcl form, one after the other. */
export function* readMbox(bytes: Uint8Array): Generator<MailboxMessage> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = buffer.subarray(0, FROM.length).equals(FROM) ? 0 : -1;
  while (start >= 0) {
    let next = buffer.indexOf(BREAK, start + 1);
    while (next >= 0 && !separates(buffer, next + 1)) next = buffer.indexOf(BREAK, next + 1);
    const lineEnd = buffer.indexOf(0x0a, start);
    if (lineEnd < 0) return;
    const message = unquoted(buffer.subarray(lineEnd + 1, next < 0 ? buffer.length : next + 1));
    if (message.length > 0) yield { ...headersOf(message), bytes: message };
    start = next < 0 ? -1 : next + 1;
  }
}

/** A line that begins a message tells a time, and the line after it is a header. */
function separates(buffer: Buffer, at: number): boolean {
  return /^From [^\r\n]*\d{1,2}:\d{2}[^\r\n]*\r?\n(?:[A-Za-z][\w-]*:|>From )/.test(buffer.toString('latin1', at, Math.min(buffer.length, at + 500)));
}

function unquoted(message: Buffer): Buffer {
  return message.includes('\n>From ') || message.includes('\n>>From ') ? Buffer.from(message.toString('latin1').replaceAll(/\n>(>*From )/g, '\n$1'), 'latin1') : message;
}

function headersOf(message: Buffer): { name: string; modifiedMs: number | null } {
  const head = message.toString('utf8', 0, 16_384).split(/\r?\n\r?\n/, 1)[0] ?? '';
  const header = (name: string): string => (new RegExp(`^${name}:([^\\r\\n]*(?:\\r?\\n[ \\t][^\\r\\n]*)*)`, 'im').exec(head)?.[1] ?? '').replaceAll(/\s+/g, ' ').trim();
  const time = Date.parse(header('Date').replace(/\s*\([^)]*\)\s*$/, ''));
  const known = !Number.isNaN(time) && time > 0 && time < 4e12;
  const subject = asPart(decodeWords(header('Subject').slice(0, 500)));
  return { name: `${known ? `${new Date(time).toISOString().slice(0, 10)} ` : ''}${subject || 'no subject'}.eml`, modifiedMs: known ? time : null };
}
