/** One line of a palette. */
export interface Openable {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly keys: string | null;
  readonly run: () => void;
}

/** Items whose title or detail holds every word of the query; title starts first, then word starts, then the rest. */
export function rankOpenables(items: readonly Openable[], query: string): Openable[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [...items];
  return items
    .map((item, order) => ({ item, order, score: score(item, words) }))
    .filter(({ score: found }) => found > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(({ item }) => item);
}

function score({ title, detail }: Openable, words: readonly string[]): number {
  const name = title.toLocaleLowerCase();
  const rest = detail.toLocaleLowerCase();
  let sum = 0;
  for (const word of words) {
    const at = name.indexOf(word);
    if (at === 0) sum += 8;
    else if (at > 0) sum += /[\s/._-]/.test(name[at - 1] ?? '') ? 6 : 3;
    else if (rest.includes(word)) sum += 1;
    else return 0;
  }
  return sum;
}
