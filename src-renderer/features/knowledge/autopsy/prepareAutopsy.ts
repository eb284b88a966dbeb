import type { Autopsy, AutopsyStage, FixTrial } from '#contract/why.ts';
import { formatCount, formatThings } from '../../../lib/formatCount.ts';
import type { Meaning } from '../../../ui/StateMark.tsx';

const TITLES: Record<AutopsyStage, string> = {
  'not-ingested': 'Its document was never read',
  'not-parsed': 'The words are not in the text that was read',
  'cleaned-away': 'Cleaning took the words out',
  'filtered-out': 'The filter left its document out',
  split: 'It was cut apart between two chunks',
  duplicate: 'Another document with the same text stands in its place',
  'not-embedded': 'Its transformer vector is not made yet',
  'ranked-low': 'It ranks too low, by words and by meaning',
  'lost-in-fusion': 'It was lost where the lists are joined',
  'lost-in-ranking': 'It was lost in the ranking',
  'cut-by-prompt': 'It was found, but the prompt had no room for it',
  'not-used': 'The model read it and did not use it',
  found: 'It is among the first results',
};

export function autopsyTitle({ stage }: Pick<Autopsy, 'stage'>): { readonly title: string; readonly meaning: Meaning } {
  return { title: TITLES[stage], meaning: stage === 'found' ? 'good' : 'bad' };
}

const STEP_OF: Record<Exclude<AutopsyStage, 'found'>, string> = { 'not-ingested': 'ingest', 'not-parsed': 'parse', 'cleaned-away': 'clean', 'filtered-out': 'filter', duplicate: 'duplicate', split: 'chunk', 'not-embedded': 'embed', 'ranked-low': 'lists', 'lost-in-fusion': 'fusion', 'lost-in-ranking': 'ranking', 'cut-by-prompt': 'prompt', 'not-used': 'answer' };

/** Which step lost the passage: one that it did not pass may have been made good by a later one. -1 where it was found. */
export function lostStep({ stage, steps }: Pick<Autopsy, 'stage' | 'steps'>): number {
  if (stage === 'found') return -1;
  const named = steps.findIndex((step) => !step.passed && step.stage === STEP_OF[stage]);
  return named === -1 ? steps.findIndex(({ passed }) => !passed) : named;
}

/** Exact places in the whole index, in one line; empty where its chunk is unknown. */
export function describePlaces({ ranks, of }: Pick<Autopsy, 'ranks' | 'of'>): string {
  const words = { text: 'by words', vector: 'by static vectors', deep: 'by transformer', fused: 'fused', ranked: 'ranked', passage: 'found' } as const;
  const parts = Object.entries(words).flatMap(([stage, name]) => {
    const rank = ranks[stage as keyof typeof words];
    return rank === null ? [] : [`${formatCount(rank)} ${name}`];
  });
  return parts.length === 0 ? '' : `Its places of ${formatCount(of)}: ${parts.join(', ')}`;
}

/** What a fix does for the marked passage, in a sentence or two. */
export function describeTrial({ passageRank, prompt }: Pick<FixTrial, 'passageRank' | 'prompt'>): string {
  const place = passageRank === null ? 'The passage would still not be among those that are found.' : `The passage would be at place ${passageRank}.`;
  if (prompt === null) return place;
  const size = `of ${formatThings(prompt.passages, 'passage')} with ${formatCount(prompt.tokens)} of the ${formatCount(prompt.contextTokens)} tokens that the model takes`;
  return `${place} The prompt ${size} would ${prompt.holds ? 'hold it' : 'still not hold it'}.`;
}
