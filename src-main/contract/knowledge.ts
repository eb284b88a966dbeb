import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Block, DocumentFormat, ParseWarning } from './document.ts';
import { DocumentFilter } from './filters.ts';
import { AnswerId, ConversationId, Digest, DocumentId, JobId, KnowledgeId, ProjectId, Slug, SnapshotId } from './ids.ts';
import { carryProcedures, lookProcedures } from './preview.ts';
import { questionProcedures } from './questions.ts';
import { comparisonProcedures, snapshotProcedures } from './snapshots.ts';
import { KnowledgeSource } from './sources.ts';
import { StageProgress } from './stages.ts';
import { whyProcedures } from './why.ts';

/** `alias`: another document with the same text is searched in its place; `expanded`: an archive or export, whose members are documents. */
export const DocumentState = z.enum(['queued', 'parsing', 'ready', 'alias', 'expanded', 'failed', 'skipped', 'missing']);
export type DocumentState = z.infer<typeof DocumentState>;

export const KnowledgeBase = z.object({
  id: KnowledgeId,
  slug: Slug,
  name: z.string(),
  /** As they are shown: paths as the project file has them, addresses, `repository at commit`. */
  sources: z.array(z.string()),
  documents: z.object({ total: z.number().int(), ready: z.number().int(), failed: z.number().int(), skipped: z.number().int(), queued: z.number().int() }),
  chunks: z.number().int(),
  bytes: z.number().int(),
  stages: z.object({
    /** Full text and static vectors. */
    text: z.object({ done: z.number().int(), total: z.number().int() }),
    /** Transformer vectors, made in the background, of the snapshot that serves. */
    vectors: StageProgress,
  }),
  /** The snapshot that serves. */
  snapshotId: SnapshotId,
  job: JobId.nullable(),
  updatedAtMs: z.number().int().nullable(),
  /** How its project file asks for another index than the one that serves, in words; null = it does not. */
  differs: z.string().nullable().default(null),
});
export type KnowledgeBase = z.infer<typeof KnowledgeBase>;

export const KnowledgeDocument = z.object({
  id: DocumentId,
  /** Relative to the root that it came from, POSIX separators. */
  file: z.string(),
  root: z.string(),
  title: z.string(),
  format: DocumentFormat.nullable(),
  state: DocumentState,
  pages: z.number().int().nullable(),
  chunks: z.number().int(),
  bytes: z.number().int(),
  warnings: z.array(ParseWarning),
  /** Why it failed or was skipped, and what to do. */
  reason: z.string().nullable(),
  sourceDigest: Digest.nullable(),
  parsedDigest: Digest.nullable(),
  indexedAtMs: z.number().int().nullable(),
  author: z.string().nullable().default(null),
  createdAtMs: z.number().int().nullable().default(null),
  modifiedAtMs: z.number().int().nullable().default(null),
  /** The date that filters, counts and lists go by: when it says that it was changed, else made, else its file's. */
  changedAtMs: z.number().int().nullable().default(null),
  /** BCP 47. */
  language: z.string().nullable().default(null),
  /** Where a person can open it: a page, a ticket. */
  url: z.string().nullable().default(null),
  /** Whatever else it says of itself. */
  metadata: z.record(z.string(), z.string()).default({}),
  /** File of the archive or export that it came out of. */
  container: z.string().nullable().default(null),
  /** The document that is searched for its text. */
  aliasOf: DocumentId.nullable().default(null),
});
export type KnowledgeDocument = z.infer<typeof KnowledgeDocument>;

export const PassageResult = z.object({
  documentId: DocumentId,
  chunkId: z.string(),
  file: z.string(),
  page: z.number().int().positive().nullable(),
  title: z.string(),
  headings: z.array(z.string()),
  text: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  score: z.number(),
  /** Where its chunk stood at each stage, from 1; answers from before transformer vectors lack two of them. */
  ranks: z.object({
    text: z.number().int().nullable(),
    vector: z.number().int().nullable(),
    deep: z.number().int().nullable().default(null),
    fused: z.number().int().nullable(),
    ranked: z.number().int().nullable().default(null),
  }),
  /** Where a person can open the document; absent where it says no address. */
  url: z.string().optional(),
  /** Other documents with the same text, or with nearly the same passage: they are not shown beside it. */
  aliases: z.array(z.object({ documentId: DocumentId, file: z.string() })).default([]),
});
export type PassageResult = z.infer<typeof PassageResult>;

export const SearchAnswer = z.object({
  answerable: z.boolean(),
  confidence: z.number(),
  results: z.array(PassageResult),
  timingsMs: z.record(z.string(), z.number()),
  /** What narrowed the search more than was asked for, in words. */
  note: z.string().nullable().default(null),
  /** What the search went on without, in sentences: transformer vectors that are not complete, or a model that cannot be used now. */
  notes: z.array(z.string()).default([]),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;

export const Citation = z.object({
  /** Number shown beside the sentence, from 1. */
  number: z.number().int().positive(),
  documentId: DocumentId,
  /** The parsed form that the quote stands in: an old citation opens what was read then. */
  parsedDigest: Digest,
  file: z.string(),
  page: z.number().int().positive().nullable(),
  title: z.string(),
  headings: z.array(z.string()),
  /** A verbatim span of the extracted text. */
  quote: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  /** Where a person can open the document; absent where it says no address. */
  url: z.string().optional(),
});
export type Citation = z.infer<typeof Citation>;

export const AnswerSentence = z.object({
  text: z.string(),
  /** Numbers of the citations that support it; empty = unsupported. */
  citations: z.array(z.number().int()),
  supported: z.boolean(),
  /** Text between this sentence and the next (spaces, line breaks, list marks). */
  after: z.string(),
});

/** What was wrong with a model's text: nothing in it, a loop, the question again, no answer found, not in the passages, beside the question. */
export const RejectedText = z.enum(['empty', 'repeats', 'copies-prompt', 'refuses', 'unsupported', 'beside']);
export type RejectedText = z.infer<typeof RejectedText>;

export const Answer = z.object({
  id: AnswerId,
  conversationId: ConversationId,
  question: z.string(),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  text: z.string(),
  sentences: z.array(AnswerSentence),
  citations: z.array(Citation),
  abstained: z.boolean(),
  /** `model` wrote it; `passages` = the passages themselves are the answer, and `note` says why; `metadata` = counted or listed from what is known of the documents. */
  by: z.enum(['model', 'passages', 'metadata']),
  note: z.string().nullable(),
  /** Why the passages stand in place of what the model wrote; absent where none was asked, and in answers from before this was kept. */
  rejected: RejectedText.optional(),
  confidence: z.number(),
  model: z.string().nullable(),
  passages: z.array(PassageResult),
  /** What the search for them went on without, in sentences, as SearchAnswer says it. */
  notes: z.array(z.string()).default([]),
  /** How many of the passages found were put in the prompt. */
  inPrompt: z.number().int(),
  /** What did not fit the context, in words; null when everything did. */
  cut: z.string().nullable(),
  promptTokens: z.number().int().nullable(),
  generatedTokens: z.number().int().nullable(),
  timingsMs: z.record(z.string(), z.number()),
  feedback: z.enum(['right', 'wrong']).nullable(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
  createdAtMs: z.number().int(),
  /** Recorded with the sample: where and when. */
  recorded: z.object({ machine: z.string(), atMs: z.number().int() }).nullable(),
});
export type Answer = z.infer<typeof Answer>;

export const Conversation = z.object({
  id: ConversationId,
  knowledgeId: KnowledgeId,
  title: z.string(),
  answers: z.number().int(),
  updatedAtMs: z.number().int(),
});
export type Conversation = z.infer<typeof Conversation>;

export const DocumentView = z.object({
  knowledgeId: KnowledgeId,
  document: KnowledgeDocument,
  parsedDigest: Digest,
  text: z.string(),
  blocks: z.array(Block),
  pages: z.array(z.object({ width: z.number(), height: z.number(), hasText: z.boolean() })).nullable(),
  chunks: z.array(z.object({ start: z.number().int(), end: z.number().int(), tokens: z.number().int() })),
  /** The original is gone or differs from what was read. */
  source: z.enum(['same', 'changed', 'missing']),
});
export type DocumentView = z.infer<typeof DocumentView>;

const inProject = z.object({ projectId: ProjectId });
const inKnowledge = inProject.extend({ knowledgeId: KnowledgeId });

export const knowledge = {
  list: oc.input(inProject).output(z.array(KnowledgeBase)),
  create: oc.input(inProject.extend({ name: z.string().min(1).max(200) })).output(KnowledgeBase),
  /** Can be undone until purged. */
  remove: oc.input(inKnowledge).output(z.object({ undoId: z.uuid() })),
  /**
   * Adds the paths to the knowledge base's sources and starts the job; without paths takes up all its sources again. With `all`, the
   * job's result names the job (`embedJob`) that makes the transformer vectors afterwards; null when none are missing or that is paused.
   */
  ingest: oc.input(inKnowledge.extend({ paths: z.array(z.string().min(1)).max(1000).default([]), stage: z.enum(['text', 'all']).default('all') })).output(z.object({ job: JobId })),
  /** Adds a site, a repository, an API or a watched folder to its sources and starts the job that reads them. */
  addSource: oc.input(inKnowledge.extend({ source: KnowledgeSource })).output(z.object({ job: JobId })),
  /** Takes a source out of its project file; what came from it goes with the next ingestion. */
  removeSource: oc.input(inKnowledge.extend({ source: z.string() })).output(KnowledgeBase),
  documents: oc
    .input(
      inKnowledge.extend({
        state: DocumentState.optional(),
        filter: z.string().max(500).default(''),
        /** By what is known of the documents, as for a search; `filter` stays part of the name or the title. */
        narrow: DocumentFilter.optional(),
        sort: z.enum(['file', 'state', 'chunks', 'pages', 'bytes', 'indexedAtMs']).default('file'),
        descending: z.boolean().default(false),
        offset: z.number().int().nonnegative().default(0),
        limit: z.number().int().min(1).max(1000).default(200),
      }),
    )
    .output(z.object({ total: z.number().int(), documents: z.array(KnowledgeDocument) })),
  /** `parsedDigest` opens the form that an old citation points into. */
  document: oc.input(inProject.extend({ documentId: DocumentId, parsedDigest: Digest.optional() })).output(DocumentView),
  /** Can be undone until purged. */
  removeDocuments: oc.input(inKnowledge.extend({ documentIds: z.array(DocumentId).min(1).max(10_000) })).output(z.object({ undoId: z.uuid(), removed: z.number().int() })),
  search: oc.input(inKnowledge.extend({ question: z.string().min(1).max(4000), limit: z.number().int().min(1).max(100).default(10), filter: DocumentFilter.optional() })).output(SearchAnswer),
  /** Starts an answer; its text arrives as `answer.text` events and the whole as `answer.changed`. */
  ask: oc
    .input(inKnowledge.extend({ question: z.string().min(1).max(4000), conversationId: ConversationId.optional(), model: z.string().optional(), filter: DocumentFilter.optional() }))
    .output(z.object({ answer: Answer, job: JobId })),
  answer: oc.input(inProject.extend({ answerId: AnswerId })).output(Answer),
  conversations: oc.input(inProject.extend({ knowledgeId: KnowledgeId.optional() })).output(z.array(Conversation)),
  conversation: oc.input(inProject.extend({ conversationId: ConversationId })).output(z.object({ conversation: Conversation, answers: z.array(Answer) })),
  /** Can be undone until purged. */
  removeConversation: oc.input(inProject.extend({ conversationId: ConversationId })).output(z.object({ undoId: z.uuid() })),
  ...snapshotProcedures,
  ...comparisonProcedures,
  ...questionProcedures,
  ...whyProcedures,
  ...lookProcedures,
  ...carryProcedures,
  feedback: oc.input(inProject.extend({ answerId: AnswerId, feedback: z.enum(['right', 'wrong']).nullable() })).output(Answer),
};
