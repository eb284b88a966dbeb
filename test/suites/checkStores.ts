import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import Database from 'better-sqlite3';
import { sha256 } from '../../src-main/base/canonicalJson.ts';

/**
 * Compares the files of a closed project with each other, one to one: rows of documents and chunks with the index's documents and
 * chunks, these with full text and with vectors, parsed forms with artifacts. Nothing of Lathe's own code reads them: it would mend them.
 * `vectors`: 'complete' where the second stage ended and a search was made since, so that every chunk has its transformer vector in the table.
 */
export async function checkStores(project: string, { vectors = 'any' }: { readonly vectors?: 'any' | 'complete' } = {}): Promise<void> {
  const state = join(project, '.lathe');
  const rows = readRows(join(state, 'lathe.db'));
  checkArtifacts(join(state, 'artifacts'), rows.digests);
  for (const [snapshotId, wanted] of rows.chunks) await checkIndex(join(state, 'vectors', snapshotId), wanted, vectors);
}

interface Rows {
  /** Of each snapshot, `index id / ordinal / chunk id` of every chunk, sorted. */
  readonly chunks: ReadonlyMap<string, string[]>;
  readonly digests: ReadonlySet<string>;
}

function open(file: string): Database.Database {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  assert.deepEqual(database.pragma('integrity_check'), [{ integrity_check: 'ok' }], file);
  assert.deepEqual(database.pragma('foreign_key_check'), [], file);
  return database;
}

function readRows(file: string): Rows {
  const database = open(file);
  const documents = database.prepare('SELECT id, knowledge_id AS base, parsed_digest AS digest, state, deleted_at_ms AS deleted FROM knowledge_documents').all() as { id: string; base: string; digest: string | null; state: string; deleted: number | null }[];
  const entries = database.prepare('SELECT snapshot_id AS snapshot, document_id AS document, index_id AS name, parsed_digest AS digest, chunks FROM knowledge_entries').all() as { snapshot: string; document: string; name: string; digest: string; chunks: number }[];
  const serving = new Map((database.prepare('SELECT id, snapshot_id AS snapshot FROM knowledge_bases').all() as { id: string; snapshot: string }[]).map((base) => [base.id, base.snapshot]));
  const live = new Set(documents.filter(({ deleted }) => deleted === null).map(({ id }) => id));
  const chunks = new Map<string, string[]>();
  for (const entry of entries) {
    const own = database.prepare('SELECT ordinal, id FROM knowledge_chunks WHERE snapshot_id = ? AND document_id = ? ORDER BY ordinal').all(entry.snapshot, entry.document) as { ordinal: number; id: string }[];
    assert.equal(own.length, entry.chunks, `chunk rows of ${entry.document}`);
    assert.deepEqual(own.map((chunk) => chunk.ordinal), own.map((_, ordinal) => ordinal), `ordinals of ${entry.document}`);
    if (live.has(entry.document)) chunks.set(entry.snapshot, [...(chunks.get(entry.snapshot) ?? []), ...own.map((chunk) => `${entry.name}/${chunk.ordinal}/${chunk.id}`)]);
  }
  const served = new Set(entries.filter((entry) => [...serving.values()].includes(entry.snapshot)).map(({ document }) => document));
  for (const document of documents) if (document.deleted === null) assert.equal(served.has(document.id), document.state === 'ready', `${document.id} is ${document.state}, and searched: ${served.has(document.id)}`);
  database.close();
  return { chunks: new Map([...chunks].map(([snapshot, names]) => [snapshot, names.sort()])), digests: new Set([...documents, ...entries].flatMap(({ digest }) => digest ?? [])) };
}

function checkArtifacts(folder: string, named: ReadonlySet<string>): void {
  const found = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    assert.equal(sha256(readFileSync(join(entry.parentPath, entry.name))), entry.name, `the artifact ${entry.name}`);
    found.add(entry.name);
  }
  assert.deepEqual([...named].filter((digest) => !found.has(digest)), [], 'parsed forms without an artifact');
}

async function checkIndex(folder: string, wanted: readonly string[], transformer: 'any' | 'complete'): Promise<void> {
  const [name, ...others] = readdirSync(folder);
  assert.deepEqual(others, [], 'one index a snapshot');
  const at = join(folder, name ?? '');
  const database = open(join(at, 'index.db'));
  const chunks = database.prepare('SELECT chunks.key, chunks.document, documents.id AS name, chunks.ordinal, chunks.id, documents.complete, documents.visible FROM chunks LEFT JOIN documents ON documents.number = chunks.document ORDER BY chunks.key').all() as { key: number; document: number; name: string; ordinal: number; id: string; complete: number; visible: number }[];
  const counted = database.prepare('SELECT sum(chunks) FROM documents').pluck().get();
  const words = database.prepare('SELECT id FROM words_docsize ORDER BY id').pluck().all() as number[];
  database.close();
  assert.deepEqual(chunks.map((chunk) => `${chunk.name}/${chunk.ordinal}/${chunk.id}`).sort(), wanted, 'chunk rows and the index');
  assert.deepEqual(chunks.filter((chunk) => chunk.complete !== 1 || chunk.visible !== 1), [], 'chunks that are not searched');
  assert.equal(counted, chunks.length);
  assert.deepEqual(words, chunks.map((chunk) => chunk.key), 'chunks and full text');
  const rows = chunks.map(({ key, document }) => [key, document]);
  const connection = await connect(join(at, 'vectors'));
  const tables = await connection.tableNames();
  for (const name of tables) {
    const table = await connection.openTable(name);
    const vectors = (await table.query().select(['key', 'document']).toArray()) as { key: number; document: number }[];
    table.close();
    const inOrder = vectors.map(({ key, document }) => [key, document]).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
    if (name === 'vectors' || transformer === 'complete') assert.deepEqual(inOrder, rows, `chunks and ${name}`);
  }
  connection.close();
  assert.ok(tables.includes('vectors') && (transformer === 'any' || tables.length > 1), `tables of vectors: ${tables.join(', ')}`);
}
