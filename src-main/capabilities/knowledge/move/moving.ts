import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Handlers } from '#contract/handlers.ts';
import type { JobId } from '#contract/ids.ts';
import { AppError } from '../../../base/appError.ts';
import { uuidv7 } from '../../../base/uuid.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import { assertNameFree, type KnowledgeBases } from '../knowledgeBases.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { IndexDoor } from '../openIndex.ts';
import type { VectorStages } from '../snapshots/vectorStages.ts';
import { exportBase, type ExportParams } from './exportBase.ts';
import { finishImports } from './finishImports.ts';
import { importBase, type ImportParams } from './importBase.ts';

/** What was asked for since Lathe started. */
interface Asked {
  readonly ask: string;
}

export interface Moving {
  readonly handlers: Pick<Handlers<'knowledge'>, 'exportBase' | 'importBase'>;
  export(params: ExportParams & Asked, ctx: JobContext): Promise<Record<string, unknown>>;
  import(params: ImportParams & Asked, ctx: JobContext): Promise<Record<string, unknown>>;
  /** To be called when the project is opened, first of all: ends what a kill cut off. */
  finish(): Promise<void>;
}

type Deps = KnowledgeDeps & { readonly door: IndexDoor; readonly bases: KnowledgeBases; readonly stages: VectorStages };

function assertAbsolute(file: string): void {
  if (!path.isAbsolute(file)) throw new AppError('INPUT_INVALID', `Expected an absolute path but got ${file}`, { hint: 'Name the whole path, from the root of the disk.' });
}

async function assertNewFile(file: string): Promise<void> {
  assertAbsolute(file);
  const folder = path.dirname(file);
  if (!(await stat(folder).catch(() => null))?.isDirectory()) throw new AppError('PATH_UNREADABLE', `${folder} is not a folder`, { hint: 'Make the folder first, or name another one.' });
  if (existsSync(file)) throw new AppError('INPUT_INVALID', `${file} is there already`, { hint: 'Name a file that is not there, or remove that one.' });
}

/** Owns how a knowledge base leaves a project as one file, and comes into one. */
export function createMoving(deps: Deps): Moving {
  // A stranger's database may hold jobs that name files of this machine: only what was asked for here is done.
  const asked = new Set<string>();

  async function enqueue(kind: string, title: string, params: ExportParams | ImportParams): Promise<{ job: JobId }> {
    const ask = uuidv7();
    asked.add(ask);
    return { job: (await deps.jobs.enqueue({ kind, projectId: deps.projectId, title, params: { ...params, ask } })).id };
  }

  function assertAsked({ ask }: Asked, { job }: JobContext): void {
    if (!asked.delete(ask)) throw new AppError('CANCELLED', `${job.title} was asked for before Lathe was started`, { hint: 'Start it again.' });
  }

  return {
    async export(params, ctx) {
      assertAsked(params, ctx);
      await assertNewFile(params.to);
      return exportBase(deps, params, ctx);
    },
    async import(params, ctx) {
      assertAsked(params, ctx);
      return importBase(deps, params, ctx);
    },
    finish: () => finishImports(deps),
    handlers: {
      async exportBase({ knowledgeId, to }) {
        await assertNewFile(to);
        return enqueue('knowledge.export', `Export ${(await deps.bases.named(knowledgeId)).name}`, { knowledgeId, to });
      },
      async importBase({ from, name }) {
        assertAbsolute(from);
        if (name !== undefined) assertNameFree(await deps.bases.list(), name);
        return enqueue('knowledge.import', `Import ${path.basename(from)}`, { from, name: name ?? null });
      },
    },
  };
}
