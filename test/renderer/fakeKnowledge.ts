import type { EmbeddingMap, Preview } from '#contract/preview.ts';
import type { Evaluation, RetrievalMetrics, SavedQuestion } from '#contract/questions.ts';
import type { Snapshot, SnapshotComparison } from '#contract/snapshots.ts';
import { SnapshotId } from '#contract/ids.ts';
import type { KnowledgeDocument } from '#contract/knowledge.ts';
import type { AnswerTrace, Autopsy, DocumentUse, FixTrial, Replay, TracedChunk } from '#contract/why.ts';
import { CONVERSATION, digest, DOCUMENT_TEXT, KNOWLEDGE, makeAnswer, makeDocument, makeSnapshot, NOW, SNAPSHOT, TEXT, uuid } from './fakeData.ts';

export const OTHER_SNAPSHOT = SnapshotId.parse(uuid(2, 2));

export function makeSnapshots(documents: readonly KnowledgeDocument[]): Snapshot[] {
  const serving = makeSnapshot(documents);
  return [
    { ...serving, vectors: { state: 'running', done: Math.round(serving.chunks * 0.62), total: serving.chunks, rate: 214, leftMs: 46_000 } },
    { ...serving, id: OTHER_SNAPSHOT, state: 'ready', maxTokens: 128, embedder: 'bge-small-en', chunks: serving.chunks * 2, behind: 3, bytes: 81e6, servedFromMs: null, createdAtMs: NOW - 3_600_000, vectors: { state: 'complete', done: serving.chunks * 2, total: serving.chunks * 2, rate: null, leftMs: null } },
    { ...serving, id: SnapshotId.parse(uuid(2, 3)), state: 'former', bytes: 39e6, servedFromMs: NOW - 86_400_000 * 9, servedUntilMs: NOW - 86_400_000 * 2, createdAtMs: NOW - 86_400_000 * 9 },
    { ...serving, id: SnapshotId.parse(uuid(2, 4)), state: 'failed', bytes: 2e6, chunks: 120, servedFromMs: null, createdAtMs: NOW - 86_400_000 * 3, failure: 'The model file e5-small.onnx is damaged: its digest is not the catalogue’s.' },
  ];
}

export const makeMetrics = (shift: number): RetrievalMetrics => ({ answerable: 20, unanswerable: 4, hitAt1: 0.5 + shift, hitAt5: 0.7 + shift, hitAt10: 0.8 + shift, fileHitAt5: 0.85 + shift, mrr10: 0.58 + shift, ndcg10: 0.66 + shift, abstained: 0.75, abstainedWrongly: 0.05 });

export function makeQuestion(index: number): SavedQuestion {
  const asked = ['If I change the embedding model, what happens to the index?', 'How is a swap undone?', 'Which file keeps the log of a run?', 'How often is the coolant of the milling machine changed?', 'What is the price of the maintenance contract?'][index % 5] ?? '';
  const unanswerable = index % 5 === 4;
  const rank = index % 5 === 3 ? null : (index % 4) + 1;
  return {
    id: uuid(7, index),
    question: index < 5 ? asked : `${asked.slice(0, -1)} (${index})?`,
    expected: unanswerable ? [] : [{ file: 'knowledge/snapshots.md', quote: TEXT[2] ?? '' }],
    found: unanswerable ? [] : [index % 7 === 6 ? 'quote-missing' : 'there'],
    outcome: index % 11 === 10 ? null : { fileRank: rank, passageRank: rank, answerable: !unanswerable, confidence: 0.4 + (index % 5) / 10 },
  };
}

export function makeEvaluations(questions: readonly SavedQuestion[], count = 9): Evaluation[] {
  return Array.from({ length: count }, (_, index) => ({
    id: uuid(8, index),
    knowledgeId: KNOWLEDGE,
    snapshotId: index < 6 ? SNAPSHOT : SnapshotId.parse(uuid(2, 3)),
    atMs: NOW - index * 86_400_000 - 600_000,
    metrics: makeMetrics(Math.sin(index * 1.3) * 0.06 - index * 0.008),
    outcomes: questions.slice(0, 24).flatMap(({ id, question, outcome }, at) => (outcome === null ? [] : [{ questionId: id, question, outcome: at === 0 && index === 1 ? { ...outcome, passageRank: null } : outcome }])),
    vectorsComplete: index !== 3,
  }));
}

export function makeComparison(): SnapshotComparison {
  const outcome = (passageRank: number | null) => ({ fileRank: passageRank, passageRank, answerable: true, confidence: 0.6 });
  return {
    before: SNAPSHOT,
    after: OTHER_SNAPSHOT,
    questions: 24,
    metrics: { before: makeMetrics(0), after: makeMetrics(0.08) },
    vectorsComplete: { before: true, after: true },
    gain: { mean: 0.061, low: -0.012, high: 0.134 },
    gained: [{ questionId: uuid(7, 3), question: makeQuestion(3).question, before: outcome(null), after: outcome(2) }, { questionId: uuid(7, 2), question: makeQuestion(2).question, before: outcome(7), after: outcome(1) }],
    lost: [{ questionId: uuid(7, 1), question: makeQuestion(1).question, before: outcome(2), after: outcome(null) }],
    bytes: { before: 42e6, after: 81e6 },
  };
}

function makeTracedChunk(index: number, documents: readonly KnowledgeDocument[]): TracedChunk {
  const document = documents[index % Math.max(1, documents.length)] ?? makeDocument(index);
  const text = index % 5 === 3 ? null : ((index * 7) % 20) + 1;
  const fused = index < 24 ? index + 1 : null;
  return {
    chunkId: String(index).padStart(32, 'c'),
    documentId: document.id,
    file: document.file,
    title: document.title,
    headings: ['Snapshots', 'Changing the embedder'],
    page: document.pages === null ? null : 1,
    start: 0,
    end: 240,
    preview: DOCUMENT_TEXT.slice((index * 40) % 300, 240 + ((index * 40) % 300)),
    ranks: { text, vector: index % 7 === 2 ? null : ((index * 3) % 20) + 1, deep: index % 6 === 4 ? null : ((index * 11) % 20) + 1, fused, ranked: index < 12 ? ((index * 5) % 12) + 1 : null, passage: index < 6 ? index + 1 : null },
    score: fused === null ? null : 1 - index / 40,
    features: { words: 0.4 + (index % 5) / 10, meaning: 0.7 - index / 60, heading: index % 2 },
    inPrompt: index < 4,
    cited: index < 3 ? [index + 1] : [],
  };
}

export function makeTrace(documents: readonly KnowledgeDocument[]): AnswerTrace {
  const answer = makeAnswer(0, documents);
  return {
    answerId: answer.id,
    knowledgeId: KNOWLEDGE,
    snapshotId: SNAPSHOT,
    question: answer.question,
    standalone: answer.question,
    filter: null,
    funnel: { text: 20, vector: 20, deep: 20, fused: 31, ranked: 12, passages: 6, prompt: 4, cited: 3 },
    chunks: Array.from({ length: 31 }, (_, index) => makeTracedChunk(index, documents)),
    prompt: {
      messages: [
        { role: 'system', content: 'Answer from the passages only. Put the number of the passage after each sentence. If they do not hold the answer, say so.', tokens: 31 },
        { role: 'user', content: `[1] knowledge/snapshots.md\n${TEXT[2]}\n\n[2] knowledge/saved-questions.md\n${TEXT[3]}\n\nQuestion: ${answer.question}`, tokens: 1102 },
      ],
      tokens: 1180,
      contextTokens: 4096,
      maxTokens: 512,
      temperature: 0,
      seed: 20_261_128,
    },
    written: answer.text,
    digests: { model: digest(1), embedder: digest(3), staticEmbedder: digest(4) },
    threads: 2,
    timingsMs: { ...answer.timingsMs, embed: 12, rank: 9 },
  };
}

export const makeReplay = (): Replay => {
  const { id, text } = makeAnswer(0, []);
  return { answerId: id, atMs: NOW, same: false, before: text, after: text.replace('keep going to the old one', 'go to the old index meanwhile'), reason: 'The answer was recorded on another processor: sums of floating-point numbers may differ in their last digits there.', timingsMs: { prompt: 910, generate: 1800, total: 2710 } };
};

export function makeUse(document: KnowledgeDocument): DocumentUse {
  const { id, question } = makeAnswer(0, []);
  return {
    answers: [{ answerId: id, conversationId: CONVERSATION, question, atMs: NOW - 600_000, citations: 2 }],
    questions: [{ id: uuid(7, 0), question: makeQuestion(0).question }],
    snapshots: 2,
    aliases: [{ documentId: makeDocument(7).id, file: 'notes/2026-03-02.txt' }],
    ifDeleted: '1 answer keeps its quotes but can no longer be replayed, 1 saved question loses its passage, and notes/2026-03-02.txt is searched in its place.',
    history: [
      { parsedDigest: document.parsedDigest ?? digest(1), atMs: NOW - 86_400_000, chunks: document.chunks, current: true, citedBy: 1 },
      { parsedDigest: digest(2), atMs: NOW - 86_400_000 * 40, chunks: null, current: false, citedBy: 3 },
    ],
  };
}

export const makeAutopsy = (question: string, file: string): Autopsy => ({
  stage: 'ranked-low',
  message: 'No list held the passage: it stands at place 143 by words and 61 by meaning, and only the first 20 of each are fused.',
  question,
  document: { documentId: makeDocument(0).id, file },
  chunkId: 'c'.repeat(32),
  ranks: { text: 143, vector: 61, deep: 24, fused: null, ranked: null, passage: null },
  of: 14_203,
  fixes: [
    { kind: 'reindex', title: 'Cut documents into chunks of 128 tokens', command: 'lathe knowledge snapshot Manuals --max-tokens 128', settings: { maxTokens: 128 } },
    { kind: 'more-passages', title: 'Fuse the first 40 of each list', command: null, settings: { passages: 40 } },
    { kind: 'open-document', title: 'Read the document around the passage', command: null, settings: null },
  ],
  steps: [
    { stage: 'Ingested', passed: true, detail: `${file} is ready, read 5 min ago.` },
    { stage: 'Parsed', passed: true, detail: 'The words stand in its text at 1,204.' },
    { stage: 'Cut into chunks', passed: true, detail: 'Whole in chunk 3 of 8, 212 tokens.' },
    { stage: 'Embedded', passed: true, detail: 'It has its static and its transformer vector.' },
    { stage: 'Found', passed: false, detail: 'Place 143 by words, 61 by meaning, 24 by the transformer, of 14,203 chunks; the lists hold 20.' },
  ],
});

export const makeTrial = (): FixTrial => ({ metrics: { before: makeMetrics(0), after: makeMetrics(0.05) }, gained: 3, lost: 1, passageRank: 4, prompt: null });

export function makePreview(path: string, member: string | undefined): Preview {
  if (path.endsWith('.zip') && member === undefined) {
    return { kind: 'container', container: { file: path, kind: 'zip', bytes: 4_200_000, members: Array.from({ length: 14 }, (_, index) => ({ name: `handbook/chapter-${index + 1}.md`, bytes: 1800 + index * 700 })), problems: [{ name: 'handbook/cover.psd', reason: 'Lathe does not read PSD pictures.' }] } };
  }
  let start = 0;
  const blocks = TEXT.map((part, index) => {
    const at = start;
    start += part.length + 2;
    return { kind: index === 0 || index === 1 || index === 4 ? ('heading' as const) : index === 6 ? ('code' as const) : ('paragraph' as const), start: at, end: at + part.length, ...(index === 0 ? { level: 1 } : {}) };
  });
  const middle = TEXT.slice(0, 3).join('\n\n').length + 2;
  return {
    kind: 'document',
    document: { file: member ?? path.split('/').at(-1) ?? path, format: 'html', title: 'Snapshots', bytes: 18_204, language: 'en', metadata: { author: 'Ada Lovelace', 'date-modified': '2026-03-02' }, text: DOCUMENT_TEXT, blocks, pages: null, chunks: [{ start: 0, end: middle, tokens: 88 }, { start: middle, end: DOCUMENT_TEXT.length, tokens: 64 }], warnings: [{ code: 'encoding-guessed', message: 'The file does not say how its letters are written; Windows-1252 was assumed.' }], removed: { navigation: 3120, 'repeated lines': 412, 'hidden text': 90 } },
  };
}

export function makeMap(documents: readonly KnowledgeDocument[], points: number): EmbeddingMap {
  const shown = documents.slice(0, 200);
  const count = shown.length === 0 ? 0 : points;
  // Five loose groups, from a generator that is the same each time.
  let seed = 7;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const near = (): number => (random() + random() + random() - 1.5) / 2.4;
  const document = Array.from({ length: count }, (_, index) => index % shown.length);
  return {
    snapshotId: SNAPSHOT,
    embedder: 'all-minilm-l6-v2',
    x: document.map((at) => Math.cos((at % 5) * 1.26) * 0.6 + near()),
    y: document.map((at) => Math.sin((at % 5) * 1.26) * 0.6 + near()),
    document,
    chunkIds: document.map((_, index) => String(index)),
    start: document.map((_, index) => index % 200),
    end: document.map((_, index) => (index % 200) + 160),
    previews: document.map((_, index) => DOCUMENT_TEXT.slice(index % 200, (index % 200) + 160)),
    documents: shown.map(({ id, file, title }) => ({ documentId: id, file, title, source: file.split('/')[0] ?? '' })),
    explained: [0.181, 0.094],
    of: Math.max(count, documents.length * 34),
  };
}
