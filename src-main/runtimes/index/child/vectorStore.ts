import { Index, type Connection, type Query, type Table, type VectorQuery } from '@lancedb/lancedb';
import type { Table as ArrowTable } from 'apache-arrow';
import { emptyRows, fromArrow, joinRows, toArrow, vectorSchema, type VectorRows } from './vectorRows.ts';

/**
 * From this many rows `optimize` builds an inverted file (IVF_FLAT). A scan would do for the time (about 12 CPU ms for
 * 24,000 rows), but reads the vectors anew for each question and holds 200 MB while doing so. IVF_FLAT rather than
 * IVF_HNSW_SQ: on 128,599 rows it is built in 1.8 CPU seconds instead of about 40. Rows added later are scanned until
 * the next `optimize`.
 */
const INDEX_FROM_ROWS = 4_000;
const ROWS_OF_A_PARTITION = 500;
const MOST_PARTITIONS = 256;
/**
 * An inverted file is built anew when its table has grown by so much. Rows that come later go to the partitions of those before: of 100,000
 * rows, 36,000 added to a file of 64,000, the nearest partitions held so many that a search took half as long again. Building takes 4 s.
 */
const OUTGROWN = 1.25;
/** Partitions looked at: all of them up to 40,000 rows, so that the search is exact; a third of them from 128,000 rows on. */
const PROBES = 80;
/** Written at once when a table is written anew, 6 MB at 384 dimensions: it is held four times over on its way, and four times as many took no less time. */
const REWRITTEN_ROWS = 4096;

export interface VectorHit {
  readonly key: number;
  /** Cosine similarity, -1 to 1. */
  readonly similarity: number;
}

/** Which documents' rows may be found: those of `numbers`, or all others. */
export interface RowFilter {
  readonly numbers: readonly number[];
  readonly keep: boolean;
}

/** Owns one LanceDB table of one vector a chunk. Does not know texts or documents beyond their numbers. */
export interface VectorStore {
  /** Rows of each document number. */
  countByDocument(): Promise<Map<number, number>>;
  /** Keys and document numbers of all rows. */
  places(): Promise<{ readonly keys: Int32Array; readonly documents: Int32Array }>;
  add(rows: VectorRows): Promise<void>;
  removeDocuments(numbers: readonly number[]): Promise<void>;
  /** Nearest rows, the others left out before the top is taken. */
  nearest(vector: Float32Array, limit: number, filter?: RowFilter): Promise<VectorHit[]>;
  /** Every row, a few thousand at a time. */
  scan(visit: (rows: VectorRows) => void): Promise<void>;
  /** The rows with these keys. */
  rowsOf(keys: readonly number[]): Promise<VectorRows[]>;
  optimize(): Promise<void>;
  /** Writes the rows anew: removed ones stay in their files until enough of a file is removed. */
  compact(): Promise<void>;
  close(): void;
}

export async function openVectorStore(connection: Connection, name: string, dimensions: number): Promise<VectorStore> {
  const schema = vectorSchema(dimensions);
  const table: Table = (await connection.tableNames()).includes(name) ? await connection.openTable(name) : await connection.createEmptyTable(name, schema);

  async function visitRows(query: Query, visit: (rows: VectorRows) => void | Promise<void>): Promise<void> {
    for await (const batch of query.select(['key', 'document', 'vector'])) await visit(fromArrow(batch, dimensions));
  }

  return {
    async countByDocument() {
      const counts = new Map<number, number>();
      for (const number of integers(await table.query().select(['document']).toArrow(), 'document')) counts.set(number, (counts.get(number) ?? 0) + 1);
      return counts;
    },
    async places() {
      const found = await table.query().select(['key', 'document']).toArrow();
      return { keys: integers(found, 'key'), documents: integers(found, 'document') };
    },
    async add(rows) {
      if (rows.keys.length > 0) await table.add(toArrow(schema, rows, dimensions));
    },
    async removeDocuments(numbers) {
      if (numbers.length > 0) await table.delete(`document IN (${numbers.join(',')})`);
    },
    async nearest(vector, limit, filter) {
      const query = table.query().nearestTo(vector).distanceType('cosine').nprobes(PROBES).select(['key', '_distance']).limit(limit);
      return readHits(await (filter === undefined ? query : filtered(query, filter)).toArrow());
    },
    scan: (visit) => visitRows(table.query(), visit),
    async rowsOf(keys) {
      const found: VectorRows[] = [];
      if (keys.length > 0) await visitRows(table.query().where(`key IN (${keys.join(',')})`), (rows) => void found.push(rows));
      return found;
    },
    async optimize() {
      await table.optimize({ cleanupOlderThan: new Date() });
      await buildInvertedFile(table);
    },
    async compact() {
      await writeAnew();
      for (const { name: index } of await table.listIndices()) await table.dropIndex(index);
      // Nobody else has this folder open: files of a write that a crash cut off may go with the old versions.
      await table.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true });
      await buildInvertedFile(table);
    },
    close() {
      table.close();
    },
  };

  /**
   * Reads the version before batch by batch while the new one grows: a million vectors do not fit into memory at once. Cut off in between,
   * the table lacks rows, which the next opening sees.
   */
  async function writeAnew(): Promise<void> {
    const before = await connection.openTable(name);
    try {
      await before.checkout(await table.version());
      await table.add(toArrow(schema, emptyRows(0, dimensions), dimensions), { mode: 'overwrite' });
      let held: VectorRows[] = [];
      const write = async (): Promise<void> => {
        if (held.length > 0) await table.add(toArrow(schema, joinRows(held, dimensions), dimensions));
        held = [];
      };
      await visitRows(before.query(), async (rows) => {
        held.push(rows);
        if (held.reduce((sum, each) => sum + each.keys.length, 0) >= REWRITTEN_ROWS) await write();
      });
      await write();
    } finally {
      before.close();
    }
  }
}

/** The index's name says of how many rows it was built. */
async function buildInvertedFile(table: Table): Promise<void> {
  const rows = await table.countRows();
  if (rows < INDEX_FROM_ROWS) return;
  const built = (await table.listIndices()).filter((index) => index.columns.includes('vector'));
  if (built.some(({ name }) => Number(name.split('_').at(-1)) * OUTGROWN > rows)) return;
  for (const { name } of built) await table.dropIndex(name);
  const numPartitions = Math.min(MOST_PARTITIONS, Math.round(rows / ROWS_OF_A_PARTITION));
  await table.createIndex('vector', { name: `vector_${rows}`, config: Index.ivfFlat({ distanceType: 'cosine', numPartitions, sampleRate: 64, maxIterations: 15 }) });
}

/** The nearest partitions may hold few of the rows that are let through: the others are looked at too until there are enough. */
function filtered(query: VectorQuery, { numbers, keep }: RowFilter): VectorQuery {
  return query.maximumNprobes(MOST_PARTITIONS).where(`document ${keep ? 'IN' : 'NOT IN'} (${numbers.join(',')})`);
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

function integers(found: ArrowTable, column: string): Int32Array {
  return (found.getChild(column)?.toArray() as Int32Array | undefined) ?? new Int32Array();
}

/** How long the vectors of a table are. */
export async function vectorDimensions(connection: Connection, name: string): Promise<number> {
  const table = await connection.openTable(name);
  try {
    const type = (await table.schema()).fields.find((field) => field.name === 'vector')?.type as { readonly listSize?: number } | undefined;
    return type?.listSize ?? 0;
  } finally {
    table.close();
  }
}
