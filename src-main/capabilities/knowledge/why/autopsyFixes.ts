import type { AutopsyFix } from '#contract/why.ts';
import { shellWord } from '../../../base/shellWord.ts';
import { answerTokens } from '../answer/answerTokens.ts';
import type { SnapshotRow } from '../knowledgeTables.ts';

/** What can be tried against a loss: each says what to press or run. */
interface Asked {
  readonly slug: string;
  readonly question: string;
  readonly file: string;
}

/** What `settings.answers.passages` may be. */
export const MOST_PASSAGES = 50;
const LARGEST = 2_048;
const SMALLEST = 64;
/** Words of a passage that a better question may take over. */
const LENT = 4;

export function ingestFix({ slug, file }: Asked): AutopsyFix {
  return { kind: 'ingest', title: `Ingest ${file} again; where the folder that it lies in is no source yet, name it after \`knowledge ingest\``, command: `knowledge ingest --knowledge ${slug}`, settings: null };
}

/** For a file that was refused: read again as it is, it would be refused again. */
export function mendFix({ slug, file }: Asked, reason: string): AutopsyFix {
  const title = /password/i.test(reason) ? `Save ${file} without its password in place of this one, then ingest again` : `Change or replace ${file} as its reason says, then ingest again: as it is it cannot be read`;
  return { kind: 'ingest', title, command: `knowledge ingest --knowledge ${slug}`, settings: null };
}

export function openFix(file: string): AutopsyFix {
  return { kind: 'open-document', title: `Open ${file} and look at what was read of it`, command: null, settings: null };
}

export function embedFix({ slug }: Asked): AutopsyFix {
  return { kind: 'embed', title: 'Let the transformer vectors be completed', command: `knowledge ingest --knowledge ${slug}`, settings: null };
}

export function unfilterFix({ slug, question }: Asked): AutopsyFix {
  return { kind: 'unfilter', title: 'Ask without the filter', command: `ask ${shellWord(question)} --knowledge ${slug}`, settings: null };
}

/** Nothing where no setting reaches so far. */
export function passagesFix(passages: number): AutopsyFix[] {
  if (passages > MOST_PASSAGES) return [];
  return [{ kind: 'more-passages', title: `Let answers be made from the first ${passages} passages (settings.answers.passages: ${passages} in lathe.yaml), or choose a model that takes a longer prompt`, command: null, settings: { passages } }];
}

/** Another embedder knows other words as near; nothing where there is none other on this machine. */
export function embedderFixes({ slug: base }: Pick<Asked, 'slug'>, { embedder }: Pick<SnapshotRow, 'embedder'>, here: readonly string[]): AutopsyFix[] {
  return here
    .filter((slug) => slug !== embedder)
    .map((slug) => ({ kind: 'reindex' as const, title: `Build an index with the embedder ${slug} instead of ${embedder} beside this one and compare`, command: `knowledge snapshot new --embedder ${slug} --knowledge ${base}`, settings: { embedder: slug } }));
}

/** Larger chunks keep a passage together, smaller ones are about one thing. */
export function reindexFixes({ slug }: Pick<Asked, 'slug'>, snapshot: Pick<SnapshotRow, 'max_tokens'>, how: 'larger' | 'smaller'): AutopsyFix[] {
  const maxTokens = how === 'larger' ? Math.min(LARGEST, snapshot.max_tokens * 2) : Math.max(SMALLEST, Math.round(snapshot.max_tokens / 2));
  if (maxTokens === snapshot.max_tokens) return [];
  return [{ kind: 'reindex', title: `Build an index with chunks of up to ${maxTokens} tokens instead of ${snapshot.max_tokens} beside this one and compare`, command: `knowledge snapshot new --max-tokens ${maxTokens} --knowledge ${slug}`, settings: { maxTokens } }];
}

/** The question with the words of the passage that it lacks; `missing` are its own words that the passage does not have. */
export function rewordFix({ question }: Asked, passage: string): AutopsyFix & { readonly missing: readonly string[] } {
  const asked = answerTokens(question);
  const held = answerTokens(passage);
  const has = new Set(held.map(({ key }) => key));
  const own = new Set(asked.map(({ key }) => key));
  const missing = [...new Map(asked.filter(({ key }) => !has.has(key)).map((token) => [token.key, token.raw])).values()];
  const unasked = [...new Map(held.filter(({ key, kind }) => !own.has(key) && kind !== 'number').map((token) => [token.key, token])).values()];
  // Names first, then long words: short ones are in every passage.
  const lent = unasked.sort((a, b) => Number(b.kind === 'identifier') - Number(a.kind === 'identifier') || b.raw.length - a.raw.length).slice(0, LENT).map(({ raw }) => raw);
  const reworded = lent.length === 0 ? question : `${question.trim()} (${lent.join(' ')})`;
  const title = lent.length === 0 ? 'Ask in the words of the passage' : `Ask in the words of the passage: ${lent.join(', ')}`;
  return { kind: 'reword', title, command: null, settings: { question: reworded.slice(0, 4_000) }, missing };
}
