import type { AnswerTrace } from '#contract/why.ts';
import type { KnowledgeBases } from '../knowledgeBases.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { IndexDoor } from '../openIndex.ts';
import type { SourceGate } from '../trustedSources.ts';

export type AutopsyDeps = KnowledgeDeps & {
  readonly door: IndexDoor;
  readonly bases: Pick<KnowledgeBases, 'named'>;
  readonly gate: Pick<SourceGate, 'assertTrusted'>;
  traceOf(answerId: string): Promise<AnswerTrace>;
};
