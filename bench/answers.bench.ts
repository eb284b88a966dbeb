import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_CHUNKER, type ParsedDocument } from '../src-main/contract/document.ts';
import type { DocumentId } from '../src-main/contract/ids.ts';
import type { PassageResult } from '../src-main/contract/knowledge.ts';
import { composeAnswer, type AnswerDraft } from '../src-main/capabilities/knowledge/answer/composeAnswer.ts';
import { quoteInText } from '../src-main/capabilities/knowledge/answer/quoteInText.ts';
import { createIndexRuntime } from '../src-main/runtimes/index/indexRuntime.ts';
import { createLlamaRuntime } from '../src-main/runtimes/llama/llamaRuntime.ts';
import { createParseRuntime } from '../src-main/runtimes/parse/parseRuntime.ts';
import { createSupervisor } from '../src-main/runtimes/supervisor/createSupervisor.ts';
import { starterModel } from '../test/helpers/starterModels.ts';
import { CASES, FILES, type AnswerCase } from './answers/cases.ts';
import { plantedErrors } from './answers/plantedErrors.ts';

/**
 * Answers of the starter models over python3.11-doc: how many sentences are supported, how many quotes are verbatim, what is
 * abstained from; and of sentences with a planted error (number, negation, name), how many are wrongly called supported.
 * `npm run bench -- answers [slug …]`; writes bench/results/answers.json.
 */
const ROOT = '/usr/share/doc/python3.11/html';
const RESULTS = fileURLToPath(new URL('./results/answers.json', import.meta.url));
const PASSAGES = 20;

const quiet = (): void => undefined;
const supervisor = createSupervisor({ logger: { debug: quiet, info: quiet, warn: (line) => process.stderr.write(`${line}\n`), error: (line) => process.stderr.write(`${line}\n`) } });
const parse = createParseRuntime(supervisor);
const index = createIndexRuntime(supervisor);
const llama = createLlamaRuntime(supervisor);

async function must(slug: string): Promise<{ folder: string; weightsPath: string }> {
  const model = await starterModel(slug);
  if ('reason' in model) throw new Error(model.reason);
  return model;
}

interface Corpus {
  readonly documents: ReadonlyMap<string, ParsedDocument>;
  search(question: string): Promise<{ passages: PassageResult[]; confidence: number; answerable: boolean }>;
  similarity(texts: readonly string[], others: readonly string[]): Promise<Float32Array>;
}

async function openCorpus(folder: string): Promise<Corpus> {
  const [embedder, fixed] = await Promise.all([must('all-minilm-l6-v2'), must('wordllama-l2-supercat-256')]);
  const at = { folder: join(folder, 'index'), staticModelFolder: fixed.folder };
  const documents = new Map<string, ParsedDocument>();
  await Promise.all(
    FILES.map(async (file) => {
      const parsed = await parse.parse({ path: join(ROOT, file), name: file, chunker: DEFAULT_CHUNKER, tokenizerPath: join(embedder.folder, 'tokenizer.json') });
      documents.set(file, parsed.document);
      const chunks = parsed.chunks.map(({ start, end, text, headings, kind }, ordinal) => ({ start, end, text, headings, kind, id: `${file}#${ordinal}`, ordinal }));
      await index.add(at, [{ documentId: file, file, title: parsed.document.title, chunks }]);
    }),
  );
  await index.publish(at, FILES);
  return {
    documents,
    async search(question) {
      const found = await index.search(at, { question, limit: PASSAGES });
      const passages = found.passages.map((passage): PassageResult => ({ ...passage, documentId: passage.documentId as DocumentId, file: passage.documentId, page: null, title: documents.get(passage.documentId)?.title ?? '', headings: [...passage.headings], aliases: [] }));
      return { passages, confidence: found.confidence, answerable: found.answerable };
    },
    similarity: (texts, others) => index.similarity(at, { texts, others }),
  };
}

interface Outcome {
  readonly id: string;
  readonly draft: AnswerDraft;
  readonly goldRank: number | null;
  readonly right: boolean | null;
  readonly verbatim: boolean;
  readonly confidence: number;
  /** The model's own words, before they were judged. */
  readonly wrote: string;
}

async function ask(corpus: Corpus, modelPath: string, each: AnswerCase): Promise<Outcome> {
  const { contextTokens, parameters } = await llama.load(modelPath);
  const found = await corpus.search(each.question);
  let wrote = '';
  const draft = await composeAnswer(
    {
      contextTokens,
      parameters,
      generate: (request, options) => llama.generate(modelPath, request, options),
      countTokens: (messages) => llama.countTokens(modelPath, messages),
      similarity: corpus.similarity,
      documentOf: async (id) => ({ parsedDigest: '0'.repeat(64), document: corpus.documents.get(id) as ParsedDocument }),
    },
    { question: each.question, standalone: each.question, history: [], ...found, maxTokens: 160, seed: 1, signal: new AbortController().signal, onText: (more) => (wrote += more) },
  );
  const phrase = each.phrase?.replace(/\s+/g, ' ');
  const goldRank = phrase === undefined ? null : found.passages.findIndex((passage) => passage.text.replace(/\s+/g, ' ').includes(phrase)) + 1;
  const verbatim = draft.citations.every((citation) => quoteInText(citation.quote, corpus.documents.get(citation.file)?.text ?? ''));
  const said = `${draft.text}\n${draft.citations.map((citation) => citation.quote).join('\n')}`;
  return { id: each.id, draft, goldRank, right: each.says ? each.says.test(said) && !draft.abstained : null, verbatim, confidence: found.confidence, wrote };
}

function figuresOf(outcomes: readonly Outcome[]): Record<string, number> {
  const answerable = outcomes.filter((each) => each.right !== null);
  const unanswerable = outcomes.filter((each) => each.right === null);
  const written = outcomes.filter((each) => each.draft.by === 'model');
  const sentences = written.flatMap((each) => each.draft.sentences);
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part / whole) * 1000) / 1000);
  const times = outcomes.map((each) => Object.values(each.draft.timingsMs).reduce((sum, ms) => sum + ms, 0)).sort((a, b) => a - b);
  return {
    questions: outcomes.length,
    goldInTop4: share(answerable.filter((each) => each.goldRank !== null && each.goldRank >= 1 && each.goldRank <= 4).length, answerable.length),
    rightAnswers: share(answerable.filter((each) => each.right).length, answerable.length),
    writtenByModel: share(written.length, outcomes.length),
    supportedSentences: share(sentences.filter((each) => each.supported).length, sentences.length),
    verbatimQuotes: share(outcomes.filter((each) => each.verbatim).length, outcomes.length),
    abstainedUnanswerable: share(unanswerable.filter((each) => each.draft.abstained).length, unanswerable.length),
    abstainedAnswerable: share(answerable.filter((each) => each.draft.abstained).length, answerable.length),
    medianMs: Math.round(times[Math.floor(times.length / 2)] ?? 0),
  };
}

const slugs = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['gemma-3-270m', 'smollm2-135m'];
const folder = await mkdtemp(join(tmpdir(), 'lathe-bench-answers-'));
try {
  const corpus = await openCorpus(folder);
  const models: Record<string, { figures: Record<string, number>; answers: unknown[] }> = {};
  for (const slug of slugs) {
    const model = await must(slug);
    const outcomes: Outcome[] = [];
    for (const each of CASES) {
      const outcome = await ask(corpus, model.weightsPath, each);
      outcomes.push(outcome);
      const mark = outcome.right === null ? (outcome.draft.abstained ? 'abstained' : 'ANSWERED') : outcome.right ? 'right' : outcome.draft.abstained ? 'ABSTAINED' : 'WRONG';
      process.stderr.write(`${slug} ${each.id} · ${mark} · by ${outcome.draft.by} · gold ${outcome.goldRank} · confidence ${outcome.confidence.toFixed(2)} · ${(outcome.wrote || outcome.draft.text).slice(0, 140).replace(/\s+/g, ' ')} · ${outcome.draft.note ?? ''}\n`);
    }
    models[slug] = { figures: figuresOf(outcomes), answers: outcomes.map(({ id, draft, right, goldRank, wrote, confidence }) => ({ id, right, wrote, confidence, goldRank, by: draft.by, abstained: draft.abstained, text: draft.text, supported: draft.sentences.map((each) => each.supported), quotes: draft.citations.map((each) => each.quote) })) };
    await llama.unload(model.weightsPath);
  }
  const planted = await plantedErrors([...corpus.documents.values()], corpus.similarity);
  const result = { measuredAt: new Date().toISOString(), cpu: cpus()[0]?.model, corpus: 'python3.11-doc', files: FILES.length, models, planted };
  await mkdir(join(RESULTS, '..'), { recursive: true });
  await writeFile(RESULTS, `${JSON.stringify(result, null, 1)}\n`);
  process.stdout.write(`${JSON.stringify({ ...Object.fromEntries(Object.entries(models).map(([slug, { figures }]) => [slug, figures])), planted }, null, 1)}\n`);
} finally {
  await supervisor.stop();
  await rm(folder, { recursive: true, force: true });
}
