import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ParsedDocument } from '#contract/document.ts';
import type { DocumentView, KnowledgeDocument } from '#contract/knowledge.ts';
import { AppError } from '../../base/appError.ts';
import { joinInside } from '../../base/paths.ts';
import { getDocument, type ListedDocument } from './documentStore.ts';
import { changedMs } from './filterDocuments.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import type { DocumentRow } from './knowledgeTables.ts';
import { placeOfRoot } from './move/importedRoot.ts';
import { chunksOf } from './snapshots/entryStore.ts';
import { servingSnapshot } from './snapshots/snapshotStore.ts';

export function toDocument(row: ListedDocument): KnowledgeDocument {
  return {
    id: row.id as KnowledgeDocument['id'],
    file: row.file,
    root: row.root,
    title: row.title,
    format: row.format as KnowledgeDocument['format'],
    state: row.state as KnowledgeDocument['state'],
    pages: row.pages,
    chunks: row.chunks,
    bytes: row.bytes,
    warnings: JSON.parse(row.warnings) as KnowledgeDocument['warnings'],
    reason: row.reason,
    sourceDigest: row.source_digest as KnowledgeDocument['sourceDigest'],
    parsedDigest: row.parsed_digest as KnowledgeDocument['parsedDigest'],
    indexedAtMs: row.indexed_at_ms,
    author: row.author,
    createdAtMs: row.created_ms,
    modifiedAtMs: row.modified_ms,
    changedAtMs: changedMs(row),
    language: row.language,
    url: row.url,
    metadata: JSON.parse(row.metadata) as KnowledgeDocument['metadata'],
    container: row.container,
    aliasOf: row.alias_of as KnowledgeDocument['aliasOf'],
  };
}

type Deps = Pick<KnowledgeDeps, 'database' | 'artifacts' | 'sourcesFolder'>;

export async function documentRow(deps: Pick<Deps, 'database'>, documentId: string): Promise<ListedDocument> {
  const row = await deps.database.run(getDocument, documentId);
  if (!row) throw new AppError('DOCUMENT_NOT_FOUND', `There is no document with the id ${documentId}`, { hint: 'It may have been deleted and purged.' });
  return row;
}

export async function readParsed(deps: Pick<Deps, 'artifacts'>, digest: string): Promise<ParsedDocument> {
  return JSON.parse(new TextDecoder().decode(await deps.artifacts.get(digest as never))) as ParsedDocument;
}

/** The original's place on disk, of what came out of a container the container's: rows carry names in NFC, some systems keep them in NFD. */
export async function originalOf({ sourcesFolder }: Pick<KnowledgeDeps, 'sourcesFolder'>, { container, copy, ...row }: DocumentRow): Promise<string> {
  if (copy !== null) return joinInside(sourcesFolder, copy);
  if (container !== null) return originalOf({ sourcesFolder }, { ...row, file: container, container: null, copy });
  const root = placeOfRoot(row.root);
  const named = path.join(root, row.file);
  const decomposed = path.join(root, row.file.normalize('NFD'));
  return decomposed !== named && (await stat(named).catch(() => null)) === null ? decomposed : named;
}

/** Where the original is now: unchanged by stat, changed since it was read, or gone. */
async function sourceState(deps: Pick<KnowledgeDeps, 'sourcesFolder'>, row: DocumentRow): Promise<DocumentView['source']> {
  const facts = await stat(await originalOf(deps, row), { bigint: true }).catch(() => null);
  if (!facts) return 'missing';
  // The size of what came out of a container says nothing of the container's.
  return String(facts.mtimeNs) === row.mtime_ns && (row.container !== null || Number(facts.size) === row.bytes) ? 'same' : 'changed';
}

/** A document as it was read: an old citation names the parsed form that it points into. */
export async function viewDocument(deps: Deps, documentId: string, wanted: string | undefined): Promise<DocumentView> {
  const row = await documentRow(deps, documentId);
  const digest = wanted ?? row.parsed_digest;
  if (digest === null) throw new AppError('DOCUMENT_NOT_FOUND', `${row.file} was not read${row.reason === null ? '' : `: ${row.reason}`}`, { hint: 'Ingest it again after mending the file.' });
  const parsed = await readParsed(deps, digest);
  const isCurrent = digest === row.parsed_digest;
  const serving = await deps.database.run(servingSnapshot, row.knowledge_id);
  const chunks = isCurrent && serving !== null ? await deps.database.run(chunksOf, { snapshotId: serving.id, documentId }) : [];
  return {
    knowledgeId: row.knowledge_id as DocumentView['knowledgeId'],
    document: toDocument(row),
    parsedDigest: digest as DocumentView['parsedDigest'],
    text: parsed.text,
    blocks: parsed.blocks,
    pages: parsed.pages ?? null,
    chunks: chunks.map(({ start, end, tokens }) => ({ start, end, tokens })),
    source: isCurrent ? await sourceState(deps, row) : 'changed',
  };
}
