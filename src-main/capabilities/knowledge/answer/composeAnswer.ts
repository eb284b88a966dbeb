import type { ParsedDocument } from '#contract/document.ts';
import type { Answer, PassageResult } from '#contract/knowledge.ts';
import type { ChatMessage, GenerateRequest, GenerateResult } from '../../../runtimes/types.ts';
import { alignCitations, quoteCandidates, type Alignment, type Candidate } from './alignCitations.ts';
import { numberCitations, type CitedSource } from './numberCitations.ts';
import { judgeAnswer, reasonToAbstain, type WrittenAnswer } from './decideAnswer.ts';
import { chooseExtracts, scoreCandidates, type Extract } from './extractAnswer.ts';
import { fitPrompt, FULL_INSTRUCTION, SHORT_INSTRUCTION, type FittedPrompt } from './fitPrompt.ts';
import { focusPassages, focusSentences } from './focusPassages.ts';
import type { Turn } from './followUp.ts';
import { cleanAnswer, flawOf, isLooping } from './inspectAnswer.ts';
import { quoteUnits, type QuoteUnit } from './quoteUnits.ts';
import { splitSentences, type SentenceSpan } from './splitSentences.ts';

/** What an answer is made with: a model, an embedding and the parsed documents. */
export interface AnswerDeps {
  readonly contextTokens: number;
  /** Of the model, where its file tells: small ones get a shorter prompt. */
  readonly parameters?: number | null;
  generate(request: GenerateRequest, options: { signal?: AbortSignal; onText?: (text: string) => void }): Promise<GenerateResult>;
  countTokens(messages: readonly ChatMessage[]): Promise<number>;
  /** Cosine similarity, texts × others, row-major. */
  similarity(texts: readonly string[], others: readonly string[]): Promise<Float32Array>;
  documentOf(documentId: string): Promise<{ parsedDigest: string; document: ParsedDocument }>;
}

export interface AnswerInput {
  readonly question: string;
  /** The question with what the conversation says about it: standaloneQuestion(). */
  readonly standalone: string;
  /** Oldest first. */
  readonly history: readonly Turn[];
  /** Best first. */
  readonly passages: readonly PassageResult[];
  readonly confidence: number;
  readonly answerable: boolean;
  readonly maxTokens: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** The model's text as it comes; the draft's text replaces it in the end. */
  readonly onText: (text: string) => void;
}

/** Without the figures of a model that was asked. */
const UNASKED = { inPrompt: 0, cut: null, promptTokens: null, generatedTokens: null };

export type AnswerDraft = Pick<Answer, 'text' | 'sentences' | 'citations' | 'abstained' | 'by' | 'note' | 'inPrompt' | 'cut' | 'promptTokens' | 'generatedTokens' | 'timingsMs'>;
type Draft = Omit<AnswerDraft, 'timingsMs'>;

/** Passages that quotes are taken from. */
const QUOTED_PASSAGES = 6;
const CONTEXT_REACH = 2_500;

interface Sources {
  readonly passages: readonly PassageResult[];
  readonly units: readonly QuoteUnit[];
  readonly candidates: readonly Candidate[];
  /** The candidates with their nearness to the question, in the same order. */
  readonly scored: readonly Extract[];
  readonly nearest: number;
  readonly cited: (candidate: Candidate) => CitedSource;
}

/**
 * Writes one answer: abstains when the documents do not hold it, else lets the model write and computes what each sentence
 * rests on; a text that the passages do not carry is replaced by the passages. Rejects with the runtime's error or the signal's reason.
 */
export async function composeAnswer(deps: AnswerDeps, input: AnswerInput): Promise<AnswerDraft> {
  const clock = stopwatch();
  const sources = await openSources(deps, input);
  clock.lap('read');
  const reason = reasonToAbstain({ ...input, question: input.standalone, nearest: sources.nearest });
  if (reason !== null) return { ...passagesOnly(sources, { note: reason, abstained: true }), timingsMs: clock.lap('align') };

  const plainPrompt = isSmall(deps);
  const snippets = plainPrompt ? focusSentences(sources.passages, chooseExtracts(sources.scored)) : focusPassages(sources);
  const prompt = await fitPrompt({ ...input, snippets, plainPrompt, contextTokens: deps.contextTokens }, (messages) => deps.countTokens(messages));
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
  const figures = { inPrompt: prompt.inPrompt, cut: prompt.cut, promptTokens: generated.promptTokens, generatedTokens: generated.generatedTokens };
  return { ...draft, ...figures, timingsMs: clock.lap('align') };
}

/** Below a billion parameters, or not known: the nearest sentences instead of passages. */
function isSmall(deps: AnswerDeps): boolean {
  return (deps.parameters ?? 0) < 1e9;
}

interface Checked extends WrittenAnswer {
  readonly text: string;
  readonly spans: readonly SentenceSpan[];
}

async function check(deps: AnswerDeps, input: AnswerInput, work: { sources: Sources; generated: Generated }): Promise<Checked> {
  const { sources, generated } = work;
  const text = cleanAnswer(generated.text);
  const flaw = generated.looped ? 'repeats' : flawOf(text, { question: input.question, instruction: `${SHORT_INSTRUCTION} ${FULL_INSTRUCTION}` });
  const spans = splitSentences(text, { lineBreaks: 'end' });
  const sentences = spans.map((span) => text.slice(span.start, span.end));
  const alignments = flaw === null ? await align(deps, input, { sentences, sources }) : [];
  const relevance = alignments.map((each) => (each.supported && each.candidate ? relevanceOf(each.candidate, sources.scored) : 0));
  return { text, spans, flaw, sentences, alignments, relevance };
}

/** Of the quote or of a longer one around it: "By default, 128." is about what the sentence before it says. */
function relevanceOf(quote: Candidate, scored: readonly Extract[]): number {
  const around = scored.filter(({ candidate }) => candidate.units[0]?.documentId === quote.units[0]?.documentId && candidate.start <= quote.start && quote.end <= candidate.end);
  return Math.max(0, ...around.map(({ score }) => score));
}

function modelsAnswer(written: Checked, sources: Sources): Draft {
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

async function openSources(deps: AnswerDeps, input: AnswerInput): Promise<Sources> {
  const passages = input.passages.slice(0, QUOTED_PASSAGES);
  const ids = [...new Set(passages.map((passage) => passage.documentId))];
  const opened = new Map(await Promise.all(ids.map(async (id) => [id as string, await deps.documentOf(id)] as const)));
  const documentOf = (id: string): ParsedDocument => {
    const found = opened.get(id);
    if (!found) throw new Error(`Expected document ${id} to be open`);
    return found.document;
  };
  const units = passages.flatMap((passage, at) => quoteUnits(documentOf(passage.documentId), passage, at));
  const candidates = quoteCandidates(units, {
    documentOf: (unit) => documentOf(unit.documentId),
    contextOf: (unit) => contextOf(documentOf(unit.documentId), unit, passages[unit.passage]),
  });
  const similarity = candidates.length === 0 ? undefined : await deps.similarity([input.standalone], candidates.map((candidate) => candidate.text));
  const scored = scoreCandidates({ question: input.standalone, candidates, ...(similarity ? { similarity } : {}) });
  return {
    passages,
    units,
    candidates,
    scored,
    nearest: Math.max(0, ...scored.map(({ score }) => score)),
    cited: (candidate) => {
      const unit = candidate.units[0];
      const passage = passages[unit?.passage ?? 0];
      if (!unit || !passage) throw new Error('Expected a quote to come from a passage');
      return { passage, candidate, page: unit.page ?? passage.page, parsedDigest: opened.get(unit.documentId)?.parsedDigest ?? '' };
    },
  };
}

/** Title, headings, and the nearest definition or heading above the unit: what its sentence speaks about. */
function contextOf(document: ParsedDocument, unit: QuoteUnit, passage: PassageResult | undefined): { context: string; subject: string } {
  const near = document.blocks.slice(0, unit.block).filter((block) => unit.start - block.start < CONTEXT_REACH);
  // "Parameters:" is a definition too, and says nothing of what is defined.
  const above = near.findLast((block) => block.kind === 'heading' || (block.kind === 'definition' && !document.text.slice(block.start, block.end).trimEnd().endsWith(':')));
  const above300 = above ? document.text.slice(above.start, Math.min(above.end, above.start + 300)) : '';
  const subject = above?.kind === 'definition' ? above300 : '';
  const own = document.blocks[unit.block];
  const before = own ? document.text.slice(Math.max(own.start, unit.start - 400), unit.start) : '';
  const header = own?.kind === 'table' ? (document.text.slice(own.start, own.end).split('\n', 1)[0] ?? '') : '';
  return { context: [passage?.title ?? '', ...(passage?.headings ?? []), above300, header, before].join('\n'), subject };
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
  try {
    const result = await deps.generate(request, { signal: AbortSignal.any([input.signal, stuck.signal]), onText });
    return { ...result, looped: isLooping(result.text) };
  } catch (error) {
    if (!stuck.signal.aborted || input.signal.aborted) throw error;
    return { text, promptTokens: prompt.tokens, generatedTokens: 0, stopped: 'length', timingsMs: { load: 0, prompt: 0, generate: 0 }, looped: true };
  }
}

async function align(deps: AnswerDeps, input: AnswerInput, work: { sentences: readonly string[]; sources: Sources }): Promise<Alignment[]> {
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
function passagesOnly(sources: Sources, why: { note: string; abstained: boolean }): Draft {
  const extracts = chooseExtracts(sources.scored);
  const numbered = numberCitations(extracts.map(({ candidate }) => [sources.cited(candidate)]));
  const shown = { ...UNASKED, by: 'passages' as const, note: why.note, citations: numbered.citations };
  if (why.abstained || extracts.length === 0) return { ...shown, text: why.note, sentences: [], abstained: true };
  const sentences = extracts.map(({ candidate }, at) => ({
    text: sayWhatItIsOf(candidate),
    citations: numbered.numbers[at] ?? [],
    supported: true,
    after: at === extracts.length - 1 ? '' : '\n\n',
  }));
  return { ...shown, text: sentences.map((each) => each.text + each.after).join(''), sentences, abstained: false };
}

/** A sentence under a definition does not repeat the name that it explains. */
function sayWhatItIsOf(candidate: Candidate): string {
  const text = candidate.text.replace(/\s+/gu, ' ');
  const name = /^[\w.:$-]{3,60}(?=\(|$|\s*=|¶)/u.exec(candidate.subject.trim())?.[0] ?? '';
  const last = name.split(/[.:]/).at(-1) ?? '';
  return name === '' || text.toLowerCase().includes(last.toLowerCase()) ? text : `${name}: ${text}`;
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
