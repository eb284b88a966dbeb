import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Chunk, ParsedDocument } from '#contract/document.ts';
import { hasErrorCode } from '../../base/appError.ts';
import type { IndexDocument, IndexLocation } from '../../runtimes/types.ts';
import { chunksOf, getDocument, readyDocuments } from './documentStore.ts';
import { baseIds } from './knowledgeStore.ts';
import type { EmbedderFiles, KnowledgeDeps } from './knowledgePorts.ts';

export interface OpenedIndex {
  readonly at: IndexLocation;
  readonly embedder: EmbedderFiles;
}

export interface IndexDoor {
  /** Opens a knowledge base's index once, after bringing it in line with the rows. */
  open(knowledgeId: string, signal: AbortSignal): Promise<OpenedIndex>;
  /** Forgets that it was opened (its runtime died): the next call reconciles again. */
  forget(knowledgeId: string): void;
  /** Deletes the indexes of knowledge bases that were purged: their text must not stay on the disk. */
  sweep(): Promise<void>;
  /** What had to be mended, in sentences. */
  readonly mended: readonly string[];
}

type Deps = Pick<KnowledgeDeps, 'database' | 'artifacts' | 'index' | 'models' | 'vectorsFolder' | 'logger'>;

/** Builds the index's document again from its rows and its parsed form: the original file is not needed. */
export async function documentFromRows(deps: Pick<Deps, 'database' | 'artifacts'>, documentId: string): Promise<IndexDocument | null> {
  const row = await deps.database.run(getDocument, documentId);
  if (!row?.parsed_digest || row.index_id === null) return null;
  const parsed = JSON.parse(new TextDecoder().decode(await deps.artifacts.get(row.parsed_digest as never))) as ParsedDocument;
  const chunks = await deps.database.run(chunksOf, documentId);
  return {
    documentId: row.index_id,
    file: row.file,
    title: row.title,
    chunks: chunks.map((chunk) => ({
      id: chunk.id,
      ordinal: chunk.ordinal,
      start: chunk.start,
      end: chunk.end,
      text: parsed.text.slice(chunk.start, chunk.end),
      headings: JSON.parse(chunk.headings) as Chunk['headings'],
      kind: chunk.kind,
      ...(chunk.page === null ? {} : { page: chunk.page }),
    })),
  };
}

/** Owns the agreement between rows (the truth) and the index (derived). */
export function createIndexDoor(deps: Deps): IndexDoor {
  const opened = new Map<string, Promise<OpenedIndex>>();
  const mended: string[] = [];

  const say = (sentence: string): void => {
    mended.push(sentence);
    deps.logger.warn(sentence);
  };

  async function contents(at: IndexLocation, signal: AbortSignal): Promise<{ documentId: string; chunks: number }[]> {
    try {
      return await deps.index.documents(at, { signal });
    } catch (error) {
      if (!hasErrorCode(error, 'INDEX_DAMAGED')) throw error;
      await deps.index.close(at);
      const aside = `${at.folder}.damaged`;
      await rm(aside, { recursive: true, force: true });
      await rename(at.folder, aside);
      say(`The search index could not be read (${error.message}) and is built again from the parsed documents; nothing was lost.`);
      return deps.index.documents(at, { signal });
    }
  }

  async function addMissing(at: IndexLocation, missing: readonly string[], signal: AbortSignal): Promise<void> {
    for (let from = 0; from < missing.length; from += 32) {
      signal.throwIfAborted();
      const documents = await Promise.all(missing.slice(from, from + 32).map((id) => documentFromRows(deps, id)));
      await deps.index.add(at, documents.filter((document) => document !== null), { signal });
    }
  }

  async function reconcile(knowledgeId: string, at: IndexLocation, signal: AbortSignal): Promise<void> {
    const inIndex = new Map((await contents(at, signal)).map((entry) => [entry.documentId, entry.chunks]));
    const ready = await deps.database.run(readyDocuments, knowledgeId);
    const missing = ready.filter((row) => inIndex.get(row.index_id) !== row.chunks);
    const wanted = new Set(ready.map((row) => row.index_id));
    const extra = [...inIndex.keys()].filter((id) => !wanted.has(id));
    if (extra.length > 0) await deps.index.remove(at, extra);
    if (missing.length > 0) {
      await addMissing(at, missing.map((row) => row.id), signal);
      say(`${missing.length} of ${ready.length} documents were missing from the search index and were put back from their parsed form.`);
    }
    if (extra.length > 0) deps.logger.info(`Removed ${extra.length} entries from the search index that no document names`);
    await deps.index.publish(at, [...wanted]);
  }

  async function start(knowledgeId: string, signal: AbortSignal): Promise<OpenedIndex> {
    const embedder = await deps.models.embedder(signal);
    // The static embedding is part of the folder's name: vectors of two embedders never share a table.
    const folder = path.join(deps.vectorsFolder, knowledgeId, `text-${embedder.staticDigest.slice(0, 8)}`);
    const at: IndexLocation = { folder, staticModelFolder: embedder.staticModelFolder };
    await reconcile(knowledgeId, at, signal);
    return { at, embedder };
  }

  async function discard(knowledgeId: string): Promise<void> {
    // An opening that failed has nothing to close; its own caller was told.
    const known = await opened.get(knowledgeId)?.catch(() => null);
    opened.delete(knowledgeId);
    if (known) await deps.index.close(known.at);
    await rm(path.join(deps.vectorsFolder, knowledgeId), { recursive: true, force: true });
  }

  async function sweep(): Promise<void> {
    const kept = new Set(await deps.database.run(baseIds, undefined));
    const folders = await readdir(deps.vectorsFolder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const folder of folders) if (!kept.has(folder)) await discard(folder);
  }

  return {
    mended,
    sweep,
    open(knowledgeId, signal) {
      const known = opened.get(knowledgeId);
      if (known) return known;
      const opening = start(knowledgeId, signal);
      opened.set(knowledgeId, opening);
      opening.catch(() => opened.delete(knowledgeId));
      return opening;
    },
    forget: (knowledgeId) => void opened.delete(knowledgeId),
  };
}
