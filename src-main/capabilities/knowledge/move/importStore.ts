import { sql as raw } from 'kysely';
import { createHash } from 'node:crypto';
import { readCommand, tables, writeCommand } from '../../../storage/command.ts';
import { addLineageEdges, type LineageEdge } from '../../../storage/lineage.ts';
import { writeEntry } from '../snapshots/entryStore.ts';
import type { KnowledgeTables } from '../knowledgeTables.ts';
import type { CarriedParts } from './carriedRows.ts';
import { importedRoot } from './importedRoot.ts';
import type { ManifestFacts } from './manifest.ts';

const db = tables<KnowledgeTables>();

/** An id for a document of a carried base that is the same for every mention of it in one import, and another in the next. */
export function documentIdIn(knowledgeId: string, carriedId: string): string {
  const bytes = createHash('sha256').update(`${knowledgeId}:${carriedId}`).digest().subarray(0, 16);
  // Version 8: "made by its own rule" (RFC 9562).
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export interface BeginImport {
  /** Also of its first snapshot, as of every base's. */
  readonly id: string;
  readonly name: string;
  readonly manifest: Pick<ManifestFacts, 'base' | 'snapshot'>;
  readonly atMs: number;
}

/** A base that nobody sees: its rows stand as deleted until its project file is there (saveBase). */
export const beginImport = writeCommand('knowledge.beginImport', (sql, { id, name, manifest: { base, snapshot }, atMs }: BeginImport): void => {
  sql.run(db.insertInto('knowledge_bases').values({ id, slug: id, name, sources: '[]', max_tokens: base.maxTokens, snapshot_id: id, created_at_ms: atMs, updated_at_ms: atMs, deleted_at_ms: atMs }));
  sql.run(
    db.insertInto('knowledge_snapshots').values({
      id,
      knowledge_id: id,
      state: 'serving',
      max_tokens: base.maxTokens,
      embedder: base.embedder,
      embedder_digest: snapshot.vectors?.digest ?? null,
      dimensions: snapshot.vectors?.dimensions ?? null,
      paused: snapshot.paused ? 1 : 0,
      vectors_done: 0,
      created_at_ms: snapshot.createdAtMs,
      served_from_ms: atMs,
    }),
  );
});

export interface AddCarried {
  readonly knowledgeId: string;
  readonly documents: readonly CarriedParts[];
}

export const addCarried = writeCommand('knowledge.addCarried', (sql, { knowledgeId, documents }: AddCarried): void => {
  for (const { document, entry, chunks, forms } of documents) {
    const id = documentIdIn(knowledgeId, document.id);
    sql.run(db.insertInto('knowledge_documents').values(rowOf(knowledgeId, document)));
    if (document.bands.length > 0) sql.run(db.insertInto('knowledge_bands').values(document.bands.map((hash, band) => ({ document_id: id, band, hash }))));
    for (const form of forms) sql.run(db.insertInto('knowledge_forms').values({ document_id: id, parsed_digest: form.parsedDigest, at_ms: form.atMs }));
    if (entry === null) continue;
    const rows = chunks.map(({ document: _, headings, ...chunk }) => ({ ...chunk, headings: JSON.stringify(headings) }));
    writeEntry(sql, { snapshotId: knowledgeId, documentId: id, parsedDigest: entry.parsedDigest, entry: { index_id: entry.indexId, chunker: entry.chunker }, chunks: rows });
    addLineageEdges.run(sql, lineageOf(knowledgeId, document.sourceDigest, entry.parsedDigest));
  }
});

function rowOf(knowledgeId: string, document: CarriedParts['document']) {
  return {
    id: documentIdIn(knowledgeId, document.id),
    knowledge_id: knowledgeId,
    root: importedRoot(document.root),
    file: document.file,
    state: document.state,
    format: document.format,
    title: document.title,
    pages: document.pages,
    bytes: document.bytes,
    mtime_ns: document.mtimeNs,
    inode: '0',
    checked_at_ms: document.checkedAtMs,
    source_digest: document.sourceDigest,
    parsed_digest: document.parsedDigest,
    warnings: JSON.stringify(document.warnings),
    reason: document.reason,
    indexed_at_ms: document.indexedAtMs,
    author: document.author,
    created_ms: document.createdMs,
    modified_ms: document.modifiedMs,
    language: document.language,
    url: document.url,
    metadata: JSON.stringify(document.metadata),
    container: document.container,
    // Copies of what was fetched stay behind.
    copy: null,
    alias_of: document.aliasOf === null ? null : documentIdIn(knowledgeId, document.aliasOf),
    text_digest: document.textDigest,
    signature: document.signature === null ? null : new Uint8Array(Buffer.from(document.signature, 'base64')),
  };
}

function lineageOf(snapshotId: string, sourceDigest: string | null, parsedDigest: string): LineageEdge[] {
  const parsed = { kind: 'parsed document', key: parsedDigest };
  const indexed: LineageEdge = { from: { kind: 'snapshot', key: snapshotId }, to: parsed, role: 'indexed' };
  return sourceDigest === null ? [indexed] : [{ from: parsed, to: { kind: 'file', key: sourceDigest }, role: 'parsed' }, indexed];
}

/** Aliases of documents that are not searched: there are none in what was exported. */
export const lostAliases = readCommand('knowledge.lostAliases', (sql, knowledgeId: string): number => {
  const found = sql.first(
    raw<{ lost: number }>`
      select count(*) as lost from knowledge_documents as alias
      left join knowledge_entries as entry on entry.document_id = alias.alias_of and entry.snapshot_id = ${knowledgeId}
      where alias.knowledge_id = ${knowledgeId} and (alias.alias_of is not null or alias.state = 'alias') and entry.index_id is null`.compile(db),
  );
  return found?.lost ?? 0;
});

export const importStoreCommands = [beginImport, addCarried, lostAliases];
