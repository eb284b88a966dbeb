import type { PassageResult, RejectedText } from '#contract/knowledge.ts';
import { answerTokens } from './answerTokens.ts';
import type { Alignment } from './alignCitations.ts';
import type { Flaw } from './inspectAnswer.ts';
import { asksQuantity, holdsQuantity } from './quantity.ts';

export interface FoundInput {
  readonly question: string;
  readonly passages: readonly PassageResult[];
  readonly answerable: boolean;
  /** 0 to 1, of the search. */
  readonly confidence: number;
  /** How near the best sentence is to the question: the highest score of scoreCandidates. */
  readonly nearest: number;
}

/** Nearness under which no sentence speaks about the question, unless the search is sure; and where it is not even likely. */
const FAR = 0.5;
const FAR_UNLESS_SURE = 0.7;
const SURE = 0.75;
const LIKELY = 0.6;

/** Why there will be no answer, as a sentence for the reader; null when the model should be asked. */
export function reasonToAbstain(found: FoundInput): string | null {
  if (found.passages.length === 0) return 'No passage of your documents is near this question.';
  const missing = namesMissing(found.question, found.passages);
  if (missing.length > 0) return `None of the passages found mentions ${missing.map((name) => `“${name}”`).join(' or ')}.`;
  const far = (found.nearest < FAR && found.confidence < SURE) || (found.nearest < FAR_UNLESS_SURE && found.confidence < LIKELY);
  if (!found.answerable || far) return `Your documents do not seem to hold the answer: the nearest passages match the question only loosely (confidence ${found.confidence.toFixed(2)}).`;
  return null;
}

/** Identifiers of the question that stand nowhere in the passages: what is asked about is not there. */
function namesMissing(question: string, passages: readonly PassageResult[]): string[] {
  const names = answerTokens(question).filter((token) => token.kind === 'identifier' && /[_.:-]|\p{Ll}\p{Lu}|\p{L}\p{N}/u.test(token.raw) && token.raw.length >= 5);
  const held = passages.map((passage) => `${passage.text}\n${passage.headings.join('\n')}\n${passage.title}\n${passage.file}`.toLowerCase()).join('\n');
  return names.filter(({ key }) => !held.includes(key) && !held.includes(key.split(/\.|::|->/).at(-1) ?? key)).map(({ raw }) => raw);
}

export type Verdict =
  | { readonly by: 'model' }
  /** The passages themselves are the answer; `note` says why. */
  | { readonly by: 'passages'; readonly note: string; readonly abstained: boolean; readonly rejected: RejectedText };

const SUPPORTED_SHARE = 0.6;
/** A supported sentence this much further from the question than the best one of the passages is true but no answer. */
const RELEVANT_SHARE = 0.7;

export interface WrittenAnswer {
  readonly flaw: Flaw | null;
  readonly sentences: readonly string[];
  readonly alignments: readonly Alignment[];
  /** Nearness to the question of each sentence's quote, as in scoreCandidates; 0 where it has none. */
  readonly relevance: readonly number[];
}

/** Whether the model's text may stand as the answer. Sentences are weighed by their length. */
export function judgeAnswer(text: WrittenAnswer, found: Pick<FoundInput, 'confidence' | 'nearest' | 'question'>): Verdict {
  if (text.flaw === 'refuses') {
    if (found.confidence < SURE) return { by: 'passages', rejected: 'refuses', abstained: true, note: 'The model found no answer in the passages. The nearest ones are shown.' };
    return passages('refuses', 'The model found no answer in the passages, although they match the question well: they are shown themselves.');
  }
  if (text.flaw === 'empty') return passages('empty', 'The model wrote nothing: the passages themselves are shown.');
  if (text.flaw === 'repeats') return passages('repeats', 'The model ran in circles: the passages themselves are shown.');
  if (text.flaw === 'copies-prompt') return passages('copies-prompt', 'The model repeated the question instead of answering it: the passages themselves are shown.');
  if (asksQuantity(found.question) && !text.sentences.some(holdsQuantity)) return passages('beside', 'The question asks for a quantity and the model named none: the passages themselves are shown.');
  const claims = text.sentences.map((sentence, at) => ({ length: sentence.length, alignment: text.alignments[at] })).filter(({ alignment }) => alignment?.objection !== 'no-claim');
  const all = claims.reduce((sum, { length }) => sum + length, 0);
  const held = claims.reduce((sum, { length, alignment }) => sum + (alignment?.supported ? length : 0), 0);
  if (all === 0) return passages('unsupported', 'The model’s answer says nothing that the passages could show: they are shown themselves.');
  if (held === 0) return passages('unsupported', 'No sentence of the model’s answer stands in the passages: they are shown themselves.');
  if (held / all < SUPPORTED_SHARE) return passages('unsupported', 'Too little of the model’s answer stands in the passages: they are shown themselves.');
  if (Math.max(...text.relevance) < found.nearest * RELEVANT_SHARE) return passages('beside', 'The model wrote about something else in the passages than what was asked: they are shown themselves.');
  return { by: 'model' };
}

function passages(rejected: RejectedText, note: string): Verdict {
  return { by: 'passages', rejected, note, abstained: false };
}
