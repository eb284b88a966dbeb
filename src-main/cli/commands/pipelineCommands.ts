import path from 'node:path';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { Slug } from '#contract/ids.ts';
import { PipelineRun, type CellWhy, type ListedPipeline } from '#contract/pipelines.ts';
import type { Project } from '#contract/projects.ts';
import { AppError } from '../../base/appError.ts';
import { isInside } from '../../base/paths.ts';
import type { Attached } from '../attach.ts';
import { followJob } from '../followJob.ts';
import { EXIT, formatDuration, fromHere, print, printJson, say, table, type GlobalOptions } from '../terminal.ts';
import { withProject } from '../withProject.ts';

type Run = (work: () => Promise<number>) => Promise<void>;

const SHOWN_DIGITS = 12;

/** `pipelines/NAME.yaml` of the project, by its path from here or from the project, or by NAME alone. */
function slugOf(project: Project, given: string): Slug {
  const folder = path.join(project.folder, 'pipelines');
  const candidates = [fromHere(given), path.resolve(project.folder, given), path.join(folder, `${given}.yaml`)];
  const file = candidates.find((candidate) => isInside(folder, candidate) && path.dirname(candidate) === folder && candidate.endsWith('.yaml'));
  const slug = Slug.safeParse(path.basename(file ?? '', '.yaml'));
  if (slug.success) return slug.data;
  throw new AppError('PIPELINE_NOT_FOUND', `${given} is no pipeline of ${project.name}`, { hint: `Pipelines are ${path.join(folder, 'NAME.yaml')}, NAME of small letters, digits and hyphens.` });
}

/** `cell.parameter=value`, the value as YAML writes it. */
function settingsOf(given: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    given.map((one) => {
      const at = one.indexOf('=');
      if (at < 1) throw new AppError('INPUT_INVALID', `Expected --set cell.parameter=value but got ${one}`);
      return [one.slice(0, at), parse(one.slice(at + 1)) as unknown] as const;
    }),
  );
}

/** The pipeline that is meant, or the only one. */
async function pick({ client }: Attached, project: Project, given: string | undefined): Promise<Slug> {
  if (given !== undefined) return slugOf(project, given);
  const listed = await client.pipelines.list({ projectId: project.id });
  if (listed.length === 1 && listed[0]) return Slug.parse(listed[0].slug);
  throw new AppError('PIPELINE_NOT_FOUND', `This project has ${listed.length} pipelines`, { hint: listed.length === 0 ? 'Write one: the manual, "Pipelines", shows how.' : `Name one with --pipeline: ${listed.map(({ slug }) => slug).join(', ')}.` });
}

function printRun(run: PipelineRun): void {
  print(table(['cell', 'kind', 'state', 'time', 'why'], run.cells.map(({ name, kind, state, durationMs, reason }) => [name, kind, state, state === 'skipped' ? '' : formatDuration(durationMs), state === 'failed' ? '' : reason])));
  if (run.error) say(`${run.error.code}: ${run.error.message}${run.error.hint === undefined ? '' : `\n  → ${run.error.hint}`}`);
}

function printWhy({ cell, dependsOn, tables, run }: CellWhy): void {
  print(`${cell.name} ${cell.state} in run ${run}: ${cell.reason}`);
  print(table(['depends on', 'value', 'before'], dependsOn.map(({ name, value, before }) => [name, shorten(value), before === null ? '' : shorten(before)])));
  if (tables.length > 0) print(table(['table', 'rows', 'columns', 'digest'], tables.map(({ name, rows, columns, digest }) => [name, `${rows}`, `${columns.length}`, digest.slice(0, SHOWN_DIGITS)])));
}

function shorten(value: string): string {
  if (/^[0-9a-f]{64}$/.test(value)) return value.slice(0, SHOWN_DIGITS);
  const line = value.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

export function addPipelineCommands(program: Command, globals: () => GlobalOptions, run: Run): void {
  const pipeline = program.command('pipeline').description('run the cells of a pipeline, and see why each ran or was reused');

  pipeline
    .command('list')
    .description('the pipelines of the project')
    .action(() =>
      run(() =>
        withProject(globals(), async ({ client }, project) => {
          const listed = await client.pipelines.list({ projectId: project.id });
          if (globals().json) printJson<ListedPipeline[]>(listed);
          else print(table(['pipeline', 'name', 'cells', 'last run'], listed.map(({ slug, name, cells, lastRun, trouble }) => [slug, name, `${cells}`, trouble ?? (lastRun === null ? 'never' : lastRun.status)])));
          return EXIT.done;
        }),
      ),
    );

  pipeline
    .command('run')
    .description('run what is not computed yet')
    .argument('<file>', 'pipelines/NAME.yaml, or NAME')
    .option('--set <cell.parameter=value...>', 'another value for this run alone')
    .action((file: string, options: { set?: string[] }) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          const asked = { projectId: project.id, pipeline: slugOf(project, file), set: settingsOf(options.set ?? []) };
          const ended = await followJob(attached, async () => (await attached.client.pipelines.run(asked)).job);
          const result = PipelineRun.parse(ended.result);
          if (globals().json) printJson<PipelineRun>(result);
          else printRun(result);
          return result.status === 'done' ? EXIT.done : EXIT.failed;
        }),
      ),
    );

  pipeline
    .command('why')
    .description('what a cell depends on, and what changed since its result before')
    .argument('<cell>')
    .option('--pipeline <name>', 'may be left out when there is one')
    .action((cell: string, options: { pipeline?: string }) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          const why = await attached.client.pipelines.why({ projectId: project.id, pipeline: await pick(attached, project, options.pipeline), cell });
          if (globals().json) printJson<CellWhy>(why);
          else printWhy(why);
          return EXIT.done;
        }),
      ),
    );
}
