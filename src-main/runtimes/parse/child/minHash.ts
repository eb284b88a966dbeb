/** Bins of a signature; with 16 bands of 8 rows two texts of similarity 0.7 meet in a band half of the time, of 0.9 nearly always. */
export const SIGNATURE_BINS = 128;
const BAND_ROWS = 8;
const SHINGLE_WORDS = 5;
/** Fewer words say too little: their likeness is chance or exact. */
const FEWEST_SHINGLES = 40;
const EMPTY = 0xffffffff;

const WORD = /[\p{L}\p{N}]+/gu;

/**
 * MinHash signature of a text over its shingles of five words, without case and punctuation: one permutation, cut into bins
 * (Li, Owen and Zhang, 2012), empty bins filled from their neighbours (Shrivastava and Li, 2014). null for texts too short to compare.
 */
export function minHash(text: string): Uint32Array | null {
  const bins = new Uint32Array(SIGNATURE_BINS).fill(EMPTY);
  const recent: number[] = [];
  let shingles = 0;
  for (const [word] of text.matchAll(WORD)) {
    recent.push(hashWord(word.toLowerCase()));
    if (recent.length < SHINGLE_WORDS) continue;
    const hash = mix(recent);
    recent.shift();
    shingles += 1;
    const bin = hash % SIGNATURE_BINS;
    const value = Math.floor(hash / SIGNATURE_BINS);
    if (value < (bins[bin] as number)) bins[bin] = value;
  }
  return shingles < FEWEST_SHINGLES ? null : fillEmpty(bins);
}

/** One hash a band: texts that share one are worth comparing. Each fits a signed 32-bit integer. */
export function bandsOf(signature: Uint32Array): number[] {
  const bands: number[] = [];
  for (let from = 0; from < SIGNATURE_BINS; from += BAND_ROWS) bands.push(mix([...signature.subarray(from, from + BAND_ROWS)]) | 0);
  return bands;
}

function fillEmpty(bins: Uint32Array): Uint32Array {
  const filled = bins.slice();
  for (let bin = 0; bin < SIGNATURE_BINS; bin++) {
    let distance = 0;
    while (bins[(bin + distance) % SIGNATURE_BINS] === EMPTY) distance += 1;
    // The distance is mixed in: else two texts with the same empty bins would look more alike than they are.
    if (distance > 0) filled[bin] = mix([bins[(bin + distance) % SIGNATURE_BINS] as number, distance]);
  }
  return filled;
}

/** FNV-1a over UTF-16 units. */
function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** Order matters; finished by MurmurHash3's mixer so that the low bits choose a bin evenly. */
function mix(values: readonly number[]): number {
  let hash = 0;
  for (const value of values) hash = Math.imul(hash ^ value, 0x9e3779b1) + ((hash << 13) | (hash >>> 19));
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
