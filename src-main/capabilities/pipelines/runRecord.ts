import type { CellOutcome, CellTable, CellWhy, PipelineRun } from '#contract/pipelines.ts';
import { AppError } from '../../base/appError.ts';
import type { RunWithSteps } from './pipelineStore.ts';
import type { StepOutputs, StepRow } from './pipelineTables.ts';
import { listParts, type KeyParts } from './stepKey.ts';

function toOutcome({ cell, kind, state, reason, key, duration_ms }: StepRow): CellOutcome {
  return { name: cell, kind, state, reason, key, durationMs: duration_ms };
}

export function toPipelineRun({ run, steps }: RunWithSteps): PipelineRun {
  return {
    run: run.id,
    pipeline: run.pipeline,
    status: run.status,
    startedAtMs: run.started_at_ms,
    cells: steps.map(toOutcome),
    registered: null,
    error: run.error === null ? null : (JSON.parse(run.error) as PipelineRun['error']),
  };
}

/** Tables that the cells of a run gave, reused ones included. */
export function tablesOfRun({ steps }: RunWithSteps): CellTable[] {
  return steps.flatMap(({ outputs }) => shown(outputs));
}

function shown(outputs: string | null): CellTable[] {
  return outputs === null ? [] : (JSON.parse(outputs) as StepOutputs).tables.map(({ name, digest, rows, columns }) => ({ name, digest, rows, columns }));
}

/** What a cell's last result depends on. @param runs of its pipeline, newest first. Throws CELL_NOT_FOUND. */
export function explainCell(runs: readonly RunWithSteps[], cell: string): CellWhy {
  const steps = runs.flatMap(({ run, steps: all }) => all.filter((step) => step.cell === cell).map((step) => ({ run, step })));
  const [last] = steps;
  if (last === undefined) throw new AppError('CELL_NOT_FOUND', `No run has a cell named ${cell}`, { hint: 'Run the pipeline once; its cells are named in its file.' });
  const withParts = steps.filter(({ step }) => step.parts !== null);
  const [now] = withParts;
  const before = withParts.find(({ step }) => step.key !== now?.step.key);
  const former = new Map(before === undefined ? [] : listParts(JSON.parse(before.step.parts as string) as KeyParts).map(({ name, value }) => [name, value]));
  const parts = now === undefined ? [] : listParts(JSON.parse(now.step.parts as string) as KeyParts);
  return {
    pipeline: last.run.pipeline,
    run: last.run.id,
    cell: toOutcome(last.step),
    dependsOn: parts.map(({ name, value }) => ({ name, value, before: former.get(name) === value ? null : (former.get(name) ?? null) })),
    tables: shown(now?.step.outputs ?? null),
  };
}
