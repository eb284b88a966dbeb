import type { PipelineFile, StaleCell } from '#contract/pipelines.ts';
import { kindOf } from './cellKinds.ts';
import { findFiles } from './findFiles.ts';
import type { PipelineDeps } from './pipelinePorts.ts';
import { lastSteps } from './pipelineStore.ts';
import type { MadeTable, StepOutputs, StepRow } from './pipelineTables.ts';
import { planPipeline } from './planPipeline.ts';
import { explainChange, type KeyParts } from './stepKey.ts';

/**
 * Cells whose last result no longer stands, and why: something that they depend on changed, or may when a stale cell above them runs.
 * Looks at the file and at what cells read, computes nothing. Cells that never gave anything are not stale.
 */
export async function staleCells(deps: PipelineDeps, slug: string, { file, signal }: { readonly file: PipelineFile; readonly signal: AbortSignal }): Promise<StaleCell[]> {
  const former = new Map((await deps.database.run(lastSteps, slug)).map((step) => [step.cell, step]));
  const tables = new Map([...former.values()].flatMap(tablesIn).map((table) => [table.name, table]));
  const stale = new Map<string, string>();
  for (const { cell, inputs } of planPipeline(`pipelines/${slug}.yaml`, file)) {
    const before = former.get(cell.name);
    if (cell.kind === 'markdown' || before?.parts == null) continue;
    const above = inputs.find((input) => stale.has(input.split('.')[0] ?? input));
    const reason = above === undefined ? await changeOf(before) : `input \`${above}\` is stale`;
    if (reason !== '') stale.set(cell.name, reason);

    async function changeOf({ parts, kind }: StepRow): Promise<string> {
      if (cell.kind === 'markdown' || kind !== cell.kind) return `it was a cell of kind \`${kind}\``;
      const was = JSON.parse(parts as string) as KeyParts;
      const own = await kindOf(cell).parts(cell, (given) => findFiles(deps, given, signal)).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
      // What it reads is gone: the run would say so.
      if (typeof own === 'string') return own;
      return explainChange(was, {
        ...was,
        version: kindOf(cell).version,
        parameters: own.parameters,
        inputs: Object.fromEntries(inputs.map((input) => [input, tables.get(input)?.digest ?? ''])),
        files: Object.fromEntries(own.files.map(({ shown, digest }) => [shown, digest])),
      });
    }
  }
  return [...stale].map(([cell, reason]) => ({ cell, reason }));
}

function tablesIn({ outputs }: StepRow): readonly MadeTable[] {
  return outputs === null ? [] : (JSON.parse(outputs) as StepOutputs).tables;
}
