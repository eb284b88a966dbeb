import { connect } from '@lancedb/lancedb';
import { roundSimilarity, openVectorStore, type VectorStore } from '../src-main/runtimes/index/child/vectorStore.ts';
import { cosine } from '../src-main/runtimes/index/child/deepFeatures.ts';

export interface ListRecall {
  readonly questions: number;
  /** Share of the ten nearest of all rows that the list's first ten have. A row as near as the tenth counts as one of them. */
  readonly recallAt10: number;
  readonly lowest: number;
  /** Milliseconds of a list of 150, in this process. */
  readonly p95Ms: number;
}

const FIRST = 10;

/** What the table of an index (its folder `vectors`) finds of the nearest rows that comparing each row with each question finds. */
export async function listRecall(folder: string, table: string, questions: readonly Float32Array[]): Promise<ListRecall> {
  const connection = await connect(folder);
  const store = await openVectorStore(connection, table, questions[0]?.length ?? 0);
  try {
    const nearest = await nearestOfAll(store, questions);
    const shares: number[] = [];
    const times: number[] = [];
    for (const [at, question] of questions.entries()) {
      const startedAt = performance.now();
      const found = (await store.nearest(question, 150)).slice(0, FIRST);
      times.push(performance.now() - startedAt);
      const least = nearest[at]?.at(-1) ?? 1;
      shares.push(Math.min(FIRST, found.filter(({ similarity }) => similarity >= least).length) / FIRST);
    }
    times.sort((a, b) => a - b);
    return { questions: questions.length, recallAt10: shares.reduce((sum, share) => sum + share, 0) / shares.length, lowest: Math.min(...shares), p95Ms: times[Math.floor(times.length * 0.95)] ?? Number.NaN };
  } finally {
    store.close();
    connection.close();
  }
}

/** The ten best similarities of each question, best first. */
async function nearestOfAll(store: VectorStore, questions: readonly Float32Array[]): Promise<number[][]> {
  const best = questions.map((): number[] => []);
  await store.scan(({ keys, vectors }) => {
    const dimensions = vectors.length / keys.length;
    for (let row = 0; row < keys.length; row++) {
      const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions);
      questions.forEach((question, at) => keepBest(best[at] as number[], roundSimilarity(cosine(question, vector))));
    }
  });
  return best;
}

function keepBest(best: number[], similarity: number): void {
  if (best.length === FIRST && similarity <= (best.at(-1) as number)) return;
  best.push(similarity);
  best.sort((a, b) => b - a);
  best.length = Math.min(best.length, FIRST);
}
