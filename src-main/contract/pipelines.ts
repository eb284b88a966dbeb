import { oc } from '@orpc/contract';
import { z } from 'zod';
import { JobId, ProjectId, Slug } from './ids.ts';

/** `pipelines/<slug>.yaml`: an ordered list of cells, kept in git with the project. */
export const PIPELINE_FILE_VERSION = 1;

const CellName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'Use 1 to 63 lower-case letters, digits and underscores, a letter first: SQL calls the table by this name');

/** A cell's table, or one of several: `parts.train`. */
const TableName = z.string().regex(/^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]{0,62})?$/, 'Expected the name of a cell above, or of one of its tables as in parts.train');
export const Seed = z.number().int().min(0).max(2 ** 32 - 1);

const MarkdownCell = z.strictObject({
  name: CellName.describe('Unique in its pipeline'),
  kind: z.literal('markdown').describe('Words between the other cells; nothing runs'),
  text: z.string().max(100_000).describe('Markdown'),
});

const SourceCell = z.strictObject({
  name: CellName.describe('Unique in its pipeline; SQL calls the table by it'),
  kind: z.literal('source').describe('Reads files as one table'),
  path: z.string().min(1).max(4096).describe('A file or a folder of files of one format: absolute, or relative to the project folder'),
  format: z.enum(['csv', 'tsv', 'json', 'jsonl', 'parquet']).optional().describe('Told by the ending when left out'),
});
export type SourceCell = z.infer<typeof SourceCell>;

const SqlCell = z.strictObject({
  name: CellName.describe('Unique in its pipeline; SQL calls the table by it'),
  kind: z.literal('sql').describe('Makes a table of other tables, with DuckDB'),
  sql: z.string().min(1).max(200_000).describe('One query; the tables of the cells above go by the names of their cells'),
  inputs: z.array(TableName).max(100).optional().describe('Tables that it reads; when left out, those above whose names stand in the query'),
});
export type SqlCell = z.infer<typeof SqlCell>;

const Expectation = z.strictObject({
  rule: z.string().min(1).max(4000).describe('Condition that every row keeps, in SQL'),
  atMost: z.number().min(0).max(1).optional().describe('Share of the rows that may break it; 0 when left out'),
});

const ExpectCell = z.strictObject({
  name: CellName.describe('Unique in its pipeline'),
  kind: z.literal('expect').describe('A data contract: fails when rows break it'),
  input: TableName.describe('Table that is checked'),
  rows: z.strictObject({ min: z.number().int().min(0).optional(), max: z.number().int().min(0).optional() }).optional().describe('How many rows there must be'),
  rules: z.array(Expectation).max(200).describe('What holds for its rows'),
});
export type ExpectCell = z.infer<typeof ExpectCell>;

const Share = z.number().gt(0).lt(1);
const SplitCell = z
  .strictObject({
    name: CellName.describe('Unique in its pipeline; its tables are NAME.train, NAME.test and, where asked for, NAME.validation'),
    kind: z.literal('split').describe('Cuts a table into parts to learn from and to test on'),
    input: TableName.describe('Table that is cut'),
    test: Share.describe('Share of the rows that are kept for the test'),
    validation: Share.optional().describe('Share of the rows that are kept to choose settings'),
    by: z.enum(['random', 'time', 'group']).describe('random: drawn by the seed · time: the latest rows are the test · group: rows of one group stay together'),
    column: z.string().min(1).max(500).optional().describe('time: when a row happened · group: what it belongs to · random: class whose share each part keeps'),
    seed: Seed.optional().describe('Of random and group; 0 when left out'),
  })
  .check(({ value, issues }) => {
    if (value.by !== 'random' && value.column === undefined) issues.push({ code: 'custom', input: value.column, path: ['column'], message: `A split by ${value.by} needs the name of a column` });
    if (value.test + (value.validation ?? 0) >= 1) issues.push({ code: 'custom', input: value.test, path: ['test'], message: 'Nothing is left to learn from: test and validation together must be below 1' });
  });
export type SplitCell = z.infer<typeof SplitCell>;

export const Cell = z.discriminatedUnion('kind', [MarkdownCell, SourceCell, SqlCell, ExpectCell, SplitCell]);
export type Cell = z.infer<typeof Cell>;

export const PipelineFile = z.strictObject({
  version: z.literal(PIPELINE_FILE_VERSION).describe('Version of this file format'),
  name: z.string().min(1).max(200).describe('Name shown in the window; any Unicode'),
  cells: z
    .array(Cell)
    .min(1)
    .max(1000)
    .check(({ value, issues }) => {
      const known = new Set<string>();
      for (const [at, { name }] of value.entries()) {
        if (known.has(name)) issues.push({ code: 'custom', input: name, path: [at, 'name'], message: `Another cell is called ${name}: give this one a name of its own` });
        known.add(name);
      }
    })
    .describe('In the order in which they run'),
});
export type PipelineFile = z.infer<typeof PipelineFile>;

export const CellState = z.enum(['ran', 'reused', 'failed', 'skipped']);
export type CellState = z.infer<typeof CellState>;

export const CellTable = z.object({
  /** The cell's name, or `cell.part`. */
  name: z.string(),
  /** Of schema, values and order. */
  digest: z.string(),
  rows: z.number().int(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).readonly(),
});
export type CellTable = z.infer<typeof CellTable>;

export const CellOutcome = z.object({
  name: z.string(),
  kind: z.string(),
  state: CellState,
  /** Why it ran, was reused or not run, in words. */
  reason: z.string(),
  /** Of everything that its result depends on; null where nothing is computed. */
  key: z.string().nullable(),
  durationMs: z.number(),
});
export type CellOutcome = z.infer<typeof CellOutcome>;

/** `interrupted`: the process ended while it ran; finished cells stay. */
export const RunStatus = z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']);
export type RunStatus = z.infer<typeof RunStatus>;

export const PipelineRun = z.object({
  /** UUIDv7 as 32 hex digits. */
  run: z.string(),
  pipeline: z.string(),
  status: RunStatus,
  startedAtMs: z.number().int(),
  cells: z.array(CellOutcome),
  /** The version that this run registered; null where no cell registers or a gate refused. */
  registered: z.object({ name: z.string(), version: z.number().int() }).nullable(),
  /** What ended it, when it failed. */
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
});
export type PipelineRun = z.infer<typeof PipelineRun>;

/** What one cell's last result depends on, and what changed since the one before. */
export const CellWhy = z.object({
  pipeline: z.string(),
  run: z.string(),
  cell: CellOutcome,
  /** Everything that its key is made of, by name. */
  dependsOn: z.array(z.object({ name: z.string(), value: z.string(), before: z.string().nullable() })),
  tables: z.array(CellTable),
});
export type CellWhy = z.infer<typeof CellWhy>;

/** A pipeline of the project, and what became of its last run. One whose file cannot be used goes by its slug, without cells, and says why. */
export const ListedPipeline = z.object({ slug: z.string(), name: z.string(), cells: z.number().int(), lastRun: z.object({ run: z.string(), status: RunStatus, startedAtMs: z.number().int() }).nullable(), trouble: z.string().nullable() });
export type ListedPipeline = z.infer<typeof ListedPipeline>;

/** A cell whose last result no longer stands, and why. */
export const StaleCell = z.object({ cell: z.string(), reason: z.string() });
export type StaleCell = z.infer<typeof StaleCell>;

/** A pipeline as its file is now, with what became of its last run. */
export const PipelineView = z.object({
  slug: z.string(),
  name: z.string(),
  cells: z.array(Cell),
  run: PipelineRun.nullable(),
  /** That its cells gave in that run. */
  tables: z.array(CellTable),
  stale: z.array(StaleCell),
  /** The job that runs it now, or will. */
  job: JobId.nullable(),
});
export type PipelineView = z.infer<typeof PipelineView>;

const Place = z.object({ projectId: ProjectId, pipeline: Slug });

export const pipelines = {
  list: oc.input(z.object({ projectId: ProjectId })).output(z.array(ListedPipeline)),
  /** `set`: `cell.parameter` → value, for this run alone. */
  run: oc.input(Place.extend({ set: z.record(z.string(), z.unknown()).optional() })).output(z.object({ job: JobId })),
  get: oc.input(Place).output(PipelineView),
  why: oc.input(Place.extend({ cell: z.string() })).output(CellWhy),
};
