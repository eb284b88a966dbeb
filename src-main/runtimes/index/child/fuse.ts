/** Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009). */
const RRF_CONSTANT = 60;

/** What standing at a rank (from 1) of one list is worth. */
export function reciprocal(rank: number): number {
  return 1 / (RRF_CONSTANT + rank);
}

/** Keys of all lists, best first; equal ones in the order of keys. */
export function fuse(lists: readonly (readonly { readonly key: number }[])[]): number[] {
  const scores = new Map<number, number>();
  for (const list of lists) list.forEach(({ key }, index) => scores.set(key, (scores.get(key) ?? 0) + reciprocal(index + 1)));
  return [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([key]) => key);
}
