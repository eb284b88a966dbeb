import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from '../../base/isMissing.ts';
import type { IndexLocation } from '../../runtimes/types.ts';
import { baseIds } from './knowledgeStore.ts';
import type { EmbedderFiles, KnowledgeDeps } from './knowledgePorts.ts';
import { reconcileIndex } from './reconcileIndex.ts';

export interface OpenedIndex {
  readonly at: IndexLocation;
  readonly embedder: EmbedderFiles;
  /** Runs when nothing else changes this index or compares it with its rows: rows and entries that belong together change in one. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export interface IndexDoor {
  /** Opens a knowledge base's index once, after bringing it in line with the rows; `onStage` is told in words what takes its time. */
  open(knowledgeId: string, signal: AbortSignal, onStage?: (now: string) => void): Promise<OpenedIndex>;
  /** Forgets that it was opened (its runtime died): the next call reconciles again. */
  forget(knowledgeId: string): void;
  /** Brings an open index in line with the rows again: it answered with what no row names. */
  mend(knowledgeId: string, signal: AbortSignal): Promise<void>;
  /** Takes what is deleted out of every index's files. One that cannot be opened is deleted whole: it is built again from its documents. */
  compact(signal: AbortSignal): Promise<void>;
  /** Deletes the indexes of knowledge bases that were purged: their text must not stay on the disk. */
  sweep(): Promise<void>;
  /** Runs when no index and no row of a document is being written. */
  allAlone<T>(work: () => Promise<T>): Promise<T>;
  /** What had to be mended, in sentences. */
  readonly mended: readonly string[];
}

type Deps = Pick<KnowledgeDeps, 'database' | 'artifacts' | 'index' | 'models' | 'vectorsFolder' | 'logger'>;

/** Owns the agreement between rows (the truth) and the index (derived). */
export function createIndexDoor(deps: Deps): IndexDoor {
  const opened = new Map<string, Promise<OpenedIndex>>();
  const lanes = new Map<string, Promise<unknown>>();
  const mended: string[] = [];

  const say = (sentence: string): void => {
    mended.push(sentence);
    deps.logger.warn(sentence);
  };

  function alone<T>(knowledgeId: string, work: () => Promise<T>): Promise<T> {
    const result = (lanes.get(knowledgeId) ?? Promise.resolve()).then(work);
    lanes.set(knowledgeId, result.catch(() => undefined));
    return result;
  }

  async function start(knowledgeId: string, signal: AbortSignal, onStage: (now: string) => void): Promise<OpenedIndex> {
    onStage('Checking the models');
    const embedder = await deps.models.embedder(signal, (slug) => onStage(`Waiting for the model ${slug}`));
    onStage('Opening the index');
    // The static embedding is part of the folder's name: vectors of two embedders never share a table.
    const folder = path.join(deps.vectorsFolder, knowledgeId, `text-${embedder.staticDigest.slice(0, 8)}`);
    const at: IndexLocation = { folder, staticModelFolder: embedder.staticModelFolder };
    await alone(knowledgeId, () => reconcileIndex(deps, { knowledgeId, at, signal, say }));
    return { at, embedder, alone: (work) => alone(knowledgeId, work) };
  }

  function open(knowledgeId: string, signal: AbortSignal, onStage: (now: string) => void = () => undefined): Promise<OpenedIndex> {
    const known = opened.get(knowledgeId);
    if (known) return known;
    const opening = start(knowledgeId, signal, onStage);
    opened.set(knowledgeId, opening);
    opening.catch(() => {
      if (opened.get(knowledgeId) === opening) opened.delete(knowledgeId);
    });
    return opening;
  }

  async function mend(knowledgeId: string, signal: AbortSignal): Promise<void> {
    const { at } = await open(knowledgeId, signal);
    await alone(knowledgeId, () => reconcileIndex(deps, { knowledgeId, at, signal, say }));
  }

  async function discard(knowledgeId: string): Promise<void> {
    // An opening that failed has nothing to close; its own caller was told.
    const known = await opened.get(knowledgeId)?.catch(() => null);
    opened.delete(knowledgeId);
    if (known) await deps.index.close(known.at);
    await rm(path.join(deps.vectorsFolder, knowledgeId), { recursive: true, force: true });
  }

  async function foldersWithIndex(): Promise<string[]> {
    return readdir(deps.vectorsFolder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
  }

  async function sweep(): Promise<void> {
    const kept = new Set(await deps.database.run(baseIds, undefined));
    for (const folder of await foldersWithIndex()) if (!kept.has(folder)) await discard(folder);
  }

  async function compactOne(knowledgeId: string, signal: AbortSignal): Promise<void> {
    await mend(knowledgeId, signal);
    const { at } = await open(knowledgeId, signal);
    await alone(knowledgeId, () => deps.index.compact(at, { signal }));
    // Indexes of an embedder used before, and what was set aside as damaged, hold the same text.
    const current = path.basename(at.folder);
    const folder = path.join(deps.vectorsFolder, knowledgeId);
    for (const name of await readdir(folder)) if (name !== current) await rm(path.join(folder, name), { recursive: true, force: true });
  }

  async function compact(signal: AbortSignal): Promise<void> {
    const known = new Set(await deps.database.run(baseIds, undefined));
    for (const knowledgeId of await foldersWithIndex()) {
      if (!known.has(knowledgeId)) continue;
      try {
        await compactOne(knowledgeId, signal);
      } catch (error) {
        signal.throwIfAborted();
        await discard(knowledgeId);
        say(`A search index could not be cleaned of what was purged and was deleted; it is built again when it is used next: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  async function allAlone<T>(work: () => Promise<T>): Promise<T> {
    const ids = await deps.database.run(baseIds, undefined);
    return ids.reduceRight<() => Promise<T>>((inner, id) => () => alone(id, inner), work)();
  }

  return { mended, open, forget: (knowledgeId) => void opened.delete(knowledgeId), mend, compact, sweep, allAlone };
}
