import { AppError } from '../../../../base/appError.ts';

const MAGIC = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const ENTRY_SIZE = 128;
/** The streams (names in lower case) that tell a format, in the order that they count: a document may hold another one. */
const STREAMS: readonly (readonly [string, string])[] = [
  ['__properties_version1.0', 'an Outlook message (MSG): save it as EML'],
  ['worddocument', 'an old Word document (DOC): save it as DOCX or PDF'],
  ['powerpoint document', 'an old PowerPoint presentation (PPT): save it as PPTX or PDF'],
  ['workbook', 'an old Excel workbook (XLS): save it as XLSX'],
  ['book', 'an old Excel workbook (XLS): save it as XLSX'],
  ['visiodocument', 'a Visio drawing (VSD): save it as PDF'],
  ['matost', 'a Works document: save it as PDF'],
  ['quill', 'a Publisher document (PUB): save it as PDF'],
];

export function isOle(bytes: Uint8Array): boolean {
  return MAGIC.every((value, at) => bytes[at] === value);
}

/**
 * What an OLE container (the old Office formats) holds, in words.
 * @throws AppError DOCUMENT_ENCRYPTED for an encrypted DOCX, PPTX or XLSX: those are wrapped in such a container
 */
export function describeOle(bytes: Uint8Array, name: string): string {
  const streams = streamNames(bytes);
  if (streams.has('encryptedpackage')) throw new AppError('DOCUMENT_ENCRYPTED', `${name} is protected by a password`, { hint: 'Save it without a password and add that copy.' });
  return STREAMS.find(([stream]) => streams.has(stream))?.[1] ?? 'an old Microsoft Office file: save it as DOCX, XLSX, PPTX or PDF';
}

/** The names in its directory, wherever that is: entries are 128 bytes long and aligned, with the name's length behind it. */
function streamNames(bytes: Uint8Array): Set<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names = new Set<string>();
  for (let at = 512; at + ENTRY_SIZE <= buffer.length; at += ENTRY_SIZE) {
    const size = buffer.readUInt16LE(at + 64);
    const kind = buffer[at + 66];
    if (size < 4 || size > 64 || size % 2 !== 0 || (kind !== 1 && kind !== 2 && kind !== 5)) continue;
    names.add(buffer.toString('utf16le', at, at + size - 2).toLowerCase());
  }
  return names;
}
