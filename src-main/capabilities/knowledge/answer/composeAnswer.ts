import type { RejectedText } from '#contract/knowledge.ts';
import type { GenerateRequest, GenerateResult } from '../../../runtimes/types.ts';
import { alignCitations, type Alignment } from './alignCitations.ts';
import type { AnswerDeps, AnswerDraft, AnswerInput } from './answerTypes.ts';
import { openSources, relevanceOf, standingAlone, type AnswerSources } from './answerSources.ts';
import { judgeAnswer, reasonToAbstain, type WrittenAnswer } from './decideAnswer.ts';
import { chooseExtracts } from './extractAnswer.ts';
import { FULL_INSTRUCTION, SHORT_INSTRUCTION, type FittedPrompt } from './fitPrompt.ts';
import { numberCitations } from './numberCitations.ts';
import { cleanAnswer, flawOf, isLooping } from './inspectAnswer.ts';
import { preparePrompt } from './preparePrompt.ts';
import { splitSentences, type SentenceSpan } from './splitSentences.ts';

export type { AnswerDeps, AnswerDraft, AnswerInput } from './answerTypes.ts';

/** Without the figures of a model that was asked. */
const UNASKED = { inPrompt: 0, cut: null, promptTokens: null, generatedTokens: null };

type Draft = Omit<AnswerDraft, 'timingsMs'>;

/**
 * Writes one answer: abstains when the documents do not hold it, else lets the model write and computes what each sentence
 * rests on; a text that the passages do not carry is replaced by the passages. Rejects with the runtime's error or the signal's reason.
 */
export async function composeAnswer(deps: AnswerDeps, input: AnswerInput): Promise<AnswerDraft> {
  const clock = stopwatch();
  const sources = await openSources(deps, input);
  clock.lap('read');
  const reason = input.beyond ?? reasonToAbstain({ ...input, question: input.standalone, nearest: sources.nearest });
  if (reason !== null) return { ...passagesOnly(sources, { note: reason, abstained: true }), timingsMs: clock.lap('align') };

  const prompt = await preparePrompt(deps, input, sources);
  clock.lap('fit');
  if (!prompt.fits) {
    const note = `The question alone takes ${prompt.tokens} of the ${deps.contextTokens} tokens that the model takes: the passages themselves are shown.`;
    return { ...passagesOnly(sources, { note, abstained: false }), timingsMs: clock.lap('align') };
  }
  const generated = await generate(deps, input, prompt);
  clock.add(generated.timingsMs);
  clock.restart();
  const written = await check(deps, input, { sources, generated });
  const verdict = judgeAnswer(written, { ...input, nearest: sources.nearest });
  const draft = verdict.by === 'passages' ? passagesOnly(sources, verdict) : modelsAnswer(written, sources);
  const figures = { inPrompt: prompt.passages.length, cut: prompt.cut, promptTokens: generated.promptTokens, generatedTokens: generated.generatedTokens };
  return { ...draft, ...figures, timingsMs: clock.lap('align') };
}

interface Checked extends WrittenAnswer {
  readonly text: string;
  readonly spans: readonly SentenceSpan[];
}

async function check(deps: AnswerDeps, input: AnswerInput, work: { sources: AnswerSources; generated: Generated }): Promise<Checked> {
  const { sources, generated } = work;
  const text = cleanAnswer(generated.text);
  const flaw = generated.looped ? 'repeats' : flawOf(text, { question: input.question, instruction: `${SHORT_INSTRUCTION} ${FULL_INSTRUCTION}` });
  const spans = splitSentences(text, { lineBreaks: 'end' });
  const sentences = spans.map((span) => text.slice(span.start, span.end));
  const alignments = flaw === null ? await align(deps, input, { sentences, sources }) : [];
  const relevance = alignments.map((each) => (each.supported && each.candidate ? relevanceOf(each.candidate, sources.scored) : 0));
  return { text, spans, flaw, sentences, alignments, relevance };
}

function modelsAnswer(written: Checked, sources: AnswerSources): Draft {
  const { text, spans, alignments } = written;
  const numbered = numberCitations(alignments.map((each) => (each.supported && each.candidate ? [sources.cited(each.candidate)] : [])));
  const sentences = spans.map((span, at) => ({
    text: written.sentences[at] ?? '',
    citations: numbered.numbers[at] ?? [],
    supported: alignments[at]?.supported ?? false,
    after: text.slice(span.end, spans[at + 1]?.start ?? text.length),
  }));
  return { text, sentences, citations: numbered.citations, abstained: false, by: 'model', note: noteOf(alignments), ...UNASKED };
}

function noteOf(alignments: readonly Alignment[]): string | null {
  const open = alignments.filter((each) => !each.supported && each.objection !== 'no-claim').length;
  if (open === 0) return null;
  return open === 1 ? 'One sentence does not stand in the passages and is marked.' : `${open} sentences do not stand in the passages and are marked.`;
}

interface Generated extends GenerateResult {
  readonly looped: boolean;
}

/** Generates, and stops a model that runs in circles. */
async function generate(deps: AnswerDeps, input: AnswerInput, prompt: FittedPrompt): Promise<Generated> {
  const stuck = new AbortController();
  let text = '';
  const onText = (more: string): void => {
    text += more;
    input.onText(more);
    if (isLooping(text)) stuck.abort();
  };
  const request: GenerateRequest = { messages: prompt.messages, maxTokens: input.maxTokens, temperature: 0, seed: input.seed };
  const asked = { request, tokens: prompt.tokens, passages: prompt.passages };
  try {
    const result = await deps.generate(request, { signal: AbortSignal.any([input.signal, stuck.signal]), onText });
    input.onAsked?.({ ...asked, written: result.text });
    return { ...result, looped: isLooping(result.text) };
  } catch (error) {
    if (!stuck.signal.aborted || input.signal.aborted) throw error;
    input.onAsked?.({ ...asked, written: text });
    return { text, promptTokens: prompt.tokens, generatedTokens: 0, stopped: 'length', timingsMs: { load: 0, prompt: 0, generate: 0 }, looped: true };
  }
}

async function align(deps: AnswerDeps, input: AnswerInput, work: { sentences: readonly string[]; sources: AnswerSources }): Promise<Alignment[]> {
  const { candidates } = work.sources;
  if (candidates.length === 0 || work.sentences.length === 0) return alignCitations({ question: input.standalone, sentences: work.sentences, candidates });
  const similarity = await deps.similarity(
    work.sentences,
    candidates.map((candidate) => candidate.text),
  );
  const relevance = work.sources.scored.map(({ score }) => Math.max(0, score) / (work.sources.nearest || 1));
  return alignCitations({ question: input.standalone, sentences: work.sentences, candidates, similarity, relevance });
}

/** The answer is made of spans of the passages, each with its citation; abstaining, they are only shown as the nearest. */
function passagesOnly(sources: AnswerSources, why: { note: string; abstained: boolean; rejected?: RejectedText }): Draft {
  const extracts = chooseExtracts(sources.scored);
  const numbered = numberCitations(extracts.map(({ candidate }) => [sources.cited(candidate)]));
  const shown = { ...UNASKED, ...(why.rejected === undefined ? {} : { rejected: why.rejected }), by: 'passages' as const, note: why.note, citations: numbered.citations };
  if (why.abstained || extracts.length === 0) return { ...shown, text: why.note, sentences: [], abstained: true };
  const sentences = extracts.map(({ candidate }, at) => ({
    text: standingAlone(candidate),
    citations: numbered.numbers[at] ?? [],
    supported: true,
    after: at === extracts.length - 1 ? '' : '\n\n',
  }));
  return { ...shown, text: sentences.map((each) => each.text + each.after).join(''), sentences, abstained: false };
}

interface Stopwatch {
  /** Adds the time since the last lap under this name and returns all. */
  lap(name: string): Record<string, number>;
  add(timings: Readonly<Record<string, number>>): void;
  restart(): void;
}

function stopwatch(): Stopwatch {
  const timings: Record<string, number> = {};
  let last = performance.now();
  return {
    lap(name) {
      const now = performance.now();
      timings[name] = (timings[name] ?? 0) + now - last;
      last = now;
      return { ...timings };
    },
    add: (more) => void Object.assign(timings, more),
    restart: () => {
      last = performance.now();
    },
  };
}
