import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { DEFAULT_EMBEDDING_MODEL } from '#contract/models.ts';
import { AppError, hasErrorCode } from '../../base/appError.ts';
import type { IndexLocation } from '../../runtimes/types.ts';
import { createDeepQuestions, type AskedDeep } from './deepQuestion.ts';
import type { EmbedderFiles, KnowledgeDeps } from './knowledgePorts.ts';
import type { SnapshotRow } from './knowledgeTables.ts';
import { reconcileIndex } from './reconcileIndex.ts';
import { dropEmbeddings, EMBEDDINGS, namesIn, sweepEmbeddings } from './snapshots/sweepEmbeddings.ts';
import type { IndexName } from './snapshots/entryStore.ts';
import { allSnapshots, getSnapshot, servingSnapshot } from './snapshots/snapshotStore.ts';

/** What sizes a snapshot's chunks. */
export interface Cutting {
  /** Of the transformer embedder. */
  readonly digest: string;
  readonly tokenizerPath: string;
}

export interface OpenedIndex {
  /** As it was when this was asked for. */
  readonly snapshot: SnapshotRow;
  readonly at: IndexLocation;
  readonly embedder: EmbedderFiles;
  /** Fetches the embedder where it is not here: only what cuts documents needs it, searches do not. */
  cutting(signal: AbortSignal, onWait?: (slug: string) => void): Promise<Cutting>;
  deepQuestion(question: string, signal: AbortSignal): Promise<AskedDeep>;
  /** Runs when nothing else changes this index or compares it with its rows: rows and entries that belong together change in one. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Runs when nobody else makes or sweeps transformer vectors: one of a text that is being purged must not come after the sweep. */
  embedding<T>(work: () => Promise<T>): Promise<T>;
}

export interface IndexDoor {
  /** Opens the index of the snapshot that serves a knowledge base, as `openSnapshot` does. */
  open(knowledgeId: string, signal: AbortSignal, onStage?: (now: string) => void): Promise<OpenedIndex>;
  /** Opens a snapshot's index once, after bringing it in line with the rows; `onStage` is told in words what takes its time. */
  openSnapshot(snapshotId: string, signal: AbortSignal, onStage?: (now: string) => void): Promise<OpenedIndex>;
  /** Hides or removes documents in those indexes that are open; the others learn of it when they are opened. */
  reach(how: 'hide' | 'remove', names: readonly IndexName[]): Promise<void>;
  /** Forgets that a knowledge base's indexes were opened (their runtime died): the next call reconciles again. */
  forget(knowledgeId: string): Promise<void>;
  /** Brings the index that serves in line with the rows again: it answered with what no row names. */
  mend(knowledgeId: string, signal: AbortSignal): Promise<void>;
  /** The same for any snapshot. */
  mendSnapshot(snapshotId: string, signal: AbortSignal): Promise<OpenedIndex>;
  /** Takes what is deleted out of every index's files. One that cannot be opened is deleted whole: it is built again from its documents. */
  compact(signal: AbortSignal): Promise<void>;
  /** Closes a snapshot's index and deletes its files. */
  discard(snapshotId: string): Promise<void>;
  /** Deletes the indexes of snapshots that were purged: their text must not stay on the disk. */
  sweep(): Promise<void>;
  /** Runs when no index and no row of a document is being written. */
  allAlone<T>(work: () => Promise<T>): Promise<T>;
  /** What had to be mended, in sentences. */
  readonly mended: readonly string[];
}

type Deps = Pick<KnowledgeDeps, 'database' | 'artifacts' | 'index' | 'models' | 'deep' | 'vectorsFolder' | 'clock' | 'logger'>;

/** Owns the agreement between rows (the truth) and the index (derived). */
export function createIndexDoor(deps: Deps): IndexDoor {
  const opened = new Map<string, Promise<OpenedIndex>>();
  const lanes = new Map<string, Promise<unknown>>();
  const questions = createDeepQuestions(deps);
  const mended: string[] = [];

  const say = (sentence: string): void => {
    mended.push(sentence);
    deps.logger.warn(sentence);
  };

  function alone<T>(snapshotId: string, work: () => Promise<T>): Promise<T> {
    const result = (lanes.get(snapshotId) ?? Promise.resolve()).then(work);
    lanes.set(snapshotId, result.catch(() => undefined));
    return result;
  }

  async function rowOf(snapshotId: string): Promise<SnapshotRow> {
    const row = await deps.database.run(getSnapshot, snapshotId);
    if (!row) throw new AppError('SNAPSHOT_NOT_FOUND', `There is no snapshot with the id ${snapshotId}`, { hint: 'It may have been purged. List them with `knowledge snapshot list`.' });
    return row;
  }

  async function start(snapshotId: string, signal: AbortSignal, onStage: (now: string) => void): Promise<OpenedIndex> {
    const snapshot = await rowOf(snapshotId);
    onStage('Checking the models');
    const embedder = await deps.models.embedder(signal, (slug) => onStage(`Waiting for the model ${slug}`));
    onStage('Opening the index');
    // The static embedding is part of the folder's name: vectors of two embedders never share a table.
    const folder = path.join(deps.vectorsFolder, snapshotId, `text-${embedder.staticDigest.slice(0, 8)}`);
    const at: IndexLocation = { folder, staticModelFolder: embedder.staticModelFolder };
    await alone(snapshotId, () => reconcileIndex(deps, { snapshotId, at, signal, say }));
    return {
      snapshot,
      at,
      embedder,
      // The embedder that came with the static one is known already.
      cutting: async (signalled, onWait) => (snapshot.embedder === DEFAULT_EMBEDDING_MODEL ? embedder : deps.deep.open(snapshot.embedder, signalled, onWait)),
      deepQuestion: (question, signalled) => questions.of(snapshot, question, signalled),
      alone: (work) => alone(snapshotId, work),
      embedding: (work) => alone(EMBEDDINGS, work),
    };
  }

  function openOnce(snapshotId: string, signal: AbortSignal, onStage: (now: string) => void): Promise<OpenedIndex> {
    const known = opened.get(snapshotId);
    if (known) return known;
    const opening = start(snapshotId, signal, onStage);
    opened.set(snapshotId, opening);
    opening.catch(() => {
      if (opened.get(snapshotId) === opening) opened.delete(snapshotId);
    });
    return opening;
  }

  /** An index stays open; its row is that of now. */
  async function openAs(row: SnapshotRow, signal: AbortSignal, onStage: (now: string) => void = () => undefined): Promise<OpenedIndex> {
    const index = await openOnce(row.id, signal, onStage);
    return { ...index, snapshot: row, deepQuestion: (question, signalled) => questions.of(row, question, signalled) };
  }

  async function openSnapshot(snapshotId: string, signal: AbortSignal, onStage?: (now: string) => void): Promise<OpenedIndex> {
    return openAs(await rowOf(snapshotId), signal, onStage);
  }

  async function open(knowledgeId: string, signal: AbortSignal, onStage?: (now: string) => void): Promise<OpenedIndex> {
    const serving = await deps.database.run(servingSnapshot, knowledgeId);
    if (serving === null) throw new AppError('KNOWLEDGE_NOT_FOUND', `There is no knowledge base with the id ${knowledgeId} in this project`, { hint: 'List them with `knowledge status`.' });
    return openAs(serving, signal, onStage);
  }

  async function reach(how: 'hide' | 'remove', names: readonly IndexName[]): Promise<void> {
    for (const [snapshotId, own] of Map.groupBy(names, (name) => name.snapshotId)) {
      // One that is being opened may have read its rows before this change: it is waited for.
      const index = await opened.get(snapshotId)?.catch(() => null);
      if (!index) continue;
      await index.alone(() => deps.index[how](index.at, own.map(({ indexId }) => indexId))).catch((error: unknown) => {
        if (!hasErrorCode(error, 'INDEX_DAMAGED')) throw error;
        // The rows are the truth, and say it already: the index learns of it when it is opened again, where it is mended.
        opened.delete(snapshotId);
        say(`An index of ${index.snapshot.embedder} with ${index.snapshot.max_tokens} tokens a chunk could not be changed because its files are damaged; it is mended when it is used next. ${error.message}`);
      });
    }
  }

  async function mendSnapshot(snapshotId: string, signal: AbortSignal): Promise<OpenedIndex> {
    const index = await openSnapshot(snapshotId, signal);
    await alone(snapshotId, () => reconcileIndex(deps, { snapshotId, at: index.at, signal, say }));
    return index;
  }

  async function discard(snapshotId: string): Promise<void> {
    // An opening that failed has nothing to close; its own caller was told.
    const known = await opened.get(snapshotId)?.catch(() => null);
    opened.delete(snapshotId);
    if (known) await deps.index.close(known.at);
    await rm(path.join(deps.vectorsFolder, snapshotId), { recursive: true, force: true });
  }

  async function foldersWithIndex(): Promise<string[]> {
    return (await namesIn(deps.vectorsFolder)).filter((name) => name !== EMBEDDINGS);
  }

  async function sweep(): Promise<void> {
    const snapshots = await deps.database.run(allSnapshots, undefined);
    const kept = new Set(snapshots.map(({ id }) => id));
    for (const folder of await foldersWithIndex()) if (!kept.has(folder)) await discard(folder);
    await dropEmbeddings(deps.vectorsFolder, new Set(snapshots.map((snapshot) => snapshot.knowledge_id)));
  }

  async function compactOne(snapshotId: string, signal: AbortSignal): Promise<void> {
    const { at } = await mendSnapshot(snapshotId, signal);
    await alone(snapshotId, () => deps.index.compact(at, { signal }));
    // Indexes of an embedder used before, and what was set aside as damaged, hold the same text.
    const current = path.basename(at.folder);
    const folder = path.join(deps.vectorsFolder, snapshotId);
    for (const name of await readdir(folder)) if (name !== current) await rm(path.join(folder, name), { recursive: true, force: true });
  }

  async function compact(signal: AbortSignal): Promise<void> {
    const snapshots = await deps.database.run(allSnapshots, undefined);
    const folders = await foldersWithIndex();
    const lost = new Set<string>();
    for (const { id, knowledge_id: knowledgeId } of snapshots.filter((snapshot) => folders.includes(snapshot.id))) {
      try {
        await compactOne(id, signal);
      } catch (error) {
        signal.throwIfAborted();
        await discard(id);
        lost.add(knowledgeId);
        say(`A search index could not be cleaned of what was purged and was deleted; it is built again when it is used next: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    await alone(EMBEDDINGS, () => sweepEmbeddings(deps, { snapshots, lost, signal, open: (id) => openSnapshot(id, signal), say }));
  }

  async function allAlone<T>(work: () => Promise<T>): Promise<T> {
    const snapshots = await deps.database.run(allSnapshots, undefined);
    return snapshots.reduceRight<() => Promise<T>>((inner, { id }) => () => alone(id, inner), work)();
  }

  async function forget(knowledgeId: string): Promise<void> {
    for (const { id, knowledge_id: owner } of await deps.database.run(allSnapshots, undefined)) if (owner === knowledgeId) opened.delete(id);
  }

  async function mend(knowledgeId: string, signal: AbortSignal): Promise<void> {
    await mendSnapshot((await open(knowledgeId, signal)).snapshot.id, signal);
  }

  return { mended, open, openSnapshot, reach, forget, mend, mendSnapshot, compact, discard, sweep, allAlone };
}
