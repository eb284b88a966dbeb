import type { Command } from '../../storage/command.ts';
import { readCommand, tables, writeCommand } from '../../storage/command.ts';
import { addLineageEdges, type LineageEdge } from '../../storage/lineage.ts';
import type { FileRow, PipelineTables, RunRow, StepOutputs, StepRow } from './pipelineTables.ts';

const db = tables<PipelineTables>();
const RUN = ['id', 'pipeline', 'status', 'settings', 'error', 'started_at_ms', 'ended_at_ms'] as const;

export const addRun = writeCommand('pipelines.addRun', (sql, run: RunRow): void => {
  sql.run(db.insertInto('pipelines_runs').values(run as never));
});

/** Steps that ended, with what they were made from. */
export const addSteps = writeCommand('pipelines.addSteps', (sql, { steps, edges }: { steps: readonly StepRow[]; edges: readonly LineageEdge[] }): void => {
  for (const step of steps) sql.run(db.insertInto('pipelines_steps').values(step));
  addLineageEdges.run(sql, edges);
});

export const endRun = writeCommand('pipelines.endRun', (sql, { id, ...ended }: Pick<RunRow, 'id' | 'status' | 'error' | 'ended_at_ms'>): void => {
  sql.run(db.updateTable('pipelines_runs').set(ended).where('id', '=', id));
});

/** Runs whose process ended while they ran. Answers their ids. */
export const interruptRuns = writeCommand('pipelines.interruptRuns', (sql, { nowMs, error }: { nowMs: number; error: string }): string[] => {
  const running = sql.all(db.selectFrom('pipelines_runs').select('id').where('status', '=', 'running')).map(({ id }) => id);
  if (running.length > 0) sql.run(db.updateTable('pipelines_runs').set({ status: 'interrupted', ended_at_ms: nowMs, error }).where('status', '=', 'running'));
  return running;
});

export interface RunWithSteps {
  readonly run: RunRow;
  readonly steps: readonly StepRow[];
}

/** Newest first. */
export const lastRuns = readCommand('pipelines.lastRuns', (sql, { pipeline, limit }: { pipeline: string; limit: number }): RunWithSteps[] => {
  const runs = sql.all(db.selectFrom('pipelines_runs').select(RUN).where('pipeline', '=', pipeline).orderBy('sequence', 'desc').limit(limit));
  return runs.map((run) => ({ run, steps: sql.all(db.selectFrom('pipelines_steps').selectAll().where('run_id', '=', run.id).orderBy('place')) }));
});

export const getRun = readCommand('pipelines.getRun', (sql, id: string): RunWithSteps | null => {
  const run = sql.first(db.selectFrom('pipelines_runs').select(RUN).where('id', '=', id));
  return run ? { run, steps: sql.all(db.selectFrom('pipelines_steps').selectAll().where('run_id', '=', id).orderBy('place')) } : null;
});

/** The newest step of each cell of a pipeline that has a key, whatever became of it: what a new key is compared with. */
export const lastSteps = readCommand('pipelines.lastSteps', (sql, pipeline: string): StepRow[] => {
  const newest = db
    .selectFrom('pipelines_steps as step')
    .innerJoin('pipelines_runs as run', 'run.id', 'step.run_id')
    .select(({ fn }) => ['step.cell', fn.max('run.sequence').as('sequence')])
    .where('run.pipeline', '=', pipeline)
    .where('step.outputs', 'is not', null)
    .groupBy('step.cell');
  return sql.all(
    db
      .selectFrom('pipelines_steps as step')
      .innerJoin('pipelines_runs as run', 'run.id', 'step.run_id')
      .innerJoin(newest.as('newest'), (join) => join.onRef('newest.cell', '=', 'step.cell').onRef('newest.sequence', '=', 'run.sequence'))
      .selectAll('step'),
  );
});

/** The newest step with this key that gave something, of any pipeline. */
export const stepWithKey = readCommand(
  'pipelines.stepWithKey',
  (sql, key: string): StepRow | null =>
    sql.first(db.selectFrom('pipelines_steps as step').innerJoin('pipelines_runs as run', 'run.id', 'step.run_id').selectAll('step').where('step.key', '=', key).where('step.outputs', 'is not', null).orderBy('run.sequence', 'desc').limit(1)) ?? null,
);

export const fileRows = readCommand('pipelines.fileRows', (sql, paths: readonly string[]): FileRow[] => paths.flatMap((path) => sql.first(db.selectFrom('pipelines_files').selectAll().where('path', '=', path)) ?? []));

export const saveFileRows = writeCommand('pipelines.saveFileRows', (sql, rows: readonly FileRow[]): void => {
  for (const row of rows) sql.run(db.insertInto('pipelines_files').values(row).onConflict((conflict) => conflict.column('path').doUpdateSet({ ...row })));
});

/** Artifacts that steps gave. */
export const namedArtifacts = readCommand('pipelines.namedArtifacts', (sql, _: undefined): string[] => {
  const digests = new Set<string>();
  for (const { outputs } of sql.all(db.selectFrom('pipelines_steps').select('outputs').where('outputs', 'is not', null))) for (const { artifact } of (JSON.parse(outputs as string) as StepOutputs).tables) digests.add(artifact);
  return [...digests];
});

export const pipelineStoreCommands: readonly Command[] = [addRun, addSteps, endRun, interruptRuns, lastRuns, getRun, lastSteps, stepWithKey, fileRows, saveFileRows, namedArtifacts];
