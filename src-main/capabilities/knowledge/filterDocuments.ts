import { sql as raw, type RawBuilder } from 'kysely';
import type { DocumentFilter } from '#contract/filters.ts';
import { readCommand, tables } from '../../storage/command.ts';
import type { KnowledgeTables } from './knowledgeTables.ts';

const db = tables<KnowledgeTables>();

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** The document's own date, else that of its file. */
export const CHANGED = raw<number>`coalesce(document.modified_ms, cast(document.mtime_ns as integer) / 1000000)`;

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

/** Names in a snapshot's index of the live documents that a filter lets through. */
export const filteredNames = readCommand('knowledge.filteredNames', (sql, { snapshotId, filter }: { snapshotId: string; filter: DocumentFilter }): string[] => {
  const all = raw.join([raw<boolean>`entry.snapshot_id = ${snapshotId}`, raw<boolean>`document.deleted_at_ms is null`, ...filterConditions(filter)], raw` and `);
  return sql
    .all(raw<{ index_id: string }>`select entry.index_id from knowledge_entries as entry join knowledge_documents as document on document.id = entry.document_id where ${all}`.compile(db))
    .map((row) => row.index_id);
});

export const filterCommands = [filteredNames];
