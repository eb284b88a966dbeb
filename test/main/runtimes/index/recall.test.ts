import { connect } from '@lancedb/lancedb';
import { describe, expect, it } from 'vitest';
import { emptyRows } from '../../../../src-main/runtimes/index/child/vectorRows.ts';
import { openVectorStore } from '../../../../src-main/runtimes/index/child/vectorStore.ts';
import { dot } from '../../../../src-main/runtimes/index/child/WordVectors.ts';
import { normalise } from '../../../../src-main/runtimes/index/child/staticModel.ts';
import { seededRandom } from '../../../helpers/seededRandom.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

const [ROWS, DIMENSIONS, CLUSTERS, ASKED] = [20_000, 64, 150, 40];

/** Rows around some hundred centres, as texts of some hundred subjects lie; documents of 100 rows each. */
function clustered() {
  const { next, below } = seededRandom(7);
  const direction = (): Float32Array => Float32Array.from({ length: DIMENSIONS }, () => next() - 0.5);
  const centres = Array.from({ length: CLUSTERS }, direction);
  const near = (): Float32Array => {
    const centre = centres[below(CLUSTERS)] as Float32Array;
    const vector = direction().map((value, d) => value * 0.8 + (centre[d] as number));
    normalise(vector);
    return vector;
  };
  const rows = emptyRows(ROWS, DIMENSIONS);
  for (let row = 0; row < ROWS; row++) {
    rows.keys[row] = row + 1;
    rows.documents[row] = Math.floor(row / 100);
    rows.vectors.set(near(), row * DIMENSIONS);
  }
  return { rows, questions: Array.from({ length: ASKED }, near) };
}

describe('the inverted file', () => {
  it('finds at least 95 of 100 of the nearest that a scan finds, among all documents and among some', async () => {
    const { rows, questions } = clustered();
    const connection = await connect(temporaryFolder());
    const store = await openVectorStore(connection, 'vectors', DIMENSIONS);
    await store.add(rows);
    await store.optimize();
    const some = Array.from({ length: 20 }, (_, i) => i * 10);
    for (const filter of [undefined, { numbers: some, keep: true }, { numbers: some, keep: false }]) {
      const isIn = (row: number): boolean => filter === undefined || filter.numbers.includes(rows.documents[row] as number) === filter.keep;
      let [found, sought] = [0, 0];
      for (const question of questions) {
        const similarities = Array.from({ length: ROWS }, (_, row) => ({ key: row + 1, similarity: dot(question, rows.vectors.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS)) })).filter(({ key }) => isIn(key - 1));
        const nearest = new Set(similarities.sort((a, b) => b.similarity - a.similarity).slice(0, 10).map(({ key }) => key));
        const hits = await store.nearest(question, 10, filter);
        expect(hits).toHaveLength(10);
        found += hits.filter(({ key }) => nearest.has(key)).length;
        sought += 10;
      }
      expect(found / sought).toBeGreaterThanOrEqual(0.95);
    }
    store.close();
    connection.close();
  });

  it('is built anew once the table has grown by a quarter, so that its partitions stay alike', async () => {
    const { rows } = clustered();
    const connection = await connect(temporaryFolder());
    const store = await openVectorStore(connection, 'vectors', DIMENSIONS);
    const table = await connection.openTable('vectors');
    let at = 0;
    const builtAfter = async (count: number): Promise<(string | undefined)[]> => {
      await store.add({ keys: rows.keys.slice(at, at + count), documents: rows.documents.slice(at, at + count), vectors: rows.vectors.slice(at * DIMENSIONS, (at + count) * DIMENSIONS) });
      at += count;
      await store.optimize();
      await table.checkoutLatest();
      return (await table.listIndices()).map(({ name }) => name);
    };
    const first = await builtAfter(5000);
    expect(first).toHaveLength(1);
    expect(await builtAfter(1000)).toEqual(first);
    expect(await builtAfter(1000)).not.toEqual(first);
    expect((await table.listIndices()).length).toBe(1);
    expect(await store.nearest(rows.vectors.subarray(6500 * DIMENSIONS, 6501 * DIMENSIONS), 1)).toMatchObject([{ key: 6501 }]);
    table.close();
    store.close();
    connection.close();
  });

  it('keeps every row when the table is written anew', async () => {
    const { rows } = clustered();
    const connection = await connect(temporaryFolder());
    const store = await openVectorStore(connection, 'vectors', DIMENSIONS);
    await store.add(rows);
    await store.optimize();
    await store.removeDocuments([3, 150]);
    await store.compact();
    const kept = new Map<number, Float32Array>();
    await store.scan(({ keys, vectors }) => keys.forEach((key, row) => kept.set(key, vectors.slice(row * DIMENSIONS, (row + 1) * DIMENSIONS))));
    expect(kept.size).toBe(ROWS - 200);
    expect(kept.get(1)).toEqual(rows.vectors.subarray(0, DIMENSIONS));
    expect(kept.get(ROWS)).toEqual(rows.vectors.subarray((ROWS - 1) * DIMENSIONS));
    expect([301, 400, 15_001].map((key) => kept.has(key))).toEqual([false, false, false]);
    expect((await store.nearest(rows.vectors.subarray(0, DIMENSIONS), 1))[0]?.key).toBe(1);
    store.close();
    connection.close();
  });
});
