import { MADE_FROM, type AnswerDeps, type AnswerInput } from './answerTypes.ts';
import type { AnswerSources } from './answerSources.ts';
import { chooseExtracts } from './extractAnswer.ts';
import { fitPrompt, type FittedPrompt } from './fitPrompt.ts';
import { focusPassages, focusSentences } from './focusPassages.ts';

/** Of the usual number of passages, how many a prompt has parts of at most. */
const PROMPTED = 5;

/** The prompt as a model would get it: what is nearest of the sources, cut to what the model takes. */
export async function preparePrompt(deps: Pick<AnswerDeps, 'contextTokens' | 'parameters' | 'countTokens'>, input: Pick<AnswerInput, 'question' | 'history' | 'maxTokens' | 'madeFrom'>, sources: AnswerSources): Promise<FittedPrompt> {
  const plainPrompt = isSmall(deps);
  const { madeFrom = MADE_FROM } = input;
  const snippets = plainPrompt ? focusSentences(sources.passages, chooseExtracts(sources.scored)) : focusPassages(sources, madeFrom > MADE_FROM ? madeFrom : PROMPTED);
  return fitPrompt({ ...input, snippets, plainPrompt, contextTokens: deps.contextTokens }, (messages) => deps.countTokens(messages));
}

/** Below a billion parameters, or not known: the nearest sentences instead of passages. */
function isSmall({ parameters }: Pick<AnswerDeps, 'parameters'>): boolean {
  return (parameters ?? 0) < 1e9;
}
