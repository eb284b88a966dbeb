import { hash } from 'node:crypto';

/** Of SHA-256: 16 bytes tell a billion texts apart. */
const DIGEST_BYTES = 16;

/** Title and headings above a chunk, as they are embedded with it. */
export function headingOf(title: string, headings: readonly string[]): string {
  return [title, ...headings].filter((part) => part !== '').join(' > ');
}

/** What is embedded, told by its content: two chunks with the same text under the same heading have one vector. */
export function textDigest(heading: string, text: string): Buffer {
  return hash('sha256', `${heading}\n${text}`, 'buffer').subarray(0, DIGEST_BYTES);
}
