import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { failpoint } from '../../base/failpoint.ts';
import { dropEndedJobs } from '../../jobs/jobCommands.ts';
import { KEPT_MS, type Journal, type JournalEntry } from '../../storage/journal.ts';
import { sweepArtifacts } from '../../storage/sweepArtifacts.ts';
import { answerIds, answerTraces } from './answerStore.ts';
import { deletedArtifacts, namedArtifacts, purgeDocuments, unclaimedDocuments, type RemovedDocuments } from './documentStore.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import type { RemovedBase } from './knowledgeStore.ts';
import type { IndexDoor } from './openIndex.ts';

export interface Purged {
  readonly entries: number;
  readonly freedBytes: number;
}

type Deps = Pick<KnowledgeDeps, 'database' | 'artifacts' | 'clock' | 'logger' | 'vectorsFolder'> & {
  readonly door: IndexDoor;
  readonly journal: Journal;
  /** Artifacts that other capabilities name. */
  namedElsewhere(): Promise<readonly string[]>;
};

/** Younger artifacts may belong to rows that are about to be written. */
const SWEEP_AGE_MS = 60_000;

function claimedBy(entries: readonly JournalEntry[]): { documents: string[]; artifacts: string[] } {
  const live = entries.filter((entry) => entry.undoneAtMs === null);
  return {
    documents: live.filter(({ kind }) => kind === 'knowledge.documents').flatMap(({ payload }) => (payload as RemovedDocuments).ids),
    artifacts: live.flatMap(({ payload }) => [(payload as Partial<RemovedBase>).fileDigest ?? [], (payload as { artifacts?: readonly string[] }).artifacts ?? []].flat()),
  };
}

/**
 * Owns how what was deleted goes for good: out of the indexes' files, then the rows, then the artifacts, and last what the database's
 * own file still held of them. A mark in the project's state says that a purge has begun, so that one that was cut off is finished
 * at the next start: by then nothing else would name what it left.
 */
export function createPurge(deps: Deps): { purge(due: 'all' | 'month-old', signal: AbortSignal): Promise<Purged> } {
  const mark = path.join(path.dirname(deps.vectorsFolder), 'purge-unfinished');

  async function isNeeded(due: 'all' | 'month-old', beforeMs: number): Promise<boolean> {
    if (due === 'all' || existsSync(mark)) return true;
    const entries = await deps.journal.list();
    if (entries.some((entry) => entry.purgeAtMs <= deps.clock.now())) return true;
    return (await deps.database.run(unclaimedDocuments, { beforeMs, claimed: claimedBy(entries).documents })).length > 0;
  }

  async function purgeRows(due: 'all' | 'month-old', beforeMs: number): Promise<number> {
    const { purged } = await deps.journal.purge(due === 'all' ? 'all' : deps.clock.now());
    const { documents } = claimedBy(await deps.journal.list());
    const ids = await deps.database.run(unclaimedDocuments, { beforeMs, claimed: documents });
    if (ids.length > 0) await deps.database.run(purgeDocuments, { ids });
    // The job of an answer has the question in its title.
    await deps.database.run(dropEndedJobs, { kind: 'knowledge.answer', names: 'answerId', kept: await deps.database.run(answerIds, undefined) });
    return purged.length;
  }

  /** What a document that was purged just now named goes at once; of the rest, what is old enough to be nobody's. */
  async function purgeArtifacts(deleted: readonly string[], ageMs: number): Promise<number> {
    const live = async (): Promise<Set<string>> => new Set([...(await deps.namedElsewhere()), ...(await deps.database.run(namedArtifacts, undefined)), ...(await deps.database.run(answerTraces, undefined)), ...claimedBy(await deps.journal.list()).artifacts]);
    const named = await live();
    let freedBytes = 0;
    for (const digest of deleted) {
      if (named.has(digest) || !(await deps.artifacts.has(digest as never))) continue;
      freedBytes += await deps.artifacts.sizeOf(digest as never);
      await deps.artifacts.remove(digest as never);
    }
    return freedBytes + (await sweepArtifacts(deps.artifacts, { live, putBeforeMs: deps.clock.now() - ageMs })).removedBytes;
  }

  async function purge(due: 'all' | 'month-old', signal: AbortSignal): Promise<Purged> {
    const beforeMs = due === 'all' ? deps.clock.now() : deps.clock.now() - KEPT_MS;
    if (!(await isNeeded(due, beforeMs))) return { entries: 0, freedBytes: 0 };
    const unfinished = existsSync(mark);
    await writeFile(mark, '');
    await deps.door.compact(signal);
    failpoint('purge.after-indexes');
    const purged = await deps.door.allAlone(async () => {
      const deleted = await deps.database.run(deletedArtifacts, undefined);
      const entries = await purgeRows(due, beforeMs);
      failpoint('purge.after-rows');
      // A file that the person saved over is kept a month, unless everything was to go.
      return { entries, freedBytes: await purgeArtifacts(deleted, due === 'all' || unfinished ? SWEEP_AGE_MS : KEPT_MS) };
    });
    await deps.door.sweep();
    await deps.database.compact();
    await rm(mark, { force: true });
    return purged;
  }

  return { purge };
}
