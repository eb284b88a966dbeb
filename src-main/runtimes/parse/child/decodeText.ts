import type { ParseWarning } from '#contract/document.ts';
import { guessEncoding } from './guessEncoding.ts';

export interface DecodedText {
  readonly text: string;
  readonly encoding: string;
}

/**
 * Bytes to text: byte-order mark, then UTF-8 where it is valid, then what the file declares, then what its letters look
 * like or else windows-1252, with a warning.
 * Never fails: bytes that fit nothing become U+FFFD.
 */
export function decodeText(bytes: Uint8Array, declared: string | null, warnings: ParseWarning[]): DecodedText {
  const marked = byOrderMark(bytes) ?? byZeroes(bytes);
  if (marked) return decodeAs(marked, bytes);
  const utf8 = tryUtf8(bytes);
  if (utf8 !== null) return { text: utf8, encoding: 'utf-8' };
  const label = declared === null ? null : knownLabel(declared);
  if (label && label !== 'utf-8' && !label.startsWith('utf-16')) return decodeAs(label, bytes);
  if (mostlyUtf8(bytes)) {
    warnings.push({ code: 'encoding-damaged', message: 'Some bytes are not valid UTF-8 and were replaced by \ufffd' });
    return decodeAs('utf-8', bytes);
  }
  const guessed = guessEncoding(bytes) ?? 'windows-1252';
  warnings.push({ code: 'encoding-guessed', message: `Not valid UTF-8 and no encoding declared: read as ${guessed}` });
  return decodeAs(guessed, bytes);
}

function decodeAs(encoding: string, bytes: Uint8Array): DecodedText {
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}

function byOrderMark(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return null;
}

/** UTF-16 without a mark: nearly every second byte of Western text is zero. */
function byZeroes(bytes: Uint8Array): string | null {
  const size = Math.min(bytes.length, 4_096) & ~1;
  if (size < 8) return null;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < size; at += 2) {
    if (bytes[at] === 0) even++;
    if (bytes[at + 1] === 0) odd++;
  }
  const pairs = size / 2;
  if (odd > 0.7 * pairs && even < 0.05 * pairs) return 'utf-16le';
  if (even > 0.7 * pairs && odd < 0.05 * pairs) return 'utf-16be';
  return null;
}

function tryUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** A few bad bytes in a text with many good multi-byte characters: damaged UTF-8, not another encoding. */
function mostlyUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, 1_000_000));
  let bad = 0;
  let good = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) bad++;
    else if (code > 0x7f) good++;
  }
  return good > 4 * bad;
}

function knownLabel(declared: string): string | null {
  try {
    return new TextDecoder(declared.trim()).encoding;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The encoding that a page's first bytes declare: `<meta charset>`, http-equiv or the XML declaration. */
export function declaredEncoding(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4_096));
  const found = /<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(head) ?? /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)/i.exec(head);
  return found?.[1] ?? null;
}
