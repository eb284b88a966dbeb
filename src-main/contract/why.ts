import { oc } from '@orpc/contract';
import { z } from 'zod';
import { DocumentFilter } from './filters.ts';
import { AnswerId, ConversationId, Digest, DocumentId, JobId, KnowledgeId, ProjectId, SnapshotId } from './ids.ts';
import { RetrievalMetrics } from './questions.ts';

/** Where a chunk stood at each stage of a search, from 1; null = not in that list. */
export const StageRanks = z.object({
  text: z.number().int().positive().nullable(),
  /** By static vectors. */
  vector: z.number().int().positive().nullable(),
  /** By the transformer's vectors; null also where they are not complete. */
  deep: z.number().int().positive().nullable(),
  fused: z.number().int().positive().nullable(),
  ranked: z.number().int().positive().nullable(),
  /** Among the passages found. */
  passage: z.number().int().positive().nullable(),
});
export type StageRanks = z.infer<typeof StageRanks>;

/** One chunk that any stage of a search looked at. */
export const TracedChunk = z.object({
  chunkId: z.string(),
  documentId: DocumentId,
  file: z.string(),
  title: z.string(),
  headings: z.array(z.string()),
  page: z.number().int().positive().nullable(),
  start: z.number().int(),
  end: z.number().int(),
  /** The first few hundred characters. */
  preview: z.string(),
  ranks: StageRanks,
  score: z.number().nullable(),
  /** What the score is made of, by name. */
  features: z.record(z.string(), z.number()),
  inPrompt: z.boolean(),
  /** Numbers of the citations that quote it. */
  cited: z.array(z.number().int()),
});
export type TracedChunk = z.infer<typeof TracedChunk>;

export const AnswerTrace = z.object({
  answerId: AnswerId,
  knowledgeId: KnowledgeId,
  snapshotId: SnapshotId,
  question: z.string(),
  /** The question as it was searched: with what the conversation adds. */
  standalone: z.string(),
  /** What it was narrowed to; null = all documents, and in traces from before this was kept. */
  filter: DocumentFilter.nullable().default(null),
  /** How many chunks each stage held, in order. */
  funnel: z.object({ text: z.number().int(), vector: z.number().int(), deep: z.number().int().nullable(), fused: z.number().int(), ranked: z.number().int(), passages: z.number().int(), prompt: z.number().int(), cited: z.number().int() }),
  /** Those of any list, best first; the last of them are the just-missed ones. */
  chunks: z.array(TracedChunk),
  /** null where no model was asked. */
  prompt: z
    .object({
      messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string(), tokens: z.number().int() })),
      /** In the model's own template. */
      tokens: z.number().int(),
      contextTokens: z.number().int(),
      maxTokens: z.number().int(),
      temperature: z.number(),
      seed: z.number().int(),
    })
    .nullable(),
  /** What the model wrote, before anything was checked or replaced. */
  written: z.string().nullable(),
  digests: z.object({ model: Digest.nullable(), embedder: Digest.nullable(), staticEmbedder: Digest.nullable() }),
  threads: z.number().int().nullable(),
  timingsMs: z.record(z.string(), z.number()),
});
export type AnswerTrace = z.infer<typeof AnswerTrace>;

export const Replay = z.object({
  answerId: AnswerId,
  atMs: z.number().int(),
  same: z.boolean(),
  before: z.string(),
  after: z.string(),
  /** Why the texts differ, or may: another model file, another processor, no seed; null when they are the same. */
  reason: z.string().nullable(),
  timingsMs: z.record(z.string(), z.number()),
});
export type Replay = z.infer<typeof Replay>;

/** Backwards from a document. */
export const DocumentUse = z.object({
  answers: z.array(z.object({ answerId: AnswerId, conversationId: ConversationId, question: z.string(), atMs: z.number().int(), citations: z.number().int() })),
  /** Saved questions that expect a passage of it. */
  questions: z.array(z.object({ id: z.uuid(), question: z.string() })),
  snapshots: z.number().int(),
  /** Documents with the same or nearly the same text: they answer in its place. */
  aliases: z.array(z.object({ documentId: DocumentId, file: z.string() })),
  /** What happens when it is deleted, in one sentence. */
  ifDeleted: z.string(),
  /** Every form it was read in, newest first. */
  history: z.array(z.object({ parsedDigest: Digest, atMs: z.number().int(), chunks: z.number().int().nullable(), current: z.boolean(), citedBy: z.number().int() })),
});
export type DocumentUse = z.infer<typeof DocumentUse>;

/** The stage at which a passage that should have been found was lost. */
export const AutopsyStage = z.enum([
  /** Its file is in no source, was removed, or failed. */
  'not-ingested',
  /** The marked words are not in the text that was read. */
  'not-parsed',
  'cleaned-away',
  /** The question was asked with a filter that leaves its document out. */
  'filtered-out',
  /** Parts of it lie in different chunks. */
  'split',
  /** Another document with the same text stands in its place. */
  'duplicate',
  /** Its chunk has no transformer vector yet. */
  'not-embedded',
  /** No list held it: it ranks too low by words and by meaning. */
  'ranked-low',
  'lost-in-fusion',
  'lost-in-ranking',
  /** Found, but the prompt had no room. */
  'cut-by-prompt',
  /** It was in the prompt: the model did not use it. */
  'not-used',
  /** It is among the first results. */
  'found',
]);
export type AutopsyStage = z.infer<typeof AutopsyStage>;

export const AutopsyFix = z.object({
  kind: z.enum(['ingest', 'reindex', 'embed', 'more-passages', 'reword', 'unfilter', 'open-document', 'none']),
  /** What to press or run, in words. */
  title: z.string(),
  command: z.string().nullable(),
  settings: z.object({ maxTokens: z.number().int().optional(), embedder: z.string().optional(), passages: z.number().int().optional(), question: z.string().optional() }).nullable(),
});
export type AutopsyFix = z.infer<typeof AutopsyFix>;

export const Autopsy = z.object({
  stage: AutopsyStage,
  /** What happened, with numbers. */
  message: z.string(),
  question: z.string(),
  document: z.object({ documentId: DocumentId, file: z.string() }).nullable(),
  chunkId: z.string().nullable(),
  /** Exact places in the whole index, however far down; null where a list does not know the chunk at all. */
  ranks: StageRanks,
  of: z.number().int(),
  fixes: z.array(AutopsyFix),
  /** What each stage said, in order: the reader can follow the passage down. */
  steps: z.array(z.object({ stage: z.string(), passed: z.boolean(), detail: z.string() })),
});
export type Autopsy = z.infer<typeof Autopsy>;

/** A fix tried on the saved questions without changing anything that serves. */
export const FixTrial = z.object({
  metrics: z.object({ before: RetrievalMetrics, after: RetrievalMetrics }),
  gained: z.number().int(),
  lost: z.number().int(),
  /** Place of the marked passage among those found; null = not among them. */
  passageRank: z.number().int().positive().nullable(),
  /** The prompt as it would be, fitted to the model that answers; null for fixes that change what is found. */
  prompt: z.object({ holds: z.boolean(), passages: z.number().int(), tokens: z.number().int(), contextTokens: z.number().int() }).nullable().default(null),
});
export type FixTrial = z.infer<typeof FixTrial>;

const inProject = z.object({ projectId: ProjectId });
const inKnowledge = inProject.extend({ knowledgeId: KnowledgeId });

/** A document that reads the same as another (likeness 1) or nearly so: then the likeness is an estimate of the share of their runs of five words that both hold. */
export const SimilarDocument = z.object({ documentId: DocumentId, file: z.string(), likeness: z.number().min(0).max(1) });
export type SimilarDocument = z.infer<typeof SimilarDocument>;

export const whyProcedures = {
  why: oc.input(inProject.extend({ answerId: AnswerId })).output(AnswerTrace),
  /** Asks the same model for the same prompt with the same seed, alone: a job whose result is a Replay. */
  replay: oc.input(inProject.extend({ answerId: AnswerId })).output(z.object({ job: JobId })),
  documentUse: oc.input(inProject.extend({ documentId: DocumentId })).output(DocumentUse),
  /** Documents of the same knowledge base whose likeness is 0.8 or more, most alike first. */
  similar: oc.input(inProject.extend({ documentId: DocumentId })).output(z.array(SimilarDocument)),
  /** The passage is named by its document and a span of its text, or by a file and words that should stand in it. */
  autopsy: oc
    .input(inKnowledge.extend({ question: z.string().min(1).max(4000), answerId: AnswerId.optional(), file: z.string().min(1).max(4096), quote: z.string().min(1).max(4000) }))
    .output(Autopsy),
  /** Measures a fix on the saved questions: a job whose result is a FixTrial. The marked passage is searched with the filter of the answer, where one is named. */
  tryFix: oc.input(inKnowledge.extend({ question: z.string().min(1).max(4000), answerId: AnswerId.optional(), file: z.string(), quote: z.string(), fix: AutopsyFix })).output(z.object({ job: JobId })),
};
