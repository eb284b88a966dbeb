import { oc } from '@orpc/contract';
import { z } from 'zod';
import { AnswerId, DocumentId, JobId, KnowledgeId, ProjectId, SnapshotId } from './ids.ts';

/** `knowledge/questions/<slug>.yaml`: questions with the passages that should be found, kept in git with the project. */
export const QUESTIONS_FILE_VERSION = 1;

export const ExpectedPassage = z.strictObject({
  file: z.string().min(1).max(4096).describe('Document, as the knowledge base names it'),
  quote: z.string().min(1).max(4000).describe('A span of its extracted text that answers the question; white space does not count'),
});
export type ExpectedPassage = z.infer<typeof ExpectedPassage>;

export const StoredQuestion = z.strictObject({
  id: z.uuid().describe('Identity of the question: evaluations are compared by it'),
  question: z.string().min(1).max(4000).describe('As it is asked'),
  expected: z.array(ExpectedPassage).max(20).describe('Any one of them counts as found; empty = the documents do not answer it and Lathe should say so'),
});
export type StoredQuestion = z.infer<typeof StoredQuestion>;

export const QuestionsFile = z.strictObject({
  version: z.literal(QUESTIONS_FILE_VERSION).describe('Version of this file format'),
  questions: z
    .array(StoredQuestion)
    .max(10_000)
    .check(({ value, issues }) => {
      const known = new Set<string>();
      for (const [at, { id }] of value.entries()) {
        if (known.has(id)) issues.push({ code: 'custom', input: id, path: [at, 'id'], message: `Another question has the id ${id}: give this one an id of its own` });
        known.add(id);
      }
    })
    .describe('Each with an identity of its own'),
});
export type QuestionsFile = z.infer<typeof QuestionsFile>;

/** What became of one question in one evaluation; ranks are 1-based among the first ten results, null = not there. */
export const QuestionOutcome = z.object({
  /** Of the first result from an expected file. */
  fileRank: z.number().int().positive().nullable(),
  /** Of the first result that holds an expected quote. */
  passageRank: z.number().int().positive().nullable(),
  answerable: z.boolean(),
  confidence: z.number(),
});
export type QuestionOutcome = z.infer<typeof QuestionOutcome>;

/**
 * Over all questions of a file. Ranks are of passages that hold an expected quote, in the first ten results
 * (reciprocal rank, hit@k: Manning, Raghavan and Schütze, 2008, ch. 8; nDCG with binary gains: Järvelin and Kekäläinen, 2002).
 * null where no question of that kind is saved.
 */
export const RetrievalMetrics = z.object({
  answerable: z.number().int(),
  unanswerable: z.number().int(),
  hitAt1: z.number().nullable(),
  hitAt5: z.number().nullable(),
  hitAt10: z.number().nullable(),
  fileHitAt5: z.number().nullable(),
  mrr10: z.number().nullable(),
  ndcg10: z.number().nullable(),
  /** Share of the unanswerable questions that were declared so. */
  abstained: z.number().nullable(),
  /** Share of the answerable questions that were declared unanswerable. */
  abstainedWrongly: z.number().nullable(),
});
export type RetrievalMetrics = z.infer<typeof RetrievalMetrics>;

export const SavedQuestion = StoredQuestion.extend({
  /** Of each expected passage: whether it stands in a document now. */
  found: z.array(z.enum(['there', 'file-missing', 'quote-missing'])),
  /** In the newest evaluation of the serving snapshot; null before the first. */
  outcome: QuestionOutcome.nullable(),
});
export type SavedQuestion = z.infer<typeof SavedQuestion>;

export const Evaluation = z.object({
  id: z.uuid(),
  knowledgeId: KnowledgeId,
  snapshotId: SnapshotId,
  atMs: z.number().int(),
  metrics: RetrievalMetrics,
  outcomes: z.array(z.object({ questionId: z.uuid(), question: z.string(), outcome: QuestionOutcome })),
  /** Whether transformer vectors were complete. */
  vectorsComplete: z.boolean(),
  /** What searches went on without, in sentences that say how many of them where not all did; absent where nothing was missing. */
  notes: z.array(z.string()).optional(),
});
export type Evaluation = z.infer<typeof Evaluation>;

const inKnowledge = z.object({ projectId: ProjectId, knowledgeId: KnowledgeId });

export const questionProcedures = {
  questions: oc.input(inKnowledge).output(z.array(SavedQuestion)),
  /** Adds one, or replaces the one with its id. */
  saveQuestion: oc.input(inKnowledge.extend({ question: StoredQuestion.partial({ id: true }) })).output(SavedQuestion),
  /** From an answer: its question with the quotes that it cites; `wrong` saves it without passages, for the person to mark them. */
  saveQuestionOfAnswer: oc.input(inKnowledge.extend({ answerId: AnswerId })).output(SavedQuestion),
  removeQuestions: oc.input(inKnowledge.extend({ ids: z.array(z.uuid()).min(1).max(10_000) })).output(z.object({ undoId: z.uuid(), removed: z.number().int() })),
  /** Runs the saved questions: a job whose result is an Evaluation. Without a snapshot: the serving one. */
  evaluate: oc.input(inKnowledge.extend({ snapshotId: SnapshotId.optional() })).output(z.object({ job: JobId })),
  /** Newest first. */
  evaluations: oc.input(inKnowledge.extend({ limit: z.number().int().min(1).max(500).default(100) })).output(z.array(Evaluation)),
  /** Saved questions that expect something of this document. */
  questionsOfDocument: oc.input(inKnowledge.extend({ documentId: DocumentId })).output(z.array(StoredQuestion)),
};
