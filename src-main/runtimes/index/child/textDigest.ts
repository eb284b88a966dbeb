import { hash } from 'node:crypto';

/** Of SHA-256: 16 bytes tell a billion texts apart. */
const DIGEST_BYTES = 16;

/** What is embedded, told by its content: two chunks with the same text have one vector. */
export function textDigest(text: string): Buffer {
  return hash('sha256', text, 'buffer').subarray(0, DIGEST_BYTES);
}
