import { oc } from '@orpc/contract';
import { z } from 'zod';
import { JobId, KnowledgeId, ProjectId, SnapshotId } from './ids.ts';
import { QuestionOutcome, RetrievalMetrics } from './questions.ts';
import { StageProgress } from './stages.ts';

/**
 * A snapshot is one build of a knowledge base's index: the same documents, cut and embedded in one way. One serves; a candidate is built
 * beside it; the former one stays until it is purged, so that a swap can be undone.
 */
export const SnapshotState = z.enum(['building', 'ready', 'serving', 'former', 'failed']);
export type SnapshotState = z.infer<typeof SnapshotState>;

export const Snapshot = z.object({
  id: SnapshotId,
  knowledgeId: KnowledgeId,
  state: SnapshotState,
  /** Longest chunk, in the embedder's own tokens. */
  maxTokens: z.number().int(),
  /** Slug of the transformer embedder. */
  embedder: z.string(),
  documents: z.number().int(),
  chunks: z.number().int(),
  /** Documents that are in the knowledge base and not in this snapshot, or in an older form: they are added before it serves. */
  behind: z.number().int(),
  vectors: StageProgress,
  /** On disk now. */
  bytes: z.number().int(),
  createdAtMs: z.number().int(),
  servedFromMs: z.number().int().nullable(),
  servedUntilMs: z.number().int().nullable(),
  job: JobId.nullable(),
  /** Why its build ended early, in words. */
  failure: z.string().nullable(),
});
export type Snapshot = z.infer<typeof Snapshot>;

export const SnapshotSettings = z.object({
  maxTokens: z.number().int().min(32).max(2048).optional(),
  /** Slug of an embedding model on this machine or in the catalogue. */
  embedder: z.string().min(1).max(63).optional(),
});

/** One question whose outcome differs between two snapshots. */
export const ChangedQuestion = z.object({ questionId: z.uuid(), question: z.string(), before: QuestionOutcome, after: QuestionOutcome });
export type ChangedQuestion = z.infer<typeof ChangedQuestion>;

export const SnapshotComparison = z.object({
  before: SnapshotId,
  after: SnapshotId,
  questions: z.number().int(),
  metrics: z.object({ before: RetrievalMetrics, after: RetrievalMetrics }),
  /** Whether every search was also by transformer vectors: without them the sides are not measured alike. */
  vectorsComplete: z.object({ before: z.boolean(), after: z.boolean() }),
  /** What searches of a side went on without, as Evaluation says it; absent where nothing was missing. */
  notes: z.object({ before: z.array(z.string()), after: z.array(z.string()) }).optional(),
  /** Mean gain of the reciprocal rank with its 95 % interval (paired bootstrap over the questions). */
  gain: z.object({ mean: z.number(), low: z.number(), high: z.number() }),
  gained: z.array(ChangedQuestion),
  lost: z.array(ChangedQuestion),
  bytes: z.object({ before: z.number().int(), after: z.number().int() }),
});
export type SnapshotComparison = z.infer<typeof SnapshotComparison>;

const inKnowledge = z.object({ projectId: ProjectId, knowledgeId: KnowledgeId });
const inSnapshot = inKnowledge.extend({ snapshotId: SnapshotId });

export const snapshotProcedures = {
  /** The serving one first, then newest first. */
  snapshots: oc.input(inKnowledge).output(z.array(Snapshot)),
  /** Builds a candidate beside the serving snapshot: a job. What is not named is as in the serving one. */
  newSnapshot: oc.input(inKnowledge.extend({ settings: SnapshotSettings })).output(z.object({ snapshot: Snapshot, job: JobId })),
  /** Adds what the snapshot lacks, then lets it serve, atomically: a job. Can be undone until the former one is purged. */
  swapSnapshot: oc.input(inSnapshot).output(z.object({ job: JobId })),
  /** Lets the former snapshot serve again: a job. */
  undoSwap: oc.input(inKnowledge).output(z.object({ job: JobId })),
  /** Removes one that does not serve, with its files, for good. */
  purgeSnapshot: oc.input(inSnapshot).output(z.object({ freedBytes: z.number().int() })),
  /** Stops making transformer vectors until `resumeVectors`; what is made is kept. */
  pauseVectors: oc.input(inSnapshot).output(Snapshot),
  resumeVectors: oc.input(inSnapshot).output(Snapshot),
};

export const comparisonProcedures = {
  /** Runs the saved questions on both: a job whose result is a SnapshotComparison. Without `before`: the serving one. */
  compareSnapshots: oc.input(inKnowledge.extend({ after: SnapshotId, before: SnapshotId.optional() })).output(z.object({ job: JobId })),
};
