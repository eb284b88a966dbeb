import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PipelineFile, PipelineRun } from '#contract/pipelines.ts';
import { AppError, toErrorBody } from '../../base/appError.ts';
import { failpoint } from '../../base/failpoint.ts';
import type { JobContext } from '../../jobs/jobQueue.ts';
import type { LineageEdge } from '../../storage/lineage.ts';
import type { CellParts, GivenTable } from './cellKind.ts';
import { kindOf, type Computed } from './cellKinds.ts';
import { findFiles } from './findFiles.ts';
import { missingOutput } from './missingOutput.ts';
import type { PipelineDeps } from './pipelinePorts.ts';
import { addRun, addSteps, endRun, getRun, lastSteps, stepWithKey } from './pipelineStore.ts';
import type { MadeTable, StepOutputs, StepRow } from './pipelineTables.ts';
import { planPipeline, type PlannedCell } from './planPipeline.ts';
import { toPipelineRun } from './runRecord.ts';
import { explainChange, keyOf, type KeyParts } from './stepKey.ts';

export interface RunRequest {
  readonly run: string;
  readonly pipeline: string;
  /** As it runs, settings included. */
  readonly file: PipelineFile;
  readonly settings: Readonly<Record<string, unknown>>;
}

type Ended = Pick<StepRow, 'state' | 'reason' | 'key' | 'parts' | 'outputs'>;

const IDLE: Ended = { state: 'skipped', reason: '', key: null, parts: null, outputs: null };

/**
 * Runs a pipeline's cells in the order of its file, each only when nothing that it depends on was computed before. A step is on disk before the
 * next one runs, so a run that is cut off goes on from there when it is asked for again. The first cell that fails ends the run.
 */
export async function runPipeline(deps: PipelineDeps, request: RunRequest, { signal, progress }: Pick<JobContext, 'signal' | 'progress'>): Promise<PipelineRun> {
  const { database, clock, artifacts } = deps;
  const planned = planPipeline(`pipelines/${request.pipeline}.yaml`, request.file);
  const scratch = path.join(deps.scratchFolder, request.run);
  await mkdir(scratch, { recursive: true });
  const engine = { duckdb: await deps.data.version(), platform: `${process.platform} ${process.arch}` };
  const former = new Map((await database.run(lastSteps, request.pipeline)).map((step) => [step.cell, step]));
  const made = new Map<string, MadeTable>();
  /** Steps that cost nothing are written with the next one that did. */
  let waiting: { steps: StepRow[]; edges: LineageEdge[] } = { steps: [], edges: [] };
  const save = async (): Promise<void> => {
    if (waiting.steps.length > 0) await database.run(addSteps, waiting);
    waiting = { steps: [], edges: [] };
  };
  await database.run(addRun, { id: request.run, pipeline: request.pipeline, status: 'running', settings: JSON.stringify(request.settings), error: null, started_at_ms: clock.now(), ended_at_ms: null });

  async function step({ cell, inputs }: PlannedCell): Promise<Ended> {
    if (cell.kind === 'markdown') return { ...IDLE, reason: 'words only' };
    const kind = kindOf(cell);
    const own = await kind.parts(cell, (given) => findFiles(deps, given, signal));
    const parts: KeyParts = {
      kind: cell.kind,
      version: kind.version,
      parameters: own.parameters,
      inputs: Object.fromEntries(inputs.map((input) => [input, (made.get(input) as MadeTable).digest])),
      files: Object.fromEntries(own.files.map(({ shown, digest }) => [shown, digest])),
      engine,
    };
    const key = keyOf(parts);
    const before = former.get(cell.name);
    const same = before?.key === key ? before : await database.run(stepWithKey, key);
    const gone = same === null ? null : await missingOutput(artifacts, JSON.parse(same.outputs as string) as StepOutputs);
    if (same !== null && gone === null) {
      const { tables } = JSON.parse(same.outputs as string) as StepOutputs;
      for (const table of tables) made.set(table.name, table);
      return { state: 'reused', reason: same === before ? 'nothing that it depends on changed' : 'computed before, by an earlier run', key, parts: JSON.stringify(parts), outputs: same.outputs };
    }
    await save();
    const tables = await run(cell, inputs, own);
    for (const table of tables) made.set(table.name, table);
    const outputs: StepOutputs = { tables };
    waiting.edges.push(...edgesOf(tables, { request, inputs: inputs.map((input) => made.get(input) as MadeTable), own }));
    return { state: 'ran', reason: reasonOf(before, { parts, gone }), key, parts: JSON.stringify(parts), outputs: JSON.stringify(outputs) };
  }

  async function run(cell: Computed, inputs: readonly string[], parts: CellParts): Promise<MadeTable[]> {
    const given = await kindOf(cell).run(cell, {
      data: deps.data,
      parts,
      inputs: inputs.map((name) => ({ name, path: artifacts.pathOf((made.get(name) as MadeTable).artifact) })),
      place: (table) => path.join(scratch, `${table}.parquet`),
      signal,
    });
    for (const { shown, path: file, digest } of parts.files) {
      const [now] = await findFiles(deps, file, signal);
      if (now?.digest !== digest) throw new AppError('FILE_CHANGED', `${shown} changed while ${cell.name} read it`, { hint: 'Run the pipeline again when nobody writes the file.' });
    }
    failpoint('pipeline.before-artifacts');
    const kept: MadeTable[] = [];
    for (const table of given) kept.push(await keep(table));
    return kept;
  }

  async function keep({ name, path: file, digest, rows, columns }: GivenTable): Promise<MadeTable> {
    const artifact = await artifacts.adopt(file);
    const facts = await stat(artifacts.pathOf(artifact), { bigint: true });
    return { name, digest, rows, columns, artifact, bytes: Number(facts.size), mtimeNs: `${facts.mtimeNs}` };
  }

  const failed: { readonly cell: string; readonly error: unknown }[] = [];
  for (const [done, item] of planned.entries()) {
    const startedAt = clock.monotonicMs();
    progress({ done, total: planned.length, unit: 'cells', now: item.cell.name });
    const ended: Ended = await (failed[0] === undefined ? step(item) : Promise.resolve({ ...IDLE, reason: `not run: ${failed[0].cell} failed` })).catch((error: unknown): Ended => {
      if (signal.aborted) return { ...IDLE, reason: 'cancelled' };
      failed.push({ cell: item.cell.name, error });
      return { ...IDLE, state: 'failed', reason: error instanceof Error ? error.message : String(error) };
    });
    waiting.steps.push({ run_id: request.run, place: item.place, cell: item.cell.name, kind: item.cell.kind, ...ended, duration_ms: clock.monotonicMs() - startedAt });
    if (ended.state === 'ran' || ended.state === 'failed') await save();
    failpoint('pipeline.after-step');
    if (signal.aborted) break;
  }
  await save();
  const status = signal.aborted ? 'cancelled' : failed[0] === undefined ? 'done' : 'failed';
  const error = failed[0] === undefined ? null : JSON.stringify(toErrorBody(failed[0].error));
  await database.run(endRun, { id: request.run, status, error, ended_at_ms: clock.now() });
  await rm(scratch, { recursive: true, force: true });
  signal.throwIfAborted();
  const kept = await database.run(getRun, request.run);
  if (kept === null) throw new Error(`The run ${request.run} has no row although it was written`);
  return toPipelineRun(kept);
}

/** Why a cell is computed. */
function reasonOf(before: StepRow | undefined, { parts, gone }: { readonly parts: KeyParts; readonly gone: string | null }): string {
  if (gone !== null) return gone;
  if (before?.parts === undefined || before.parts === null) return 'it never ran before';
  const change = explainChange(JSON.parse(before.parts) as KeyParts, parts);
  return change === '' ? 'its result is no longer kept' : change;
}

function edgesOf(tables: readonly MadeTable[], { request, inputs, own }: { readonly request: RunRequest; readonly inputs: readonly MadeTable[]; readonly own: CellParts }): LineageEdge[] {
  return tables.flatMap(({ digest }) => {
    const from = { kind: 'dataset', key: digest };
    return [
      { from, to: { kind: 'run', key: request.run }, role: 'made by' },
      ...inputs.map((input) => ({ from, to: { kind: 'dataset', key: input.digest }, role: 'computed from' })),
      ...own.files.map((file) => ({ from, to: { kind: 'file', key: file.digest }, role: 'read from' })),
    ];
  });
}
