import { hasErrorCode } from '../../../base/appError.ts';
import { failpoint } from '../../../base/failpoint.ts';
import { uuidv7 } from '../../../base/uuid.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import type { IndexLocation } from '../../../runtimes/types.ts';
import { dropMissing, knownFiles, queueFiles, refuseDocuments, touchDocuments, type RefusedDocument } from '../documentStore.ts';
import { touchBase } from '../knowledgeStore.ts';
import type { EmbedderFiles, KnowledgeDeps } from '../knowledgePorts.ts';
import { createIngestBatch, type IngestBatch } from './ingestBatch.ts';
import { planIngest, type PlannedFile } from './planIngest.ts';
import { chunkerKey, prepareDocument } from './prepareDocument.ts';
import { scanSources, type Scan } from './scanSources.ts';
import { unreadReason } from './unreadFormats.ts';

export interface IngestInput {
  readonly knowledgeId: string;
  /** Absolute. */
  readonly sources: readonly string[];
  readonly maxTokens: number;
}

/** What a job reports when it ends; the command line prints it. */
export interface IngestReport extends Record<string, unknown> {
  files: number;
  ingested: number;
  unchanged: number;
  failed: number;
  skipped: number;
  removed: number;
  chunks: number;
  passedOver: Readonly<Record<string, number>>;
  problems: readonly { path: string; reason: string }[];
}

/** Errors that say something about one file; every other error ends the job. */
const FILE_ERRORS = ['DOCUMENT_UNSUPPORTED', 'DOCUMENT_EMPTY', 'DOCUMENT_ENCRYPTED', 'DOCUMENT_DAMAGED', 'DOCUMENT_TOO_LARGE', 'DOCUMENT_NO_TEXT', 'PATH_UNREADABLE', 'RUNTIME_TIMEOUT', 'RUNTIME_MEMORY', 'RUNTIME_EXITED', 'FILE_CHANGED'] as const;
const NOT_A_DOCUMENT = new Set<string>(['DOCUMENT_UNSUPPORTED', 'DOCUMENT_EMPTY']);

interface Work {
  readonly deps: KnowledgeDeps;
  readonly input: IngestInput;
  readonly ctx: JobContext;
  readonly embedder: EmbedderFiles;
  readonly chunker: string;
  readonly batch: IngestBatch;
  readonly report: IngestReport;
  readonly refused: RefusedDocument[];
  done: number;
}

type Refusal = Pick<RefusedDocument, 'state' | 'reason'> & { readonly passing?: boolean };

/** What may be gone the next time although the file is the same: it is read again then. */
const PASSING = new Set<string>(['RUNTIME_EXITED', 'RUNTIME_TIMEOUT', 'RUNTIME_MEMORY', 'PATH_UNREADABLE', 'FILE_CHANGED']);

async function refuse(work: Work, id: string, { passing = false, ...refusal }: Refusal): Promise<void> {
  work.report[refusal.state] += 1;
  work.refused.push({ id, ...refusal, warnings: '[]', checkedAtMs: passing ? 0 : work.deps.clock.now() });
  if (work.refused.length >= 200) await flushRefused(work);
}

async function flushRefused(work: Work): Promise<void> {
  const refused = work.refused.splice(0);
  if (refused.length > 0) await work.deps.database.run(refuseDocuments, refused);
}

function refusalOf(error: unknown): Refusal {
  if (!FILE_ERRORS.some((code) => hasErrorCode(error, code)) || !hasErrorCode(error)) throw error;
  const reason = error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
  return { state: NOT_A_DOCUMENT.has(error.code) ? 'skipped' : 'failed', reason, passing: PASSING.has(error.code) };
}

async function ingestFile(work: Work, planned: PlannedFile & { id: string }): Promise<void> {
  const { deps, ctx } = work;
  const { scanned, known, id } = planned;
  const unread = unreadReason(scanned.file);
  if (unread !== null) return refuse(work, id, { state: 'skipped', reason: unread });
  const chunker = { version: 1 as const, maxTokens: work.input.maxTokens };
  const result = await deps.parse
    .parse({ path: scanned.path, name: scanned.file, chunker, tokenizerPath: work.embedder.tokenizerPath }, { signal: ctx.signal })
    .catch(async (error: unknown) => {
      ctx.signal.throwIfAborted();
      await refuse(work, id, refusalOf(error));
      return null;
    });
  if (!result) return;
  const atMs = deps.clock.now();
  if (known?.index_id && known.source_digest === result.sourceDigest && known.chunker === work.chunker) {
    await deps.database.run(touchDocuments, [{ id, bytes: scanned.bytes, mtime_ns: scanned.mtimeNs, inode: scanned.inode, checked_at_ms: atMs }]);
    work.report.unchanged += 1;
    return;
  }
  const prepared = prepareDocument({ knowledgeId: work.input.knowledgeId, documentId: id, scanned, result, chunker: work.chunker, formerIndexId: known?.index_id ?? null, atMs });
  await work.batch.add(prepared);
}

/** As many files at once as there are parse processes, and one more being prepared. */
async function runAll(work: Work, files: readonly (PlannedFile & { id: string })[]): Promise<void> {
  let next = 0;
  const total = files.length;
  async function worker(): Promise<void> {
    for (let file = files[next++]; file; file = files[next++]) {
      work.ctx.signal.throwIfAborted();
      work.ctx.progress({ done: work.done, total, unit: 'files', now: file.scanned.file });
      await ingestFile(work, file);
      work.done += 1;
    }
  }
  await Promise.all(Array.from({ length: work.deps.parseProcesses() + 1 }, worker));
  work.ctx.progress({ done: work.done, total, unit: 'files', now: 'Writing the index' });
}

async function queue(deps: KnowledgeDeps, knowledgeId: string, work: readonly PlannedFile[]): Promise<(PlannedFile & { id: string })[]> {
  const files = work.map((planned) => ({ ...planned, id: planned.known?.id ?? uuidv7() }));
  const facts = files.map(({ id, scanned }) => ({ id, knowledge_id: knowledgeId, root: scanned.root, file: scanned.file, bytes: scanned.bytes, mtime_ns: scanned.mtimeNs, inode: scanned.inode }));
  for (let from = 0; from < facts.length; from += 2_000) await deps.database.run(queueFiles, facts.slice(from, from + 2_000));
  failpoint('knowledge.after-queue');
  return files;
}

async function forgetMissing(deps: KnowledgeDeps, at: IndexLocation, missing: readonly { id: string; index_id: string | null }[]): Promise<void> {
  if (missing.length === 0) return;
  await deps.database.run(dropMissing, { ids: missing.map((row) => row.id), atMs: deps.clock.now() });
  await deps.index.hide(at, missing.flatMap((row) => (row.index_id === null ? [] : [row.index_id])));
}

function emptyReport(scan: Scan, unchanged: number, removed: number): IngestReport {
  return { files: scan.files.length, ingested: 0, unchanged, failed: 0, skipped: 0, removed, chunks: 0, passedOver: scan.skipped, problems: scan.problems.slice(0, 100) };
}

/**
 * Reads what is new or changed in a knowledge base's sources, in stages that survive a kill after any of them.
 * Throws what ends the whole job (disk full, a damaged index, cancel); a bad file only costs itself.
 */
export async function ingestKnowledge(deps: KnowledgeDeps, input: IngestInput, ctx: JobContext & { at: IndexLocation; embedder: EmbedderFiles }): Promise<IngestReport> {
  const { at, embedder } = ctx;
  ctx.progress({ done: 0, total: null, unit: 'files', now: 'Looking through the sources' });
  const scan = await scanSources(input.sources, ctx.signal);
  const chunker = chunkerKey(input.maxTokens, embedder.digest);
  const plan = planIngest(scan.files, await deps.database.run(knownFiles, input.knowledgeId), chunker);
  await forgetMissing(deps, at, plan.missing);
  const report = emptyReport(scan, plan.unchanged, plan.missing.length);
  const changed = (): void => deps.publish({ topic: 'knowledge.changed', knowledgeId: input.knowledgeId });
  const batch = createIngestBatch(deps, at, (documents) => {
    report.ingested += documents.length;
    report.chunks += documents.reduce((sum, document) => sum + document.indexed.chunks.length, 0);
    changed();
  });
  const work: Work = { deps, input, ctx, embedder, chunker, batch, report, refused: [], done: 0 };
  if (plan.work.length > 0) {
    const files = await queue(deps, input.knowledgeId, plan.work);
    changed();
    try {
      await runAll(work, files);
    } finally {
      // What was read before a cancel or a failure is kept: the next run goes on from there.
      await flushRefused(work);
      await batch.finish();
    }
    await deps.index.optimize(at, { signal: ctx.signal });
    failpoint('knowledge.after-optimize');
  }
  await deps.database.run(touchBase, { id: input.knowledgeId, atMs: deps.clock.now() });
  changed();
  return report;
}
