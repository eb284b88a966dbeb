import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { constants, copyFile, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../base/appError.ts';
import { isMissing } from '../../../base/isMissing.ts';
import { toPosix } from '../../../base/paths.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import type { DeepVectors } from '../../../runtimes/types.ts';
import { storageError } from '../../../storage/storageError.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { OpenedIndex } from '../openIndex.ts';
import { vectorsOfSnapshot } from '../snapshots/sweepEmbeddings.ts';
import { carriedPage, carriedState, type CarriedPage } from './exportStore.ts';
import { createLineFile } from './lineFile.ts';
import type { Member } from './manifest.ts';

type Deps = Pick<KnowledgeDeps, 'database' | 'index' | 'vectorsFolder'>;

const DOCUMENTS_A_PAGE = 16;
/** How often rows are read again that changed while they were read. */
const ATTEMPTS = 3;
const NAMES = ['documents', 'entries', 'chunks', 'forms'] as const;

export interface StagedRows {
  readonly members: readonly Member[];
  readonly counts: Readonly<Record<(typeof NAMES)[number], number>>;
  /** Parsed forms, each once. */
  readonly artifacts: ReadonlySet<string>;
  /** What the index calls the documents that are carried. */
  readonly indexIds: ReadonlySet<string>;
}

async function writeRows(deps: Deps, { opened, folder, ctx }: Staging): Promise<StagedRows> {
  const files = await Promise.all(NAMES.map((name) => createLineFile(path.join(folder, `${name}.jsonl`))));
  const [documents, entries, chunks, forms] = files as [(typeof files)[number], (typeof files)[number], (typeof files)[number], (typeof files)[number]];
  const counts = { documents: 0, entries: 0, chunks: 0, forms: 0 };
  const artifacts = new Set<string>();
  const indexIds = new Set<string>();
  try {
    const place = { knowledgeId: opened.snapshot.knowledge_id, snapshotId: opened.snapshot.id };
    for (let after: string | null = ''; after !== null; ) {
      ctx.signal.throwIfAborted();
      const page: CarriedPage = await deps.database.run(carriedPage, { ...place, after, limit: DOCUMENTS_A_PAGE });
      for (const parts of page.documents) {
        await documents.write(parts.document);
        if (parts.entry) await entries.write(parts.entry);
        for (const chunk of parts.chunks) await chunks.write(chunk);
        for (const form of parts.forms) await forms.write(form);
        for (const digest of [parts.document.parsedDigest, parts.entry?.parsedDigest]) if (digest) artifacts.add(digest);
        if (parts.entry) indexIds.add(parts.entry.indexId);
        counts.documents += 1;
        counts.entries += parts.entry ? 1 : 0;
        counts.chunks += parts.chunks.length;
        counts.forms += parts.forms.length;
      }
      ctx.progress({ done: counts.documents, total: null, unit: 'files', now: 'Collecting its documents' });
      after = page.next;
    }
    const ends = await Promise.all(files.map((file) => file.end()));
    return { members: ends.map((end, number) => ({ name: `${NAMES[number]}.jsonl`, ...end }) as Member), counts, artifacts, indexIds };
  } finally {
    for (const file of files) await file.close();
  }
}

export interface Staging {
  readonly opened: OpenedIndex;
  /** Empty. */
  readonly folder: string;
  readonly ctx: Pick<JobContext, 'signal' | 'progress'>;
}

export interface StagedExport extends StagedRows {
  /** Null: the second stage has not begun. */
  readonly vectors: DeepVectors | null;
  readonly indexFolder: string;
}

/** SQLite's file of shared memory belongs to whoever has it open; tables of transformer vectors are filled again from the file of vectors. */
function isCarried(name: string): boolean {
  return !name.endsWith('-shm') && !name.split('/').some((part) => part.startsWith('deep_'));
}

async function copyIndex({ opened, folder }: Staging): Promise<string> {
  const to = path.join(folder, 'index');
  await cp(opened.at.folder, to, { recursive: true, mode: constants.COPYFILE_FICLONE, filter: (source) => isCarried(toPosix(path.relative(opened.at.folder, source))) });
  return to;
}

async function copyVectors(deps: Deps, { opened, folder }: Staging): Promise<DeepVectors | null> {
  const vectors = vectorsOfSnapshot(deps.vectorsFolder, opened.snapshot);
  if (vectors === null) return null;
  const file = path.join(folder, 'vectors.db');
  for (const part of ['', '-wal']) {
    await copyFile(`${vectors.file}${part}`, `${file}${part}`, constants.COPYFILE_FICLONE).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
  return { ...vectors, file };
}

/** Copies what is there now while nothing writes to it, with the rows that belong to it. */
async function takeCopy(deps: Deps, staging: Staging): Promise<StagedExport> {
  const { opened, folder } = staging;
  const place = { knowledgeId: opened.snapshot.knowledge_id, snapshotId: opened.snapshot.id };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const rows = path.join(folder, `rows-${attempt}`);
    await mkdir(rows);
    const before = await deps.database.run(carriedState, place);
    const staged = await writeRows(deps, { ...staging, folder: rows });
    if ((await deps.database.run(carriedState, place)) !== before) {
      await rm(rows, { recursive: true });
      continue;
    }
    staging.ctx.progress({ done: staged.counts.documents, total: null, unit: 'files', now: 'Copying its index' });
    for (const name of NAMES) await rename(path.join(rows, `${name}.jsonl`), path.join(folder, `${name}.jsonl`));
    return { ...staged, indexFolder: await copyIndex(staging), vectors: await copyVectors(deps, staging) };
  }
  throw new AppError('STORAGE_FAILED', `The documents changed each of ${ATTEMPTS} times that they were read`, { hint: 'Wait until nothing is deleted or undone, and export again.' });
}

/** Of what the index still holds of deleted documents, and of vectors of texts that are gone, nothing must leave with the file. */
async function clean(deps: Deps, { opened, ctx: { signal } }: Staging, { indexFolder, indexIds, vectors }: StagedExport): Promise<void> {
  const at = { ...opened.at, folder: indexFolder };
  try {
    const extra = (await deps.index.documents(at, { signal })).map(({ documentId }) => documentId).filter((id) => !indexIds.has(id));
    if (extra.length > 0) await deps.index.remove(at, extra);
    await deps.index.compact(at, { signal });
    if (vectors) await deps.index.sweepVectors([at], vectors, { signal });
  } finally {
    await deps.index.close(at);
  }
}

async function hashed(folder: string, name: string, signal: AbortSignal): Promise<Member> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(path.join(folder, ...name.split('/')), { signal })) {
    hash.update(piece as Buffer);
    bytes += (piece as Buffer).length;
  }
  return { name, bytes, sha256: hash.digest('hex') as Member['sha256'] };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [toPosix(path.relative(folder, path.join(entry.parentPath, entry.name)))] : [])).filter(isCarried).sort();
}

/**
 * Puts everything of a knowledge base but its parsed forms into a folder, as it stands at one moment, and answers what lies there.
 * Rejects with DISK_FULL and the like, or the signal's reason.
 */
export async function stageExport(deps: Deps, staging: Staging): Promise<StagedExport> {
  const { opened, folder, ctx } = staging;
  try {
    ctx.progress({ done: 0, total: null, unit: 'files', now: 'Waiting until nothing writes to its index' });
    const staged = await opened.embedding(() => opened.alone(() => takeCopy(deps, staging)));
    ctx.progress({ done: staged.counts.documents, total: null, unit: 'files', now: 'Taking what was deleted out of the copy' });
    await clean(deps, staging, staged);
    const names = (await filesBelow(staged.indexFolder)).map((name) => `index/${name}`);
    const holdsVectors = staged.vectors !== null && (await stat(staged.vectors.file).catch(() => null)) !== null;
    const members = [...staged.members];
    for (const name of holdsVectors ? ['vectors.db', ...names] : names) members.push(await hashed(folder, name, ctx.signal));
    return { ...staged, members, vectors: holdsVectors ? staged.vectors : null };
  } catch (error) {
    ctx.signal.throwIfAborted();
    throw storageError(error, { doing: 'collecting a knowledge base', path: folder });
  }
}
