import type { Handlers } from '#contract/handlers.ts';
import type { JobId } from '#contract/ids.ts';
import type { ListedPipeline } from '#contract/pipelines.ts';
import { AppError } from '../../base/appError.ts';
import { uuidv7 } from '../../base/uuid.ts';
import type { JobKind } from '../../jobs/jobQueue.ts';
import type { PipelineDeps } from './pipelinePorts.ts';
import { interruptRuns, lastRuns } from './pipelineStore.ts';
import { applySettings, planPipeline } from './planPipeline.ts';
import { explainCell, tablesOfRun, toPipelineRun } from './runRecord.ts';
import { runPipeline } from './runPipeline.ts';
import { staleCells } from './staleCells.ts';

/** Runs that are looked at to say what changed. */
const LOOKED_AT = 50;

interface RunParams {
  readonly pipeline: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Pipelines {
  readonly handlers: Handlers<'pipelines'>;
  /** To be called once, before anything runs: what a kill left running is told as interrupted. Answers sentences. */
  recover(): Promise<string[]>;
}

const nameOf = (slug: string): string => `pipelines/${slug}.yaml`;

/** Somebody else's cells run only when the person has seen them. */
async function assertTrusted({ trusted, files }: PipelineDeps, slug: string): Promise<void> {
  if (await trusted()) return;
  const { cells } = await files.read(slug);
  const running = cells.filter(({ kind }) => kind !== 'markdown').map(({ name, kind }) => `${name} (${kind})`);
  throw new AppError('PROJECT_UNTRUSTED', `This project was made elsewhere. ${nameOf(slug)} would run ${running.length} cells: ${running.join(', ')}`, {
    hint: 'If that is right, trust the project: run the command again with --trust, or choose "Trust this project" in the window.',
    details: { cells: running },
  });
}

export function pipelineJobs(deps: () => PipelineDeps): readonly JobKind[] {
  const run: JobKind<RunParams> = {
    kind: 'pipelines.run',
    lane: 'pipeline',
    // A person asks for the rest of it: finished cells are reused then.
    onInterrupted: 'fail',
    run: async ({ pipeline, settings }, ctx) => {
      await assertTrusted(deps(), pipeline);
      const file = applySettings(await deps().files.read(pipeline), settings);
      return { ...(await runPipeline(deps(), { run: uuidv7().replaceAll('-', ''), pipeline, file, settings }, ctx)) };
    },
  };
  return [run];
}

/** Composes the pipelines of one project. */
export function createPipelines(deps: PipelineDeps): Pipelines {
  const { database, files, jobs } = deps;
  const asked = new Map<string, string>();

  /** The job of a pipeline that has not ended. */
  async function runningJob(pipeline: string): Promise<JobId | null> {
    const id = asked.get(pipeline);
    if (id === undefined) return null;
    const job = await jobs.get(id);
    return job.endedAtMs === null ? (job.id as JobId) : null;
  }

  return {
    async recover() {
      const error = JSON.stringify({ code: 'RUNTIME_EXITED', message: 'Lathe ended while it ran', hint: 'Run the pipeline again: it goes on after the last cell that was finished.' });
      const interrupted = await database.run(interruptRuns, { nowMs: deps.clock.now(), error });
      return interrupted.map((id) => `The pipeline run ${id} was interrupted: run the pipeline again, and it goes on after the last cell that was finished.`);
    },
    handlers: {
      async list() {
        const listed: ListedPipeline[] = [];
        for (const slug of await files.slugs()) {
          const read = await files.read(slug).then(({ name, cells }) => ({ name, cells: cells.length, trouble: null }), (error: unknown) => ({ name: slug, cells: 0, trouble: error instanceof Error ? error.message : String(error) }));
          const [last] = await database.run(lastRuns, { pipeline: slug, limit: 1 });
          listed.push({ slug, ...read, lastRun: last ? { run: last.run.id, status: last.run.status, startedAtMs: last.run.started_at_ms } : null });
        }
        return listed;
      },
      async run({ pipeline, set = {} }) {
        await assertTrusted(deps, pipeline);
        // What cannot run is said at once, not by a job that failed.
        planPipeline(nameOf(pipeline), applySettings(await files.read(pipeline), set));
        const job = await jobs.enqueue({ kind: 'pipelines.run', projectId: deps.projectId, title: `Run ${nameOf(pipeline)}`, params: { pipeline, settings: set } satisfies RunParams });
        asked.set(pipeline, job.id);
        return { job: job.id as JobId };
      },
      async get({ pipeline }, { signal }) {
        const file = await files.read(pipeline);
        const [last] = await database.run(lastRuns, { pipeline, limit: 1 });
        return { slug: pipeline, name: file.name, cells: file.cells, stale: await staleCells(deps, pipeline, { file, signal }), run: last ? toPipelineRun(last) : null, tables: last ? tablesOfRun(last) : [], job: await runningJob(pipeline) };
      },
      async why({ pipeline, cell }) {
        return explainCell(await database.run(lastRuns, { pipeline, limit: LOOKED_AT }), cell);
      },
    },
  };
}
