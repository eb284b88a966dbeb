import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { StoredQuestion } from '#contract/questions.ts';
import { hasErrorCode } from '../../../base/appError.ts';
import { failpoint } from '../../../base/failpoint.ts';
import { uuidv7 } from '../../../base/uuid.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import { storageError } from '../../../storage/storageError.ts';
import { syncFolder } from '../../../storage/syncFolder.ts';
import { assertNameFree, type KnowledgeBases } from '../knowledgeBases.ts';
import type { EmbedderFiles, KnowledgeDeps } from '../knowledgePorts.ts';
import { purgeBase } from '../knowledgeStore.ts';
import type { IndexDoor, OpenedIndex } from '../openIndex.ts';
import { EMBEDDINGS, vectorsOf } from '../snapshots/sweepEmbeddings.ts';
import type { VectorStages } from '../snapshots/vectorStages.ts';
import { causeInWords } from '../unusedModel.ts';
import { importRows } from './importRows.ts';
import { importsFolder, readQuestions } from './finishImports.ts';
import { damagedFile, type ManifestFacts } from './manifest.ts';
import { unpackFile } from './unpackFile.ts';

export interface ImportParams {
  /** Absolute. */
  readonly from: string;
  /** null = as it was called where it comes from. */
  readonly name: string | null;
}

type Deps = KnowledgeDeps & { readonly door: IndexDoor; readonly bases: KnowledgeBases; readonly stages: VectorStages };

interface Import {
  readonly knowledgeId: string;
  readonly folder: string;
  readonly ctx: JobContext;
  /** What was not taken over as it was, in sentences. */
  readonly notes: string[];
}

/** Its index, where the same static embedding made it: else it is built again from the rows when it is opened. */
async function moveIndex(deps: Deps, { knowledgeId, folder, notes }: Import, { manifest, embedder }: { manifest: ManifestFacts; embedder: EmbedderFiles }): Promise<void> {
  const { static: still } = manifest.models;
  if (still.digest !== embedder.staticDigest) {
    notes.push(`Its index was made with another version of the static embedding ${still.slug} than this machine has, so it was built again from the documents.`);
    return;
  }
  const carried = path.join(folder, 'index');
  const to = path.join(deps.vectorsFolder, knowledgeId, `text-${embedder.staticDigest.slice(0, 8)}`);
  if (!existsSync(carried)) return;
  await mkdir(path.dirname(to), { recursive: true });
  await rename(carried, to);
}

type EmbedderHere = { readonly digest: string } | 'absent' | { readonly unusable: string };

/** Whether an embedder is on this machine and can be used: nothing is waited for because of it. */
async function embedderHere(deps: Deps, slug: string, signal: AbortSignal): Promise<EmbedderHere> {
  const missing = new AbortController();
  try {
    return await deps.models.deepEmbedder(slug, AbortSignal.any([signal, missing.signal]), () => missing.abort());
  } catch (error) {
    signal.throwIfAborted();
    if (missing.signal.aborted || hasErrorCode(error, 'MODEL_NOT_FOUND') || hasErrorCode(error, 'MODEL_UNAVAILABLE')) return 'absent';
    return { unusable: causeInWords(error) };
  }
}

async function moveVectors(deps: Deps, { knowledgeId, folder, notes, ctx }: Import, { snapshot, models }: ManifestFacts): Promise<void> {
  const carried = path.join(folder, 'vectors.db');
  if (snapshot.vectors === null || !existsSync(carried)) return;
  const { file } = vectorsOf(deps.vectorsFolder, { knowledgeId, digest: snapshot.vectors.digest, dimensions: snapshot.vectors.dimensions });
  await mkdir(path.dirname(file), { recursive: true });
  await rename(carried, file);
  const { slug } = models.embedder;
  const here = await embedderHere(deps, slug, ctx.signal);
  if (here === 'absent') notes.push(`The embedder ${slug} is not on this machine: its vectors came along and count as soon as it is here.`);
  else if ('unusable' in here) notes.push(`The embedder ${slug} is on this machine and cannot be used ${here.unusable} Its vectors came along and count once it can.`);
  else if (here.digest !== snapshot.vectors.digest) notes.push(`This machine has another version of the embedder ${slug}: the vectors that came along do not compare with its own, which are made again.`);
}

/** Brings index and rows in line, as at every opening, and counts the vectors that came along. */
async function openHidden(deps: Deps, { knowledgeId, ctx, notes }: Import): Promise<OpenedIndex> {
  const say = (now: string): void => ctx.progress({ done: 0, total: null, unit: 'files', now });
  return deps.door.openSnapshot(knowledgeId, ctx.signal, say).catch(async (error: unknown) => {
    if (!hasErrorCode(error, 'DATABASE_NEWER')) throw error;
    notes.push('Its index was made by a newer Lathe, so it was built again from the documents.');
    await deps.door.discard(knowledgeId);
    return deps.door.openSnapshot(knowledgeId, ctx.signal, say);
  });
}

async function takeBack(deps: Deps, { knowledgeId, folder }: Import): Promise<void> {
  await deps.database.run(purgeBase, { id: knowledgeId, slug: '', fileDigest: null });
  await deps.door.discard(knowledgeId);
  await rm(path.join(deps.vectorsFolder, EMBEDDINGS, knowledgeId), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

async function work(deps: Deps, { from, name: asked }: ImportParams, running: Import): Promise<Record<string, unknown>> {
  const { knowledgeId, folder, ctx, notes } = running;
  const file = path.basename(from);
  const manifest = await unpackFile({ file: from, into: folder, ctx });
  const name = asked ?? manifest.base.name;
  assertNameFree(await deps.bases.list(), name);
  const questions = await readQuestions(folder).catch((cause: unknown) => {
    throw damagedFile(file, 'cannot be used: its saved questions are not what Lathe writes', cause);
  });
  if (questions.length !== manifest.counts.questions) throw damagedFile(file, `cannot be used: it holds ${questions.length} questions and should hold ${manifest.counts.questions}`);
  failpoint('import.after-staged');
  const embedder = await deps.models.embedder(ctx.signal, (slug) => ctx.progress({ done: 0, total: null, unit: 'files', now: `Waiting for the model ${slug}` }));
  await importRows(deps, { knowledgeId, name, folder, manifest, file, ctx });
  failpoint('import.after-rows');
  await moveIndex(deps, running, { manifest, embedder });
  await moveVectors(deps, running, manifest);
  failpoint('import.after-index');
  const opened = await openHidden(deps, running);
  const vectors = await deps.stages.count(opened);
  ctx.signal.throwIfAborted();
  failpoint('import.before-file');
  const { slug } = await deps.bases.adopt({ id: knowledgeId, name, maxTokens: manifest.base.maxTokens, embedder: manifest.base.embedder }, async (wanted) => !(await hasQuestions(deps, wanted)));
  failpoint('import.after-commit');
  if (questions.length > 0) await deps.questions.change(slug, () => questions);
  await rm(folder, { recursive: true, force: true });
  deps.publish({ topic: 'knowledge.changed', knowledgeId });
  return { knowledgeId, name, documents: manifest.counts.documents, chunks: manifest.counts.chunks, questions: questions.length, vectors, notes, embedJob: await deps.stages.ensure(knowledgeId) };
}

/** A file of questions that is there, of a base that was removed or that cannot be read, is left alone. */
async function hasQuestions(deps: Deps, slug: string): Promise<boolean> {
  return deps.questions.read(slug).then((questions: readonly StoredQuestion[]) => questions.length > 0, () => true);
}

/**
 * The work of the job: reads a carried base into this project as one of its own. Nobody sees it before all of it is there and agrees;
 * until then its rows are hidden, and a failure, a cancel or the next start after a kill takes them back (finishImports.ts).
 */
export async function importBase(deps: Deps, params: ImportParams, ctx: JobContext): Promise<Record<string, unknown>> {
  const knowledgeId = uuidv7();
  const folder = path.join(importsFolder(deps), knowledgeId);
  const running: Import = { knowledgeId, folder, ctx, notes: [] };
  try {
    await mkdir(folder, { recursive: true });
    // Before any row: it is what a kill's leftovers are known by.
    await syncFolder(path.dirname(folder));
    return await work(deps, params, running);
  } catch (error) {
    // Once it is visible it is whole, whatever failed after that.
    const isVisible = (await deps.bases.list()).some(({ id }) => id === knowledgeId);
    if (!isVisible) await takeBack(deps, running).catch((reason: unknown) => deps.logger.warn('What an import left could not all be removed; the next start does', reason));
    ctx.signal.throwIfAborted();
    throw storageError(error, { doing: `importing ${path.basename(params.from)}`, path: folder });
  }
}
