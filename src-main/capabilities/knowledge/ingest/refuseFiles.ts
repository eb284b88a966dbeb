import { hasErrorCode } from '../../../base/appError.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { refuseDocuments, type RefusedDocument } from '../documentStore.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { IndexDoor, OpenedIndex } from '../openIndex.ts';
import { indexFromRows } from '../reconcileIndex.ts';

/** Errors that say something about one file; every other error ends the job. */
const FILE_ERRORS: readonly ErrorCode[] = ['DOCUMENT_UNSUPPORTED', 'DOCUMENT_EMPTY', 'DOCUMENT_ENCRYPTED', 'DOCUMENT_DAMAGED', 'DOCUMENT_TOO_LARGE', 'DOCUMENT_NO_TEXT', 'PATH_UNREADABLE', 'RUNTIME_TIMEOUT', 'RUNTIME_MEMORY', 'RUNTIME_EXITED', 'FILE_CHANGED'];
const NOT_A_DOCUMENT = new Set<ErrorCode>(['DOCUMENT_UNSUPPORTED', 'DOCUMENT_EMPTY']);
/** What may be gone the next time although the file is the same: it is read again then. */
const PASSING = new Set<ErrorCode>(['RUNTIME_EXITED', 'RUNTIME_TIMEOUT', 'RUNTIME_MEMORY', 'PATH_UNREADABLE', 'FILE_CHANGED']);
const REFUSED_A_BATCH = 200;

export type Refusal = Pick<RefusedDocument, 'state' | 'reason'> & { readonly passing?: boolean };

/** What an error says about its file. Throws it again when it is not about one file. */
export function refusalOf(error: unknown): Refusal {
  if (!FILE_ERRORS.some((code) => hasErrorCode(error, code)) || !hasErrorCode(error)) throw error;
  const reason = error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
  return { state: NOT_A_DOCUMENT.has(error.code) ? 'skipped' : 'failed', reason, passing: PASSING.has(error.code) };
}

export interface RefusedFiles {
  add(id: string, refusal: Refusal): Promise<void>;
  flush(): Promise<void>;
}

/**
 * Owns how a document stops being searched because its file can no longer be read: rows first (the truth), then the index.
 * A crash between leaves entries that no row names, which the next opening removes.
 */
export function createRefusedFiles(deps: Pick<KnowledgeDeps, 'database' | 'artifacts' | 'index' | 'clock'> & { readonly door: Pick<IndexDoor, 'reach'> }, opened: OpenedIndex): RefusedFiles {
  const refused: RefusedDocument[] = [];

  async function flush(): Promise<void> {
    const batch = refused.splice(0);
    if (batch.length === 0) return;
    const names = await opened.alone(async () => {
      const { names: former, promoted } = await deps.database.run(refuseDocuments, batch);
      const formerIds = former.filter(({ snapshotId }) => snapshotId === opened.snapshot.id).map(({ indexId }) => indexId);
      if (formerIds.length > 0) await deps.index.remove(opened.at, formerIds);
      await indexFromRows(deps, { snapshotId: opened.snapshot.id, at: opened.at }, promoted);
      return former;
    });
    await deps.door.reach('remove', names.filter(({ snapshotId }) => snapshotId !== opened.snapshot.id));
  }

  return {
    async add(id, { passing = false, ...refusal }) {
      refused.push({ id, ...refusal, warnings: '[]', checkedAtMs: passing ? 0 : deps.clock.now() });
      if (refused.length >= REFUSED_A_BATCH) await flush();
    },
    flush,
  };
}
