import type { Job } from '#contract/jobs.ts';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import type { HomeFacts } from '#contract/projects.ts';
import { newestJobs } from '../../jobs/jobCommands.ts';
import type { Database } from '../../storage/database.ts';
import { countAnswers } from './answerStore.ts';
import type { KnowledgeBases } from './knowledgeBases.ts';

type Lane = HomeFacts['knowledge'][number];

function stateOf({ job, documents }: KnowledgeBase, failure: Lane['failure']): Lane['state'] {
  if (job !== null) return 'running';
  if (documents.queued > 0) return 'stale';
  if (documents.ready > 0) return 'ready';
  return documents.failed > 0 || failure !== null ? 'failed' : 'empty';
}

/** The knowledge lane as Home shows it: states and last figures, counted now. */
export async function homeOfKnowledge(database: Database, bases: KnowledgeBases): Promise<Omit<HomeFacts, 'changes'>> {
  const { answers, last } = await database.run(countAnswers, undefined);
  const newest = await database.run(newestJobs, { kind: 'knowledge.ingest', names: 'knowledgeId' });
  const knowledge = (await bases.list()).map((base) => {
    const ended = newest.find(({ named }) => named === base.id)?.job;
    const failure = base.job === null && ended?.state === 'failed' && ended.error !== null ? failureOf(ended.error) : null;
    return {
      id: base.id,
      name: base.name,
      documents: base.documents.ready,
      failed: base.documents.failed,
      chunks: base.chunks,
      state: stateOf(base, failure),
      updatedAtMs: base.updatedAtMs,
      sources: base.sources.length,
      failure,
    };
  });
  return { knowledge, answers, lastAnswer: last };
}

function failureOf({ message, hint }: NonNullable<Job['error']>): Lane['failure'] {
  return hint === undefined ? { message } : { message, hint };
}
