import type { Answer, Conversation, KnowledgeBase, KnowledgeDocument } from '#contract/knowledge.ts';
import { Digest, DocumentId, KnowledgeId, ProjectId, AnswerId, ConversationId, JobId, Slug, SnapshotId } from '#contract/ids.ts';
import type { Job } from '#contract/jobs.ts';
import type { Snapshot } from '#contract/snapshots.ts';
import type { Model } from '#contract/models.ts';

/** Made-up rows for the fake owner: never shown to users. */
export const NOW = Date.now();
export const uuid = (group: number, index: number): string => `0193${group.toString(16).padStart(4, '0')}-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;
export const digest = (index: number): Digest => Digest.parse(index.toString(16).padStart(64, '9f31c20a'));
export const PROJECT = ProjectId.parse(uuid(1, 1));
export const KNOWLEDGE = KnowledgeId.parse(uuid(2, 1));
export const SNAPSHOT = SnapshotId.parse(uuid(2, 1));
export const CONVERSATION = ConversationId.parse(uuid(4, 1));
export const jobId = (index: number): JobId => JobId.parse(uuid(5, index));

const NAMES = ['knowledge/snapshots.md', 'knowledge/saved-questions.md', 'models/embedding.md', 'reference/datamodel.html', 'papers/attention.pdf', 'howto/logging.html', 'library/asyncio-task.html', 'notes/2026-03-02.txt', 'src/chunk.py', 'scans/contract.pdf'];

export function makeDocument(index: number): KnowledgeDocument {
  const base = NAMES[index % NAMES.length] ?? 'a.md';
  const [stem = '', extension = ''] = base.split(/\.(?=[^.]+$)/);
  const file = index < NAMES.length ? base : `${stem}-${index}.${extension}`;
  const pdf = extension === 'pdf';
  const failed = index % 97 === 9;
  return {
    id: DocumentId.parse(uuid(3, index)),
    file,
    root: '/home/ada/manuals',
    title: file.split('/').at(-1)?.replace(/\.\w+$/, '').replaceAll('-', ' ') ?? file,
    format: pdf ? 'pdf' : extension === 'md' ? 'markdown' : extension === 'html' ? 'html' : extension === 'py' ? 'code' : 'text',
    state: failed ? 'failed' : index % 89 === 7 ? 'skipped' : 'ready',
    pages: pdf ? 3 + (index % 30) : null,
    chunks: failed ? 0 : 4 + ((index * 7) % 60),
    bytes: 1200 + ((index * 7919) % 900_000),
    warnings: index % 23 === 4 ? [{ code: 'scanned-page', message: 'Page 2 is a picture without text; it was skipped.', page: 2 }] : [],
    reason: failed ? 'All 4 pages are scans without text. Run a text recognition over the file, then ingest it again.' : index % 89 === 7 ? 'Same content as notes/2026-03-01.txt.' : null,
    sourceDigest: digest(index),
    parsedDigest: failed ? null : digest(index + 100_000),
    indexedAtMs: NOW - index * 61_000,
    author: index % 3 === 0 ? 'Ada Lovelace' : null,
    createdAtMs: null,
    modifiedAtMs: null,
    changedAtMs: NOW - index * 3_700_000,
    language: 'en',
    url: null,
    metadata: {},
    container: null,
    aliasOf: null,
  };
}

export function makeBase(documents: readonly KnowledgeDocument[]): KnowledgeBase {
  const count = (state: string): number => documents.filter((document) => document.state === state).length;
  const chunks = documents.reduce((sum, document) => sum + document.chunks, 0);
  return {
    id: KNOWLEDGE,
    slug: Slug.parse('manuals'),
    name: 'Manuals',
    sources: ['/home/ada/manuals'],
    documents: { total: documents.length, ready: count('ready'), failed: count('failed'), skipped: count('skipped'), queued: 0 },
    chunks,
    bytes: documents.reduce((sum, document) => sum + document.bytes, 0),
    stages: { text: { done: chunks, total: chunks }, vectors: { state: 'complete', done: chunks, total: chunks, rate: null, leftMs: null } },
    snapshotId: SNAPSHOT,
    job: null,
    updatedAtMs: NOW - 300_000,
    differs: null,
  };
}

export const TEXT = [
  'Snapshots',
  'Changing the embedder',
  'Vectors of two models cannot be compared, so a knowledge base never mixes them. A change of model builds a second snapshot beside the one in use; searches go to the old one until you swap. The build runs in the background, shows the time left and can be paused.',
  'When it is ready, the saved questions are run on both snapshots. The comparison lists what is gained and what is lost, case by case.',
  'Undo and disk space',
  'A swap can be undone as long as the old snapshot exists. Its size stands beside it; purging it frees the space.',
  'lathe knowledge status --json\nlathe knowledge ingest ./manuals',
];
export const DOCUMENT_TEXT = TEXT.join('\n\n');
const QUOTES = ['A change of model builds a second snapshot beside the one in use; searches go to the old one until you swap.', 'The comparison lists what is gained and what is lost, case by case.', 'A swap can be undone as long as the old snapshot exists.'];

export function makeAnswer(index: number, documents: readonly KnowledgeDocument[]): Answer {
  const citations = QUOTES.map((quote, at) => {
    const document = documents[at] ?? makeDocument(at);
    const start = DOCUMENT_TEXT.indexOf(quote);
    return { number: at + 1, documentId: document.id, parsedDigest: digest(at + 100_000), file: document.file, page: document.pages === null ? null : 1, title: document.title, headings: ['Snapshots', 'Changing the embedder'], quote, start, end: start + quote.length };
  });
  const sentences = [
    { text: 'Nothing, until you swap.', citations: [], supported: false, after: ' ' },
    { text: 'A change of `embed.model` builds a second snapshot beside the one in use, and searches keep going to the old one.', citations: [1], supported: true, after: ' ' },
    { text: 'When it is ready, the saved questions are run on both and you see which answers would be gained and lost.', citations: [1, 2], supported: true, after: '\n\n' },
    { text: 'The swap can be undone while the old snapshot exists.', citations: [3], supported: true, after: '' },
  ];
  return {
    id: AnswerId.parse(uuid(6, index)),
    conversationId: CONVERSATION,
    question: 'If I change the embedding model, what happens to the index that people are searching right now?',
    state: 'done',
    text: sentences.map(({ text, after }) => text + after).join(''),
    sentences,
    citations,
    abstained: false,
    by: 'model',
    note: null,
    confidence: 0.91,
    model: 'gemma-3-270m',
    passages: documents.slice(0, 6).map((document, at) => ({ documentId: document.id, chunkId: `${at}`, file: document.file, page: document.pages === null ? null : 1, title: document.title, headings: ['Snapshots', 'Changing the embedder'], text: DOCUMENT_TEXT, start: 0, end: DOCUMENT_TEXT.length, score: 0.9 - at / 10, ranks: { text: at + 1, vector: at === 2 ? null : 2 * at + 1, deep: null, fused: at + 1, ranked: at + 1 }, aliases: [] })),
    notes: [],
    inPrompt: 4,
    cut: null,
    promptTokens: 1180,
    generatedTokens: 74,
    timingsMs: { search: 61, prompt: 900, generate: 1950, total: 4200 },
    feedback: null,
    error: null,
    createdAtMs: NOW - 600_000,
    recorded: index === 0 ? { machine: 'Debian 12, 2 cores, no GPU', atMs: NOW - 86_400_000 * 20 } : null,
  };
}

export const makeSnapshot = (documents: readonly KnowledgeDocument[]): Snapshot => {
  const { chunks, stages } = makeBase(documents);
  return { id: SNAPSHOT, knowledgeId: KNOWLEDGE, state: 'serving', maxTokens: 256, embedder: 'all-minilm-l6-v2', documents: documents.length, chunks, behind: 0, vectors: stages.vectors, bytes: 42e6, createdAtMs: NOW - 900_000, servedFromMs: NOW - 900_000, servedUntilMs: null, job: null, failure: null };
};

export const makeConversation = (): Conversation => ({ id: CONVERSATION, knowledgeId: KNOWLEDGE, title: 'If I change the embedding model, what happens to the index?', answers: 1, updatedAtMs: NOW - 600_000 });

export function makeJob(index: number, changes: Partial<Job> = {}): Job {
  return { id: jobId(index), projectId: PROJECT, kind: 'knowledge.ingest', title: 'Ingest 1,539 documents into Manuals', state: 'running', progress: { done: 912, total: 1539, unit: 'files', now: 'reference/datamodel.html', rate: 38.2, leftMs: 16_400 }, error: null, result: null, createdAtMs: NOW - 40_000, startedAtMs: NOW - 39_000, endedAtMs: null, resumed: 0, ...changes };
}

export function makeModels(): Model[] {
  const base = { licence: 'Apache-2.0', path: null, fit: 'fits', suggested: false, job: null, note: null, facts: null, loaded: false, starter: true, state: 'ready' } as const;
  return [
    { ...base, digest: digest(1), slug: Slug.parse('gemma-3-270m'), name: 'Gemma 3 270M Q4', task: 'text', licence: 'Gemma terms', bytes: 253_113_024, memoryBytes: 640_000_000, loaded: true, suggested: true },
    { ...base, digest: digest(2), slug: Slug.parse('smollm2-135m'), name: 'SmolLM2 135M Instruct Q4', task: 'text', bytes: 98_362_432, memoryBytes: 340_000_000, state: 'absent' },
    { ...base, digest: digest(3), slug: Slug.parse('all-minilm-l6-v2'), name: 'MiniLM L6 v2 int8', task: 'embedding', bytes: 23_394_866, memoryBytes: 120_000_000 },
    { ...base, digest: digest(4), slug: Slug.parse('wordllama-256'), name: 'WordLlama 256', task: 'static-embedding', licence: 'MIT', bytes: 16_384_096, memoryBytes: 40_000_000 },
    { ...base, digest: digest(5), slug: Slug.parse('qwen3-4b'), name: 'Qwen3 4B Q4', task: 'text', bytes: 2_497_000_000, memoryBytes: 3_900_000_000, state: 'absent', starter: false, fit: 'tight' },
    { ...base, digest: digest(6), slug: Slug.parse('qwen3-14b'), name: 'Qwen3 14B Q4', task: 'text', bytes: 9_000_000_000, memoryBytes: 11_200_000_000, state: 'absent', starter: false, fit: 'too-large' },
  ];
}
