/** Estimated Jaccard similarity, 0 to 1, of two texts by their MinHash signatures (child/minHash.ts), which are of one length. */
export function likeness(a: Uint32Array, b: Uint32Array): number {
  let same = 0;
  for (let bin = 0; bin < a.length; bin++) if (a[bin] === b[bin]) same += 1;
  return same / a.length;
}
