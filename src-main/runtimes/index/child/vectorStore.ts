import { connect, Index, type Table } from '@lancedb/lancedb';
import { Field, FixedSizeList, Float32, Int32, Schema, Table as ArrowTable, RecordBatch, Struct, makeData } from 'apache-arrow';

/**
 * From this many rows `optimize` builds an inverted file (IVF_FLAT). A scan would do for the time (about 12 CPU ms for
 * 24,000 rows), but reads the vectors anew for each question and holds 200 MB while doing so. IVF_FLAT rather than
 * IVF_HNSW_SQ: on 128,599 rows it is built in 1.8 CPU seconds instead of about 40. Rows added later are scanned until
 * the next `optimize`.
 */
const INDEX_FROM_ROWS = 4_000;
const ROWS_OF_A_PARTITION = 500;
const MOST_PARTITIONS = 256;
/** Partitions looked at: all of them up to 64,000 rows, so that the search is exact; half of them from 128,000 rows on. */
const PROBES = 128;
const TABLE = 'vectors';

/** One row a chunk; `vectors` holds the rows one after the other. */
export interface VectorRows {
  readonly keys: Int32Array;
  readonly documents: Int32Array;
  readonly vectors: Float32Array;
}

export interface VectorHit {
  readonly key: number;
  /** Cosine similarity, -1 to 1. */
  readonly similarity: number;
}

/** Owns the LanceDB table of one vector a chunk. Does not know texts or documents beyond their numbers. */
export interface VectorStore {
  /** Rows of each document number. */
  countByDocument(): Promise<Map<number, number>>;
  add(rows: VectorRows): Promise<void>;
  removeDocuments(numbers: readonly number[]): Promise<void>;
  /** Nearest rows, documents in `hidden` left out before the top is taken. */
  nearest(vector: Float32Array, limit: number, hidden: readonly number[]): Promise<VectorHit[]>;
  optimize(): Promise<void>;
  /** Writes the rows anew: removed ones stay in their files until enough of a file is removed. */
  compact(): Promise<void>;
  close(): void;
}

export async function openVectorStore(folder: string, dimensions: number): Promise<VectorStore> {
  const connection = await connect(folder);
  const schema = vectorSchema(dimensions);
  const table: Table = (await connection.tableNames()).includes(TABLE) ? await connection.openTable(TABLE) : await connection.createEmptyTable(TABLE, schema);

  return {
    async countByDocument() {
      const counts = new Map<number, number>();
      const column = (await table.query().select(['document']).toArrow()).getChild('document');
      for (const number of column ?? []) counts.set(number as number, (counts.get(number as number) ?? 0) + 1);
      return counts;
    },
    async add(rows) {
      if (rows.keys.length > 0) await table.add(arrowRows(schema, rows, dimensions));
    },
    async removeDocuments(numbers) {
      if (numbers.length > 0) await table.delete(`document IN (${numbers.join(',')})`);
    },
    async nearest(vector, limit, hidden) {
      const query = table.query().nearestTo(vector).distanceType('cosine').nprobes(PROBES).select(['key', '_distance']).limit(limit);
      return readHits(await (hidden.length > 0 ? query.where(`document NOT IN (${hidden.join(',')})`) : query).toArrow());
    },
    async optimize() {
      await table.optimize({ cleanupOlderThan: new Date() });
      await buildInvertedFile(table);
    },
    async compact() {
      await table.add(await table.query().toArrow(), { mode: 'overwrite' });
      for (const { name } of await table.listIndices()) await table.dropIndex(name);
      // Nobody else has this folder open: files of a write that a crash cut off may go with the old versions.
      await table.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true });
      await buildInvertedFile(table);
    },
    close() {
      table.close();
      connection.close();
    },
  };
}

/** The index's name says how many partitions it has: it is built anew when the table has outgrown them twice over. */
async function buildInvertedFile(table: Table): Promise<void> {
  const rows = await table.countRows();
  if (rows < INDEX_FROM_ROWS) return;
  const numPartitions = Math.min(MOST_PARTITIONS, Math.round(rows / ROWS_OF_A_PARTITION));
  const built = (await table.listIndices()).filter((index) => index.columns.includes('vector'));
  if (built.some(({ name }) => Number(name.split('_').at(-1)) * 2 > numPartitions)) return;
  for (const { name } of built) await table.dropIndex(name);
  await table.createIndex('vector', { name: `vector_${numPartitions}`, config: Index.ivfFlat({ distanceType: 'cosine', numPartitions, sampleRate: 64, maxIterations: 15 }) });
}

/** Equal vectors can differ in the last bits with their place in a block: rounded, their order is that of the keys. */
export function roundSimilarity(similarity: number): number {
  return Math.round(similarity * 10_000) / 10_000;
}

/** Nearest first; equal ones in the order of keys. */
function readHits(found: ArrowTable): VectorHit[] {
  const keys = found.getChild('key');
  const distances = found.getChild('_distance');
  const hits: VectorHit[] = [];
  for (let i = 0; i < found.numRows; i++) hits.push({ key: keys?.get(i) as number, similarity: roundSimilarity(1 - (distances?.get(i) as number)) });
  return hits.sort((a, b) => b.similarity - a.similarity || a.key - b.key);
}

function vectorSchema(dimensions: number): Schema {
  return new Schema([
    new Field('key', new Int32(), false),
    new Field('document', new Int32(), false),
    new Field('vector', new FixedSizeList(dimensions, new Field('item', new Float32(), true)), false),
  ]);
}

function arrowRows(schema: Schema, rows: VectorRows, dimensions: number): ArrowTable {
  const length = rows.keys.length;
  const values = makeData({ type: new Float32(), length: length * dimensions, data: rows.vectors });
  const children = [
    makeData({ type: new Int32(), length, data: rows.keys }),
    makeData({ type: new Int32(), length, data: rows.documents }),
    makeData({ type: new FixedSizeList(dimensions, new Field('item', new Float32(), true)), length, child: values }),
  ];
  const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, children }));
  return new ArrowTable(schema, batch);
}
