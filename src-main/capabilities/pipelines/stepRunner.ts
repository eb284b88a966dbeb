import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../base/appError.ts';
import { failpoint } from '../../base/failpoint.ts';
import type { LineageEdge } from '../../storage/lineage.ts';
import type { CellParts, GivenTable } from './cellKind.ts';
import { kindOf, type Computed } from './cellKinds.ts';
import { findFiles } from './findFiles.ts';
import { missingOutput } from './missingOutput.ts';
import type { PipelineDeps } from './pipelinePorts.ts';
import { stepWithKey } from './pipelineStore.ts';
import type { MadeTable, StepOutputs, StepRow } from './pipelineTables.ts';
import { tablesOf, type PlannedCell } from './planPipeline.ts';
import { explainChange, keyOf, type KeyParts } from './stepKey.ts';

/** What became of a cell: the part of its row that the run does not know. */
export type EndedStep = Pick<StepRow, 'state' | 'reason' | 'key' | 'parts' | 'outputs'>;

export interface StepRunner {
  /** Reuses or computes a cell whose inputs are there. Rejects with what its kind throws, or the signal's reason. */
  step(item: PlannedCell & { readonly cell: Computed }): Promise<{ readonly ended: EndedStep; readonly edges: readonly LineageEdge[] }>;
}

export interface StepRunnerOptions {
  readonly run: string;
  /** For files until they are artifacts; on the disk of the artifacts. */
  readonly scratch: string;
  /** Programs and machine, a part of every key. */
  readonly engine: Readonly<Record<string, string>>;
  /** The last step of each cell that gave something, by the cell's name. */
  readonly former: ReadonlyMap<string, StepRow>;
  readonly signal: AbortSignal;
  /** Called before a cell is computed: what ended before it is to be on disk. */
  save(): Promise<void>;
}

/** Owns the tables that the cells of one run gave, and when a cell is computed. */
export function createStepRunner(deps: PipelineDeps, { run, scratch, engine, former, signal, save }: StepRunnerOptions): StepRunner {
  const { database, artifacts } = deps;
  const made = new Map<string, MadeTable>();
  const madeBy = (name: string): MadeTable => {
    const table = made.get(name);
    if (table === undefined) throw new Error(`The table ${name} is read before it is made: the plan let it through`);
    return table;
  };
  const remember = (tables: readonly MadeTable[]): void => tables.forEach((table) => made.set(table.name, table));

  async function compute(cell: Computed, inputs: readonly string[], parts: CellParts): Promise<MadeTable[]> {
    const given = await kindOf(cell).run(cell, {
      data: deps.data,
      parts,
      inputs: inputs.map((name) => ({ name, path: artifacts.pathOf(madeBy(name).artifact) })),
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

  return {
    async step({ cell, inputs }) {
      const kind = kindOf(cell);
      const own = await kind.parts(cell, (given) => findFiles(deps, given, signal));
      const parts: KeyParts = {
        kind: cell.kind,
        version: kind.version,
        parameters: own.parameters,
        inputs: Object.fromEntries(inputs.map((input) => [input, madeBy(input).digest])),
        files: Object.fromEntries(own.files.map(({ shown, digest }) => [shown, digest])),
        engine,
      };
      const key = keyOf(parts);
      const before = former.get(cell.name);
      const same = before?.key === key ? before : await database.run(stepWithKey, key);
      const gone = same === null ? null : await missingOutput(artifacts, outputsOf(same));
      if (same !== null && gone === null) {
        // A cell of another name may have given them: they go by this one's.
        const names = tablesOf(cell);
        const tables = outputsOf(same).tables.map((table, at) => ({ ...table, name: names[at] ?? table.name }));
        remember(tables);
        const reason = same === before ? 'nothing that it depends on changed' : 'computed before, by an earlier run';
        return { ended: { state: 'reused', reason, key, parts: JSON.stringify(parts), outputs: JSON.stringify({ tables } satisfies StepOutputs) }, edges: [] };
      }
      await save();
      const tables = await compute(cell, inputs, own);
      remember(tables);
      const ended: EndedStep = { state: 'ran', reason: reasonOf(before, { parts, gone }), key, parts: JSON.stringify(parts), outputs: JSON.stringify({ tables } satisfies StepOutputs) };
      return { ended, edges: edgesOf(tables, { run, inputs: inputs.map(madeBy), own }) };
    },
  };
}

function outputsOf({ outputs }: StepRow): StepOutputs {
  return outputs === null ? { tables: [] } : (JSON.parse(outputs) as StepOutputs);
}

/** Why a cell is computed. */
function reasonOf(before: StepRow | undefined, { parts, gone }: { readonly parts: KeyParts; readonly gone: string | null }): string {
  if (gone !== null) return gone;
  if (before?.parts === undefined || before.parts === null) return 'it never ran before';
  const change = explainChange(JSON.parse(before.parts) as KeyParts, parts);
  return change === '' ? 'its result is no longer kept' : change;
}

function edgesOf(tables: readonly MadeTable[], { run, inputs, own }: { readonly run: string; readonly inputs: readonly MadeTable[]; readonly own: CellParts }): LineageEdge[] {
  return tables.flatMap(({ digest }) => {
    const from = { kind: 'dataset', key: digest };
    return [
      { from, to: { kind: 'run', key: run }, role: 'made by' },
      ...inputs.map((input) => ({ from, to: { kind: 'dataset', key: input.digest }, role: 'computed from' })),
      ...own.files.map((file) => ({ from, to: { kind: 'file', key: file.digest }, role: 'read from' })),
    ];
  });
}
