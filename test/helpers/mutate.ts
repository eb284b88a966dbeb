import type { SeededRandom } from './seededRandom.ts';

const LENGTHS = [0n, 1n, 0xffn, 0xffffn, 0xffff_ffffn, 0x7fff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ffffn, 0x8000_0000_0000_0000n];

/** One damaged copy: flipped bits, edited lengths, a cut, a splice or a run of random bytes. Most hit the first 4 kB, where headers are. */
export function mutate(original: Buffer, random: SeededRandom): Buffer {
  const bytes = Buffer.from(original);
  const near = (): number => random.below(random.next() < 0.7 ? Math.min(4_096, bytes.length) : bytes.length);
  const kind = random.below(5);
  if (kind === 0) for (let flips = 1 + random.below(8); flips > 0; flips--) flip(bytes, near(), random.below(8));
  if (kind === 1) for (let edits = 1 + random.below(3); edits > 0; edits--) writeLength(bytes, near(), LENGTHS[random.below(LENGTHS.length)] ?? 0n);
  if (kind === 2) return bytes.subarray(0, Math.floor((bytes.length * random.below(100)) / 100));
  if (kind === 3) bytes.copy(bytes, near(), near(), Math.min(bytes.length, near() + random.below(256)));
  if (kind === 4) for (let at = near(), end = Math.min(bytes.length, at + random.below(64)); at < end; at++) bytes.writeUInt8(random.below(256), at);
  return bytes;
}

function flip(bytes: Buffer, at: number, bit: number): void {
  if (at < bytes.length) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
}

function writeLength(bytes: Buffer, at: number, value: bigint): void {
  if (at + 8 <= bytes.length) bytes.writeBigUInt64LE(value, at);
}
