import { sha256 } from '../../../base/canonicalJson.ts';
import { readCommand, tables, type Sql } from '../../../storage/command.ts';
import type { KnowledgeTables } from '../knowledgeTables.ts';

const db = tables<KnowledgeTables>();

/**
 * Documents with exactly the same text: one of them is indexed and searched, the others are its aliases. When it goes, an alias takes
 * its place in every snapshot, in the same transaction. Near duplicates stay searchable: a word in which two versions differ may be
 * the very answer; they are found by bands of their signatures.
 */

/** A document's name in an index: another parsed form or chunker is another name, so old and new never mix. */
export function indexId(documentId: string, parsedDigest: string, chunker: string): string {
  return sha256(`${documentId}:${parsedDigest}:${chunker}`).slice(0, 32);
}

/** The document that the serving snapshot has for a text; null when it has none. */
export function searchedFor(sql: Sql, knowledgeId: string, textDigest: string): string | null {
  const found = sql.first(
    db
      .selectFrom('knowledge_documents as document')
      .innerJoin('knowledge_bases as base', 'base.id', 'document.knowledge_id')
      .innerJoin('knowledge_entries as entry', (join) => join.onRef('entry.snapshot_id', '=', 'base.snapshot_id').onRef('entry.document_id', '=', 'document.id'))
      .select('document.id')
      .where('document.knowledge_id', '=', knowledgeId)
      .where('document.text_digest', '=', textDigest)
      .where('document.deleted_at_ms', 'is', null)
      .orderBy('document.id'),
  );
  return found?.id ?? null;
}

export interface TextsIn {
  readonly knowledgeId: string;
  readonly textDigests: readonly string[];
}

/** By text, the document that is searched for it. */
export const searchedTexts = readCommand('knowledge.searchedTexts', (sql, { knowledgeId, textDigests }: TextsIn): { textDigest: string; documentId: string }[] =>
  textDigests.flatMap((textDigest) => {
    const documentId = searchedFor(sql, knowledgeId, textDigest);
    return documentId === null ? [] : [{ textDigest, documentId }];
  }),
);

/**
 * Lets aliases take the place of documents that are no longer searched with their text. Answers the documents that took a place: the
 * indexes hold nothing under their names yet. To be called when the documents are already deleted or changed in the same transaction,
 * and before their entries go.
 */
export function promoteAliases(sql: Sql, documentIds: readonly string[]): string[] {
  const promoted: string[] = [];
  for (const former of documentIds) {
    const [heir, ...others] = sql.all(db.selectFrom('knowledge_documents').select(['id', 'parsed_digest']).where('alias_of', '=', former).where('deleted_at_ms', 'is', null).orderBy('id'));
    if (!heir || heir.parsed_digest === null) continue;
    sql.run(db.updateTable('knowledge_documents').set({ alias_of: null, state: 'ready' }).where('id', '=', heir.id));
    for (const other of others) sql.run(db.updateTable('knowledge_documents').set({ alias_of: heir.id }).where('id', '=', other.id));
    inherit(sql, former, { id: heir.id, parsedDigest: heir.parsed_digest });
    promoted.push(heir.id);
  }
  return promoted;
}

/** The text is the same, so its cuts are; the form is the heir's own. */
function inherit(sql: Sql, former: string, heir: { readonly id: string; readonly parsedDigest: string }): void {
  for (const entry of sql.all(db.selectFrom('knowledge_entries').selectAll().where('document_id', '=', former))) {
    const name = indexId(heir.id, heir.parsedDigest, entry.chunker);
    sql.run(
      db
        .insertInto('knowledge_entries')
        .values({ ...entry, document_id: heir.id, index_id: name, parsed_digest: heir.parsedDigest })
        .onConflict((conflict) => conflict.doNothing()),
    );
    sql.run(db.deleteFrom('knowledge_chunks').where('snapshot_id', '=', entry.snapshot_id).where('document_id', '=', heir.id));
    sql.run(db.updateTable('knowledge_chunks').set({ document_id: heir.id }).where('snapshot_id', '=', entry.snapshot_id).where('document_id', '=', former));
    sql.run(db.deleteFrom('knowledge_entries').where('snapshot_id', '=', entry.snapshot_id).where('document_id', '=', former));
  }
}

/** After an undo: a document that no index has stands beside the one that is searched for its text, else its file is read again. */
export function joinTheSearched(sql: Sql, documentId: string): void {
  const row = sql.first(db.selectFrom('knowledge_documents').select(['knowledge_id', 'text_digest', 'state']).where('id', '=', documentId));
  if (!row?.text_digest || (row.state !== 'ready' && row.state !== 'alias')) return;
  const entry = sql.first(db.selectFrom('knowledge_entries').select('index_id').where('document_id', '=', documentId));
  if (entry) return;
  const searched = searchedFor(sql, row.knowledge_id, row.text_digest);
  sql.run(db.updateTable('knowledge_documents').set({ state: searched === null ? 'queued' : 'alias', alias_of: searched }).where('id', '=', documentId));
}

export interface Alias {
  readonly documentId: string;
  readonly file: string;
}

/** By document, the others that hold exactly the same text. */
export const aliasesOf = readCommand('knowledge.aliasesOf', (sql, documentIds: readonly string[]): Record<string, Alias[]> => {
  const found: Record<string, Alias[]> = {};
  for (const id of documentIds) {
    const searched = sql.first(db.selectFrom('knowledge_documents').select('alias_of').where('id', '=', id))?.alias_of ?? id;
    const group = sql.all(
      db
        .selectFrom('knowledge_documents')
        .select(['id', 'file'])
        .where((where) => where.or([where('id', '=', searched), where('alias_of', '=', searched)]))
        .where('deleted_at_ms', 'is', null)
        .orderBy('id'),
    );
    found[id] = group.filter((row) => row.id !== id).map((row) => ({ documentId: row.id, file: row.file }));
  }
  return found;
});

export interface SignedDocument extends Alias {
  readonly signature: Uint8Array;
}

/** Live documents that share a band with this one, and its own signature; null when it has none. */
export const bandNeighbours = readCommand('knowledge.bandNeighbours', (sql, documentId: string): { signature: Uint8Array; neighbours: SignedDocument[] } | null => {
  const own = sql.first(db.selectFrom('knowledge_documents').select(['knowledge_id', 'signature']).where('id', '=', documentId));
  if (!own?.signature) return null;
  const rows = sql.all(
    db
      .selectFrom('knowledge_bands as mine')
      .innerJoin('knowledge_bands as theirs', (join) => join.onRef('theirs.band', '=', 'mine.band').onRef('theirs.hash', '=', 'mine.hash'))
      .innerJoin('knowledge_documents as document', 'document.id', 'theirs.document_id')
      .select(['document.id', 'document.file', 'document.signature'])
      .distinct()
      .where('mine.document_id', '=', documentId)
      .where('document.id', '!=', documentId)
      .where('document.knowledge_id', '=', own.knowledge_id)
      .where('document.deleted_at_ms', 'is', null),
  );
  const neighbours = rows.flatMap((row) => (row.signature === null ? [] : [{ documentId: row.id, file: row.file, signature: row.signature }]));
  return { signature: own.signature, neighbours };
});

export const aliasStoreCommands = [searchedTexts, aliasesOf, bandNeighbours];
