import type { Model } from '#contract/models.ts';
import { AppError } from '../base/appError.ts';
import { formatBytes } from '../base/formatBytes.ts';
import type { Connection } from './connect.ts';
import { followJob } from './followJob.ts';
import { say } from './terminal.ts';

async function get(connection: Connection, model: Model): Promise<void> {
  say(`Getting ${model.name} (${formatBytes(model.bytes)})`);
  await followJob(connection, async () => {
    const { job } = await connection.client.models.get({ slug: model.slug });
    if (job === null) throw new AppError('MODEL_UNAVAILABLE', `${model.name} is neither in place nor being fetched`);
    return job;
  });
}

/** Fetches what a command needs before it starts, saying so on stderr: the embedders and, for answers, a text model. */
export async function ensureModels(connection: Connection, wanted: readonly string[] | 'starters' | 'embedders'): Promise<void> {
  const { models } = await connection.client.models.list();
  const needed = models.filter((model) => (wanted === 'starters' ? model.starter : wanted === 'embedders' ? model.starter && model.task !== 'text' : wanted.includes(model.slug)));
  for (const model of needed.filter((candidate) => candidate.state !== 'ready')) await get(connection, model);
}
