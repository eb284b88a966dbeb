import { z } from 'zod';
import { DocumentFormat } from './document.ts';
import { AnswerId, DocumentId, ProjectId } from './ids.ts';
import { DocumentState, KnowledgeBase } from './knowledge.ts';
import { Model, ModelListing } from './models.ts';
import { DatabaseCopy, Project } from './projects.ts';
import { Preview } from './preview.ts';
import { CellWhy, ListedPipeline, PipelineRun } from './pipelines.ts';
import { Evaluation } from './questions.ts';
import { Snapshot, SnapshotComparison } from './snapshots.ts';
import { AllowedSite, Doctor } from './system.ts';
import { AnswerTrace, Autopsy } from './why.ts';

/** What commands print with `--json`, one shape a noun. Scripts depend on them: a field may be added, never renamed or dropped. */

export const OpenedWindow = z.strictObject({
  url: z.string().describe('Link of the window; works once, for ten minutes'),
  project: ProjectId,
  folder: z.string(),
  pid: z.number().int().nullable().describe('Process that serves the window; null when another one does'),
});
export type OpenedWindow = z.infer<typeof OpenedWindow>;

/** What names a document beside its file. */
const namedDocument = {
  title: z.string().optional(),
  url: z.string().optional().describe('Where a person can open the document; absent where nothing on the web shows it'),
  document: DocumentId.optional(),
};

export const QuotedPlace = z.strictObject({
  file: z.string(),
  page: z.number().int().positive().optional().describe('Physical page or slide, from 1; PDFs and slides only'),
  quote: z.string().describe('A verbatim span of the extracted text'),
  ...namedDocument,
});

export const AskResult = z.strictObject({
  id: AnswerId.describe('Of the answer; `knowledge why ID` shows how it came about'),
  answer: z.string(),
  abstained: z.boolean(),
  confidence: z.number(),
  citations: z.array(QuotedPlace),
  model: z.string().nullable(),
  notes: z.array(z.string()).optional().describe('What the search went on without, in sentences; absent when nothing was missing'),
  timingsMs: z.record(z.string(), z.number()),
});
export type AskResult = z.infer<typeof AskResult>;

export const FoundPassage = z.strictObject({
  file: z.string(),
  page: z.number().int().positive().optional().describe('Physical page or slide, from 1; PDFs and slides only'),
  text: z.string(),
  score: z.number(),
  ...namedDocument,
  aliases: z.array(z.string()).optional().describe('Files with the same text, or with nearly the same passage; absent when there are none'),
});
export type FoundPassage = z.infer<typeof FoundPassage>;

export const SearchResult = z.strictObject({
  id: z.union([z.string(), z.number()]).optional().describe('Of the question; with --queries only'),
  answerable: z.boolean(),
  confidence: z.number(),
  results: z.array(FoundPassage),
  note: z.string().optional().describe('Why nothing was searched; absent otherwise'),
  notes: z.array(z.string()).optional().describe('What the search went on without, in sentences; absent when nothing was missing'),
});
export type SearchResult = z.infer<typeof SearchResult>;

export const ReportedDocument = z.strictObject({
  file: z.string(),
  state: DocumentState,
  format: DocumentFormat.nullable(),
  pages: z.number().int().nullable(),
  chunks: z.number().int(),
  bytes: z.number().int(),
  reason: z.string().nullable(),
  warnings: z.array(z.string()),
});
export type ReportedDocument = z.infer<typeof ReportedDocument>;

export const IngestReport = z.looseObject({
  knowledge: z.string().describe('Name of the knowledge base'),
  files: z.number().int().describe('Files found in the sources'),
  ingested: z.number().int(),
  aliases: z.number().int().describe('Of the ingested ones: those with the text of another document, which is searched for them'),
  unchanged: z.number().int(),
  failed: z.number().int(),
  skipped: z.number().int(),
  removed: z.number().int().describe('Documents whose file is gone'),
  chunks: z.number().int().describe('New chunks that are searched'),
  vectors: z.object({ done: z.number().int(), total: z.number().int() }).describe('Chunks with a transformer vector, and all chunks'),
  passedOver: z.record(z.string(), z.number().int()).describe('Entries that were passed over, by reason'),
  problems: z.array(z.object({ path: z.string(), reason: z.string() })),
  documents: z.array(ReportedDocument),
});
export type IngestReport = z.infer<typeof IngestReport>;

export const ExportedKnowledge = z.strictObject({
  knowledge: z.string().describe('Name of the knowledge base'),
  file: z.string().describe('Absolute path of the file'),
  bytes: z.number().int(),
  documents: z.number().int(),
  chunks: z.number().int(),
});
export type ExportedKnowledge = z.infer<typeof ExportedKnowledge>;

export const ImportedKnowledge = z.strictObject({
  id: z.uuid().describe('Of the knowledge base here'),
  name: z.string(),
  documents: z.number().int(),
  chunks: z.number().int(),
  questions: z.number().int().describe('Saved questions that came along'),
  vectors: z.looseObject({ done: z.number().int(), total: z.number().int() }).describe('Chunks with a transformer vector, and all chunks'),
  notes: z.array(z.string()).describe('What could not be taken over as it was, in sentences'),
});
export type ImportedKnowledge = z.infer<typeof ImportedKnowledge>;

export const RestoredProject = z.strictObject({
  folder: z.string(),
  restored: DatabaseCopy,
  replaced: z.string().describe('Folder that holds what was in its place'),
});
export type RestoredProject = z.infer<typeof RestoredProject>;

export const FreedSpace = z.strictObject({ freedBytes: z.number().int() });
export type FreedSpace = z.infer<typeof FreedSpace>;

export const KnowledgeStatus = z.array(KnowledgeBase);
export const DatabaseCopies = z.array(DatabaseCopy);

/** The shape of every command's `--json`. `project restore --list` prints `DatabaseCopies`. */
export const COMMAND_OUTPUTS = {
  open: OpenedWindow,
  'project new': Project,
  'project open': Project,
  'project backup': DatabaseCopy,
  'project restore': z.union([RestoredProject, DatabaseCopies]),
  'knowledge create': KnowledgeBase,
  'knowledge preview': Preview,
  'knowledge ingest': IngestReport,
  'knowledge status': KnowledgeStatus,
  'knowledge allow': z.array(AllowedSite),
  'knowledge snapshot list': z.array(Snapshot),
  'knowledge snapshot new': Snapshot,
  'knowledge snapshot compare': SnapshotComparison,
  'knowledge snapshot swap': Snapshot,
  'knowledge snapshot undo': Snapshot,
  'knowledge snapshot purge': FreedSpace,
  'knowledge snapshot pause': Snapshot,
  'knowledge snapshot resume': Snapshot,
  'knowledge search': SearchResult,
  'knowledge evaluate': Evaluation,
  'knowledge why': AnswerTrace,
  'knowledge autopsy': Autopsy,
  'knowledge export': ExportedKnowledge,
  'knowledge import': ImportedKnowledge,
  ask: AskResult,
  'pipeline list': z.array(ListedPipeline),
  'pipeline run': PipelineRun,
  'pipeline why': CellWhy,
  'models list': ModelListing,
  'models get': Model,
  'models add': Model,
  doctor: Doctor,
} as const;

export type CommandName = keyof typeof COMMAND_OUTPUTS;
/** What may be printed as JSON: nothing that has no schema. */
export type CommandOutput = { [Name in CommandName]: z.infer<(typeof COMMAND_OUTPUTS)[Name]> }[CommandName];
