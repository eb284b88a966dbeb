import { failpoint } from '../../../base/failpoint.ts';
import { uuidv7 } from '../../../base/uuid.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import type { KnowledgeSource } from '#contract/sources.ts';
import { dropMissing, knownFiles, queueFiles, saveContainer, touchDocuments } from '../documentStore.ts';
import { touchBase } from '../knowledgeStore.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { SnapshotRow } from '../knowledgeTables.ts';
import type { Cutting, IndexDoor, OpenedIndex } from '../openIndex.ts';
import { indexFromRows } from '../reconcileIndex.ts';
import { mayHoldDocuments, withExpanded, type Expanded } from './expandContainer.ts';
import { gatherFiles } from './gatherFiles.ts';
import { createIngestBatch, type IngestBatch } from './ingestBatch.ts';
import { planIngest, type IngestPlan, type PlannedFile } from './planIngest.ts';
import { chunkerKey, prepareDocument } from './prepareDocument.ts';
import { createRefusedFiles, refusalOf, type RefusedFiles, type Refusal } from './refuseFiles.ts';
import type { Scan } from './scanSources.ts';
import { unreadReason } from './unreadFormats.ts';

export interface IngestInput {
  readonly knowledgeId: string;
  /** Their paths absolute. */
  readonly sources: readonly KnowledgeSource[];
}

/** What a job reports when it ends; the command line prints it. */
export interface IngestReport extends Record<string, unknown> {
  files: number;
  ingested: number;
  /** Of the ingested ones: those with the text of another document, which is searched for them. */
  aliases: number;
  unchanged: number;
  failed: number;
  skipped: number;
  removed: number;
  chunks: number;
  passedOver: Readonly<Record<string, number>>;
  problems: readonly { path: string; reason: string }[];
}

type Deps = KnowledgeDeps & { readonly door: IndexDoor };

interface Work {
  readonly deps: Deps;
  readonly input: IngestInput;
  readonly ctx: JobContext;
  /** Stops the files beside the one that failed. */
  readonly abort: (reason: unknown) => void;
  readonly opened: OpenedIndex;
  readonly cutting: Cutting;
  readonly snapshot: SnapshotRow;
  readonly chunker: string;
  readonly batch: IngestBatch;
  readonly report: IngestReport;
  readonly refused: RefusedFiles;
  /** Files to be read, members of containers included as far as they are known. */
  total: number;
  done: number;
}

type QueuedFile = PlannedFile & { readonly id: string };

async function refuse(work: Work, id: string, refusal: Refusal): Promise<void> {
  work.report[refusal.state] += 1;
  await work.refused.add(id, refusal);
}

async function ingestFile(work: Work, planned: QueuedFile): Promise<void> {
  const { scanned, id } = planned;
  const unread = unreadReason(scanned.file);
  if (unread !== null) return refuse(work, id, { state: 'skipped', reason: unread });
  if (scanned.container === undefined && mayHoldDocuments(scanned.file) && (await ingestContainer(work, planned))) return;
  // What it held when it was a container is gone with that.
  if (planned.members.length > 0) await forgetMissing(work.deps, work.opened, planned.members);
  await ingestDocument(work, planned);
}

/** Reads the documents inside a file. False when it is a document itself. */
async function ingestContainer(work: Work, planned: QueuedFile): Promise<boolean> {
  const { deps, ctx } = work;
  try {
    return await withExpanded(deps, { container: planned.scanned, signal: ctx.signal }, (expanded) => ingestMembers(work, planned, expanded));
  } catch (error) {
    ctx.signal.throwIfAborted();
    const refusal = refusalOf(error);
    if (planned.members.length > 0) await forgetMissing(deps, work.opened, planned.members);
    await refuse(work, planned.id, refusal);
    return true;
  }
}

async function ingestMembers(work: Work, { id, scanned, known, members: before }: QueuedFile, { result, members }: Expanded): Promise<void> {
  const { deps, opened } = work;
  const rows = new Map(before.map((row) => [row.file, row]));
  const files = await queue(deps, work.input.knowledgeId, members.map((member) => ({ scanned: member, known: rows.get(member.file) ?? null, members: [] })));
  const named = new Set(members.map((member) => member.file));
  await forgetMissing(deps, opened, before.filter((row) => !named.has(row.file)));
  work.total += files.length;
  work.report.files += files.length;
  await inParallel(work, files);
  if (known?.index_id) await opened.alone(() => deps.index.remove(opened.at, [known.index_id ?? '']));
  const warnings = result.problems.map(({ name, reason }) => ({ code: 'member-left-out', message: `${name}: ${reason}` }));
  const facts = { bytes: scanned.bytes, mtime_ns: scanned.mtimeNs, inode: scanned.inode, checked_at_ms: deps.clock.now(), source_digest: result.sourceDigest };
  // What its members became may still be on its way to the disk: a crash leaves them queued, and then the container is opened again.
  await deps.database.run(saveContainer, { id, facts, warnings: JSON.stringify(warnings) });
}

async function ingestDocument(work: Work, { scanned, known, id }: QueuedFile): Promise<void> {
  const { deps, ctx } = work;
  const chunker = { version: 1 as const, maxTokens: work.snapshot.max_tokens };
  const result = await deps.parse
    .parse({ path: scanned.path, name: scanned.file, chunker, tokenizerPath: work.cutting.tokenizerPath }, { signal: ctx.signal })
    .catch(async (error: unknown) => {
      ctx.signal.throwIfAborted();
      await refuse(work, id, refusalOf(error));
      return null;
    });
  if (!result) return;
  const atMs = deps.clock.now();
  if (known && known.source_digest === result.sourceDigest && (known.alias_of !== null || (known.index_id !== null && known.chunker === work.chunker))) {
    await deps.database.run(touchDocuments, [{ id, bytes: scanned.bytes, mtime_ns: scanned.mtimeNs, inode: scanned.inode, checked_at_ms: atMs }]);
    work.report.unchanged += 1;
    return;
  }
  const prepared = prepareDocument({ snapshotId: work.snapshot.id, documentId: id, scanned, result, chunker: work.chunker, formerIndexId: known?.index_id ?? null, atMs });
  await work.batch.add(prepared);
}

/** As many files at once as there are parse processes, and one more being prepared. The first failure stops the others, and all are waited for. */
async function inParallel(work: Work, files: readonly QueuedFile[]): Promise<void> {
  let next = 0;
  const { signal } = work.ctx;
  async function worker(): Promise<void> {
    for (let file = files[next++]; file; file = files[next++]) {
      signal.throwIfAborted();
      work.ctx.progress({ done: work.done, total: work.total, unit: 'files', now: file.scanned.file });
      await ingestFile(work, file);
      work.done += 1;
    }
  }
  const workers = Array.from({ length: work.deps.parseProcesses() + 1 }, () =>
    worker().catch((error: unknown) => {
      work.abort(error);
      throw error;
    }),
  );
  await throwFirst(workers);
}

async function runAll(work: Work, files: readonly QueuedFile[]): Promise<void> {
  await inParallel(work, files);
  work.ctx.progress({ done: work.done, total: work.total, unit: 'files', now: 'Writing the index' });
}

/** Waits for all, so that nothing runs on unseen; then throws what failed first in the order given. */
async function throwFirst(all: readonly Promise<unknown>[]): Promise<void> {
  for (const ended of await Promise.allSettled(all)) if (ended.status === 'rejected') throw ended.reason;
}

async function queue(deps: KnowledgeDeps, knowledgeId: string, work: readonly PlannedFile[]): Promise<QueuedFile[]> {
  const files = work.map((planned) => ({ ...planned, id: planned.known?.id ?? uuidv7() }));
  const facts = files.map(({ id, scanned }) => ({ id, knowledge_id: knowledgeId, root: scanned.root, file: scanned.file, bytes: scanned.bytes, mtime_ns: scanned.mtimeNs, inode: scanned.inode, container: scanned.container ?? null }));
  for (let from = 0; from < facts.length; from += 2_000) await deps.database.run(queueFiles, facts.slice(from, from + 2_000));
  failpoint('knowledge.after-queue');
  return files;
}

async function forgetMissing(deps: Deps, { alone, snapshot, at }: OpenedIndex, missing: readonly { id: string }[]): Promise<void> {
  if (missing.length === 0) return;
  const names = await alone(async () => {
    const { names: gone, promoted } = await deps.database.run(dropMissing, { ids: missing.map((row) => row.id), atMs: deps.clock.now() });
    await deps.index.hide(at, gone.filter(({ snapshotId }) => snapshotId === snapshot.id).map(({ indexId }) => indexId));
    await indexFromRows(deps, { snapshotId: snapshot.id, at }, promoted);
    return gone;
  });
  await deps.door.reach('hide', names.filter(({ snapshotId }) => snapshotId !== snapshot.id));
}

function emptyReport(scan: Scan, { unchanged, missing, problems }: IngestPlan): IngestReport {
  return { files: scan.files.length, ingested: 0, aliases: 0, unchanged, failed: 0, skipped: 0, removed: missing.length, chunks: 0, passedOver: scan.skipped, problems: problems.slice(0, 100) };
}

/**
 * Reads what is new or changed in a knowledge base's sources, in stages that survive a kill after any of them.
 * Throws what ends the whole job (disk full, a damaged index, cancel); a bad file only costs itself.
 */
export async function ingestKnowledge(deps: Deps, input: IngestInput, job: JobContext & { opened: OpenedIndex }): Promise<IngestReport> {
  const { opened } = job;
  const stop = new AbortController();
  const ctx = { ...job, signal: AbortSignal.any([job.signal, stop.signal]) };
  ctx.progress({ done: 0, total: null, unit: 'files', now: 'Looking through the sources' });
  const scan = await gatherFiles(deps, input.sources, ctx);
  const cutting = await opened.cutting(ctx.signal, (slug) => ctx.progress({ done: 0, total: null, unit: 'files', now: `Waiting for the model ${slug}` }));
  const chunker = chunkerKey(opened.snapshot.max_tokens, cutting.digest);
  const plan = planIngest(scan, await deps.database.run(knownFiles, input.knowledgeId), chunker);
  await forgetMissing(deps, opened, plan.missing);
  const report = emptyReport(scan, plan);
  const changed = (): void => deps.publish({ topic: 'knowledge.changed', knowledgeId: input.knowledgeId });
  const batch = createIngestBatch(deps, opened, (documents) => {
    const searched = documents.filter(({ published }) => published.aliasOf === null);
    report.ingested += documents.length;
    report.aliases += documents.length - searched.length;
    report.chunks += searched.reduce((sum, document) => sum + document.indexed.chunks.length, 0);
    changed();
  });
  const work: Work = { deps, input, ctx, abort: (reason) => stop.abort(reason), opened, cutting, snapshot: opened.snapshot, chunker, batch, report, refused: createRefusedFiles(deps, opened), total: plan.work.length, done: 0 };
  if (plan.work.length > 0) {
    const files = await queue(deps, input.knowledgeId, plan.work);
    changed();
    const ran = runAll(work, files);
    await Promise.allSettled([ran]);
    // What was read before a cancel or a failure is kept: the next run goes on from there.
    await throwFirst([ran, work.refused.flush(), batch.finish()]);
    // Everything is read: putting the index in order takes memory, which the parsers need not hold meanwhile.
    await deps.parse.rest();
    await deps.index.optimize(opened.at, { signal: ctx.signal });
    failpoint('knowledge.after-optimize');
  }
  await deps.database.run(touchBase, { id: input.knowledgeId, atMs: deps.clock.now() });
  changed();
  return report;
}
