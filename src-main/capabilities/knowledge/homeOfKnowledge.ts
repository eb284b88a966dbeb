import type { HomeFacts } from '#contract/projects.ts';
import type { Database } from '../../storage/database.ts';
import { countAnswers } from './answerStore.ts';
import type { KnowledgeBases } from './knowledgeBases.ts';

/** The knowledge lane as Home shows it: states and last figures, counted now. */
export async function homeOfKnowledge(database: Database, bases: KnowledgeBases): Promise<Omit<HomeFacts, 'changes'>> {
  const { answers, last } = await database.run(countAnswers, undefined);
  const knowledge = (await bases.list()).map((base) => ({
    id: base.id,
    name: base.name,
    documents: base.documents.ready,
    failed: base.documents.failed,
    chunks: base.chunks,
    state: base.job !== null ? ('running' as const) : base.documents.queued > 0 ? ('stale' as const) : base.documents.ready > 0 ? ('ready' as const) : base.documents.failed > 0 ? ('failed' as const) : ('empty' as const),
    updatedAtMs: base.updatedAtMs,
  }));
  return { knowledge, answers, lastAnswer: last };
}
