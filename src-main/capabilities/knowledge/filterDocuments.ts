import { sql as raw, type RawBuilder } from 'kysely';
import type { DocumentFilter } from '#contract/filters.ts';
import { readCommand, tables } from '../../storage/command.ts';
import type { DocumentRow, KnowledgeTables } from './knowledgeTables.ts';
import type { IndexedDocument } from './snapshots/entryStore.ts';

const db = tables<KnowledgeTables>();

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** The date that a document goes by, in UTC milliseconds: when it says that it was changed, else made, else its file's. */
export const CHANGED = raw<number>`coalesce(document.modified_ms, document.created_ms, cast(document.mtime_ns as integer) / 1000000)`;

/** The same of a row. */
export function changedMs(row: Pick<DocumentRow, 'modified_ms' | 'created_ms' | 'mtime_ns'>): number {
  return row.modified_ms ?? row.created_ms ?? Number(BigInt(row.mtime_ns) / 1_000_000n);
}

/** What a filter asks of a row of `knowledge_documents as document`. */
export function filterConditions(filter: DocumentFilter): RawBuilder<boolean>[] {
  const any = (all: readonly RawBuilder<boolean>[]): RawBuilder<boolean> => raw<boolean>`(${raw.join(all, raw` or `)})`;
  const found: RawBuilder<boolean>[] = [];
  if (filter.format) found.push(any([raw<boolean>`false`, ...filter.format.map((format) => raw<boolean>`document.format = ${format}`)]));
  if (filter.language) found.push(any([raw<boolean>`false`, ...filter.language.map((language) => raw<boolean>`(lower(document.language) = ${language.toLowerCase()} or document.language like ${`${escaped(language)}-%`} escape '\\')`)]));
  if (filter.author !== undefined) found.push(raw<boolean>`document.author like ${`%${escaped(filter.author)}%`} escape '\\'`);
  if (filter.path !== undefined) {
    const pattern = escaped(filter.path).replaceAll('*', '%');
    found.push(raw<boolean>`document.file like ${filter.path.includes('*') ? pattern : `${pattern}%`} escape '\\'`);
  }
  if (filter.after !== undefined) found.push(raw<boolean>`${CHANGED} >= ${startOf(filter.after)}`);
  if (filter.before !== undefined) found.push(raw<boolean>`${CHANGED} < ${startOf(filter.before)}`);
  return found;
}

interface Narrowed {
  readonly snapshotId: string;
  readonly filter: DocumentFilter;
}

const all = (conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> => raw<boolean>`${raw.join(conditions, raw` and `)}`;

/** `document` is the one that stands in the index. */
const standing = ({ snapshotId, filter }: Narrowed): RawBuilder<unknown> =>
  raw`knowledge_entries as entry join knowledge_documents as document on document.id = entry.document_id
    where ${all([raw<boolean>`entry.snapshot_id = ${snapshotId}`, raw<boolean>`document.deleted_at_ms is null`, ...filterConditions(filter)])}`;

/**
 * `document` is a copy of the one that stands, in the form that this snapshot has of it: both read the same, letter by letter. Copies
 * are few: the order of the joins makes them the first that is looked at.
 */
const copied = ({ snapshotId, filter }: Narrowed): RawBuilder<unknown> =>
  raw`knowledge_documents as document cross join knowledge_documents as searched on searched.id = document.alias_of
    cross join knowledge_entries as entry on entry.document_id = searched.id and entry.parsed_digest = searched.parsed_digest
    where ${all([raw<boolean>`document.alias_of is not null`, raw<boolean>`entry.snapshot_id = ${snapshotId}`, raw<boolean>`searched.deleted_at_ms is null`, raw<boolean>`document.deleted_at_ms is null`, raw<boolean>`document.parsed_digest is not null`, ...filterConditions(filter)])}`;

/** Names in a snapshot's index of the live documents that a filter lets through, themselves or by one of their copies. */
export const filteredNames = readCommand('knowledge.filteredNames', (sql, narrowed: Narrowed): string[] => {
  const found = sql.all(raw<{ index_id: string }>`select entry.index_id from ${standing(narrowed)} union all select entry.index_id from ${copied(narrowed)}`.compile(db));
  return [...new Set(found.map((row) => row.index_id))];
});

/**
 * By their names in the index, the copies to show in place of documents that a filter does not let through themselves: of several
 * that it does, the first by name.
 */
export const copiesShown = readCommand('knowledge.copiesShown', (sql, { ids, ...narrowed }: Narrowed & { ids: readonly string[] }): IndexedDocument[] => {
  if (ids.length === 0) return [];
  const named = raw<boolean>`entry.index_id in (${raw.join(ids)})`;
  const themselves = new Set(sql.all(raw<{ index_id: string }>`select entry.index_id from ${standing(narrowed)} and ${named}`.compile(db)).map((row) => row.index_id));
  const copies = sql.all(raw<IndexedDocument>`select document.*, entry.index_id, entry.chunks from ${copied(narrowed)} and ${named} order by document.file collate nocase, document.id`.compile(db));
  return [...new Map(copies.toReversed().map((copy) => [copy.index_id, copy])).values()].filter((copy) => !themselves.has(copy.index_id));
});

/** Of a document and its copies those that a filter lets through, the one that a search shows first. */
export const letThrough = readCommand('knowledge.letThrough', (sql, { documentId, filter }: { documentId: string; filter: DocumentFilter }): DocumentRow[] => {
  const same = [raw<boolean>`(document.id = ${documentId} or document.alias_of = ${documentId})`, raw<boolean>`document.deleted_at_ms is null`, ...filterConditions(filter)];
  return sql.all(raw<DocumentRow>`select document.* from knowledge_documents as document where ${all(same)} order by document.id = ${documentId} desc, document.file collate nocase, document.id`.compile(db));
});

export const filterCommands = [filteredNames, copiesShown, letThrough];
