import { randomBytes } from 'node:crypto';

let lastMs = -1;
let counter = 0;

/**
 * UUID version 7 (RFC 9562 §5.7): 48 bits of UTC milliseconds, then a 12-bit counter, then 62 random bits.
 * Ids made by one process sort in the order they were made, also when the wall clock steps back.
 */
export function uuidv7(nowMs: number = Date.now()): string {
  const bytes = randomBytes(16);
  if (nowMs > lastMs) {
    lastMs = nowMs;
    // A random start below half the range leaves 2,048 ids for this millisecond before time is borrowed.
    counter = bytes.readUInt16BE(6) & 0x7ff;
  } else if (counter < 0xfff) {
    counter += 1;
  } else {
    lastMs += 1;
    counter = 0;
  }
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
