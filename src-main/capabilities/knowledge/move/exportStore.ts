import { sql as raw } from 'kysely';
import { sha256 } from '../../../base/canonicalJson.ts';
import { readCommand, tables, type Sql } from '../../../storage/command.ts';
import type { ChunkRow, DocumentRow, EntryRow, KnowledgeTables } from '../knowledgeTables.ts';
import type { CarriedChunk, CarriedDocument, CarriedForm, CarriedParts } from './carriedRows.ts';
import { placeOfRoot } from './importedRoot.ts';

const db = tables<KnowledgeTables>();

interface Place {
  readonly knowledgeId: string;
  readonly snapshotId: string;
}

type Listed = DocumentRow & { readonly entry_index: string | null; readonly entry_chunker: string | null; readonly entry_parsed: string | null; readonly entry_chunks: number | null };

/**
 * Live documents that have something to carry: those that the snapshot searches, their aliases, and files that were refused or taken
 * apart. One that waits to be read again is carried as it was read last; one that was never read is not.
 */
function page(sql: Sql, { knowledgeId, snapshotId, after, limit }: Place & { after: string; limit: number }): Listed[] {
  return sql.all(
    raw<Listed>`
      select document.*, entry.index_id as entry_index, entry.chunker as entry_chunker, entry.parsed_digest as entry_parsed, entry.chunks as entry_chunks
      from knowledge_documents as document
      left join knowledge_entries as entry on entry.document_id = document.id and entry.snapshot_id = ${snapshotId}
      left join knowledge_entries as searched on searched.document_id = document.alias_of and searched.snapshot_id = ${snapshotId}
      where document.knowledge_id = ${knowledgeId} and document.deleted_at_ms is null and document.id > ${after}
        and (entry.index_id is not null or searched.index_id is not null or (document.alias_of is null and document.state in ('failed', 'skipped', 'expanded')))
      order by document.id limit ${limit}`.compile(db),
  );
}

/** Changes with every change of what would be carried: rows are read a page at a time, and a deletion can fall between. */
export const carriedState = readCommand('knowledge.carriedState', (sql, place: Place): string => {
  let state = '';
  for (let after = ''; ; ) {
    const rows = page(sql, { ...place, after, limit: 1_000 });
    if (rows.length === 0) return state;
    after = rows.at(-1)?.id ?? after;
    state = sha256(state + JSON.stringify(rows.map((row) => [row.id, row.state, row.alias_of, row.parsed_digest, row.entry_index, row.entry_parsed])));
  }
});

export interface CarriedPage {
  readonly documents: readonly CarriedParts[];
  /** Where the next page begins; null = there is none. */
  readonly next: string | null;
}

/** Documents with all that belongs to them, in the order of their ids. */
export const carriedPage = readCommand('knowledge.carriedPage', (sql, from: Place & { after: string; limit: number }): CarriedPage => {
  const rows = page(sql, from);
  const documents = rows.map((row): CarriedParts => {
    const document = toCarried(row, bandsOf(sql, row.id));
    const entry = row.entry_index === null ? null : { document: row.id, indexId: row.entry_index, chunker: row.entry_chunker ?? '', parsedDigest: row.entry_parsed ?? '', chunks: row.entry_chunks ?? 0 };
    const chunks = entry === null ? [] : sql.all<ChunkRow>(db.selectFrom('knowledge_chunks').selectAll().where('snapshot_id', '=', from.snapshotId).where('document_id', '=', row.id).orderBy('ordinal'));
    return { document, entry: entry as CarriedParts['entry'], chunks: chunks.map(toChunk), forms: formsOf(sql, document, row.entry_parsed) };
  });
  return { documents, next: rows.length < from.limit ? null : (rows.at(-1)?.id ?? null) };
});

const bandsOf = (sql: Sql, id: string): number[] => sql.all(db.selectFrom('knowledge_bands').select('hash').where('document_id', '=', id).orderBy('band')).map(({ hash }) => hash);

/** Of the forms that are carried; those that it was read in before stay behind. */
function formsOf(sql: Sql, { id, parsedDigest }: CarriedDocument, inEntry: EntryRow['parsed_digest'] | null): CarriedForm[] {
  const wanted = [parsedDigest, inEntry].filter((digest) => digest !== null);
  if (wanted.length === 0) return [];
  const forms = sql.all(db.selectFrom('knowledge_forms').selectAll().where('document_id', '=', id).where('parsed_digest', 'in', wanted));
  return forms.map((form) => ({ document: id, parsedDigest: form.parsed_digest as CarriedForm['parsedDigest'], atMs: form.at_ms }));
}

function toCarried(row: Listed, bands: number[]): CarriedDocument {
  const searched = row.entry_index !== null || row.alias_of !== null;
  const state = row.entry_index !== null ? 'ready' : row.alias_of !== null ? 'alias' : row.state;
  return {
    id: row.id,
    root: placeOfRoot(row.root),
    file: row.file,
    state: state as CarriedDocument['state'],
    format: row.format as CarriedDocument['format'],
    title: row.title,
    pages: row.pages,
    bytes: row.bytes,
    mtimeNs: row.mtime_ns,
    checkedAtMs: row.checked_at_ms,
    sourceDigest: row.source_digest as CarriedDocument['sourceDigest'],
    parsedDigest: (searched ? row.parsed_digest : null) as CarriedDocument['parsedDigest'],
    warnings: JSON.parse(row.warnings) as CarriedDocument['warnings'],
    reason: row.reason,
    indexedAtMs: row.indexed_at_ms,
    author: row.author,
    createdMs: row.created_ms,
    modifiedMs: row.modified_ms,
    language: row.language,
    url: row.url,
    metadata: JSON.parse(row.metadata) as CarriedDocument['metadata'],
    container: row.container,
    aliasOf: row.entry_index === null ? row.alias_of : null,
    textDigest: row.text_digest as CarriedDocument['textDigest'],
    signature: row.signature === null ? null : Buffer.from(row.signature).toString('base64'),
    bands,
  };
}

function toChunk(row: ChunkRow): CarriedChunk {
  return {
    document: row.document_id,
    ordinal: row.ordinal,
    id: row.id as CarriedChunk['id'],
    start: row.start,
    end: row.end,
    tokens: row.tokens,
    page: row.page,
    kind: row.kind as CarriedChunk['kind'],
    headings: JSON.parse(row.headings) as string[],
  };
}

export const exportStoreCommands = [carriedState, carriedPage];
