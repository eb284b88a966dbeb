import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { PipelineFile, PipelineRun } from '#contract/pipelines.ts';
import { toErrorBody } from '../../base/appError.ts';
import { failpoint } from '../../base/failpoint.ts';
import type { JobContext } from '../../jobs/jobQueue.ts';
import type { LineageEdge } from '../../storage/lineage.ts';
import type { PipelineDeps } from './pipelinePorts.ts';
import { addRun, addSteps, endRun, getRun, lastSteps } from './pipelineStore.ts';
import type { RunRow, StepRow } from './pipelineTables.ts';
import { planPipeline, type PlannedCell } from './planPipeline.ts';
import { toPipelineRun } from './runRecord.ts';
import { createStepRunner, type EndedStep, type StepRunner } from './stepRunner.ts';

export interface RunRequest {
  /** UUIDv7 as 32 hex digits. */
  readonly run: string;
  readonly pipeline: string;
  /** As it runs, settings included. */
  readonly file: PipelineFile;
  readonly settings: Readonly<Record<string, unknown>>;
}

type Watch = Pick<JobContext, 'signal' | 'progress'>;

/**
 * Runs a pipeline's cells in the order of its file, each only when nothing that it depends on was computed before. A step is on disk before the
 * next one runs, so a run that is cut off goes on from there when it is asked for again. The first cell that fails ends the run.
 */
export async function runPipeline(deps: PipelineDeps, request: RunRequest, watch: Watch): Promise<PipelineRun> {
  const { database, clock } = deps;
  const { run, pipeline, settings } = request;
  const planned = planPipeline(`pipelines/${pipeline}.yaml`, request.file);
  const scratch = path.join(deps.scratchFolder, run);
  const end = (status: RunRow['status'], error: unknown): Promise<void> => database.run(endRun, { id: run, status, error: error === null ? null : JSON.stringify(toErrorBody(error)), ended_at_ms: clock.now() });
  await database.run(addRun, { id: run, pipeline, status: 'running', settings: JSON.stringify(settings), error: null, started_at_ms: clock.now(), ended_at_ms: null });
  try {
    await mkdir(scratch, { recursive: true });
    const failed = await runCells(deps, { ...request, planned, scratch }, watch);
    await end(watch.signal.aborted ? 'cancelled' : failed === null ? 'done' : 'failed', failed);
  } catch (error) {
    // What keeps a step from being saved (a full disk) may keep this from being saved too: the next start says then that it was interrupted.
    await end('failed', error).catch(() => undefined);
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  watch.signal.throwIfAborted();
  const kept = await database.run(getRun, run);
  if (kept === null) throw new Error(`The run ${run} has no row although it was written`);
  return toPipelineRun(kept);
}

/** Answers what the cell that failed threw; null when none did. */
async function runCells(deps: PipelineDeps, request: RunRequest & { readonly planned: readonly PlannedCell[]; readonly scratch: string }, { signal, progress }: Watch): Promise<unknown> {
  const { database, clock } = deps;
  const { run, pipeline, planned, scratch } = request;
  const engine = { duckdb: await deps.data.version(), platform: `${process.platform} ${process.arch}` };
  const former = new Map((await database.run(lastSteps, pipeline)).map((step) => [step.cell, step]));
  /** Steps that cost nothing are written with the next one that did. */
  let waiting: { steps: StepRow[]; edges: LineageEdge[] } = { steps: [], edges: [] };
  const save = async (): Promise<void> => {
    const now = waiting;
    waiting = { steps: [], edges: [] };
    if (now.steps.length > 0) await database.run(addSteps, now);
  };
  const runner = createStepRunner(deps, { run, scratch, engine, former, signal, save });
  let failed: { readonly cell: string; readonly error: unknown } | null = null;
  for (const [done, { cell, ...planOf }] of planned.entries()) {
    const startedAt = clock.monotonicMs();
    progress({ done, total: planned.length, unit: 'cells', now: cell.name });
    const { ended, edges, error }: Attempted = failed !== null ? idle(`not run: ${failed.cell} failed`) : cell.kind === 'markdown' ? idle('words only') : await attempt(runner, { cell, ...planOf }, signal);
    if (error !== undefined) failed = { cell: cell.name, error };
    waiting.steps.push({ run_id: run, place: planOf.place, cell: cell.name, kind: cell.kind, ...ended, duration_ms: clock.monotonicMs() - startedAt });
    waiting.edges.push(...edges);
    if (ended.state === 'ran' || ended.state === 'failed') await save();
    failpoint('pipeline.after-step');
    if (signal.aborted) break;
  }
  await save();
  return failed?.error ?? null;
}

interface Attempted {
  readonly ended: EndedStep;
  readonly edges: readonly LineageEdge[];
  /** Of a cell that failed. */
  readonly error?: unknown;
}

function idle(reason: string): Attempted {
  return { ended: { state: 'skipped', reason, key: null, parts: null, outputs: null }, edges: [] };
}

async function attempt(runner: StepRunner, item: Parameters<StepRunner['step']>[0], signal: AbortSignal): Promise<Attempted> {
  try {
    return await runner.step(item);
  } catch (error) {
    if (signal.aborted) return idle('cancelled');
    const { ended, edges } = idle(error instanceof Error ? error.message : String(error));
    return { ended: { ...ended, state: 'failed' }, edges, error };
  }
}
