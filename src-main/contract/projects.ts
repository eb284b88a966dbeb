import { oc } from '@orpc/contract';
import { z } from 'zod';
import { KnowledgeSource } from './sources.ts';
import { Digest, ProjectId, Slug } from './ids.ts';

export const PROJECT_FILE_VERSION = 1;

/** `lathe.yaml`: what belongs in git. */
export const ProjectFile = z.strictObject({
  version: z.literal(PROJECT_FILE_VERSION).describe('Version of this file format'),
  id: ProjectId.describe('Identity of the project, shared by all copies of its folder'),
  name: z.string().min(1).max(200).describe('Name shown in the window; any Unicode'),
  models: z
    .strictObject({
      text: z.string().optional().describe('Slug or digest of the model that writes answers'),
      embedding: z.string().optional().describe('Slug or digest of the transformer embedder'),
      reranker: z.string().optional().describe('Slug or digest of the cross-encoder that orders the best passages; none when absent'),
    })
    .optional()
    .describe('Model pins'),
  settings: z
    .strictObject({
      answers: z
        .strictObject({
          maxTokens: z.number().int().min(16).max(4096).optional().describe('Longest answer, in tokens'),
          seed: z.number().int().min(0).optional().describe('Seed of answers'),
          passages: z.number().int().min(1).max(50).optional().describe('How many of the passages found an answer may be made from; 6 when absent'),
        })
        .optional(),
    })
    .optional()
    .describe('Settings that belong in git'),
});
export type ProjectFile = z.infer<typeof ProjectFile>;

/** `knowledge/<slug>.yaml`: one knowledge base and where its documents come from. */
export const KnowledgeFile = z.strictObject({
  version: z.literal(1).describe('Version of this file format'),
  id: z.uuid().describe('Identity of the knowledge base'),
  name: z.string().min(1).max(200).describe('Name shown in the window; any Unicode'),
  sources: z.array(KnowledgeSource).describe('Where its documents come from'),
  chunk: z
    .strictObject({ maxTokens: z.number().int().min(32).max(2048).optional().describe('Longest chunk, in the embedder\'s own tokens') })
    .optional()
    .describe('How documents are cut into chunks'),
  embedder: Slug.optional().describe('Slug of the transformer embedder'),
});
export type KnowledgeFile = z.infer<typeof KnowledgeFile>;

/** What is wrong with one project file, in words; such a file costs only itself. */
export const FileTrouble = z.object({ file: z.string(), message: z.string() });
export type FileTrouble = z.infer<typeof FileTrouble>;

export const Project = z.object({
  /** Of this folder on this machine; not the identity in `lathe.yaml`, which every clone shares. */
  id: ProjectId,
  name: z.string(),
  /** Absolute; shown, never used as a key. */
  folder: z.string(),
  sample: z.boolean(),
  trusted: z.boolean(),
  /** Slug or digest of the model that `lathe.yaml` pins for answers. */
  textModel: z.string().nullable(),
  /** Git branch with `*` when there are changes; null outside a repository. */
  branch: z.string().nullable(),
  /** Project files that cannot be used as they are. */
  troubles: z.array(FileTrouble),
});
export type Project = z.infer<typeof Project>;

export const RecentProject = z.object({ id: ProjectId, name: z.string(), folder: z.string(), openedAtMs: z.number().int(), exists: z.boolean() });

export const ProjectEntry = z.object({ path: z.string(), kind: z.enum(['file', 'folder']), sizeBytes: z.number().int().nonnegative() });

export type ProjectEntry = z.infer<typeof ProjectEntry>;

/** One deletion or change that can be taken back. */
export const UndoEntry = z.object({
  id: z.uuid(),
  title: z.string(),
  atMs: z.number().int(),
  purgeAtMs: z.number().int(),
  undoneAtMs: z.number().int().nullable(),
});
export type UndoEntry = z.infer<typeof UndoEntry>;

/** A copy of the project's database, beside it in `.lathe/copies`. */
export const DatabaseCopy = z.object({ name: z.string(), bytes: z.number().int(), madeAtMs: z.number().int() });
export type DatabaseCopy = z.infer<typeof DatabaseCopy>;

export const HomeFacts = z.object({
  knowledge: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      documents: z.number().int(),
      failed: z.number().int(),
      chunks: z.number().int(),
      state: z.enum(['empty', 'ready', 'running', 'failed', 'stale']),
      updatedAtMs: z.number().int().nullable(),
      /** How many files and folders its project file names. */
      sources: z.number().int(),
      /** Why the newest ingestion ended early; null when it did not. */
      failure: z.object({ message: z.string(), hint: z.string().optional() }).nullable(),
    }),
  ),
  answers: z.number().int(),
  lastAnswer: z.object({ conversationId: z.uuid(), question: z.string(), atMs: z.number().int() }).nullable(),
  changes: z.array(z.object({ atMs: z.number().int(), title: z.string() })),
});
export type HomeFacts = z.infer<typeof HomeFacts>;

const inProject = z.object({ projectId: ProjectId });

export const projects = {
  recent: oc.output(z.array(RecentProject)),
  /** `trust`: the person says yes to this folder, as with `trust` below. */
  open: oc.input(z.object({ folder: z.string().min(1), trust: z.boolean().default(false) })).output(Project),
  create: oc.input(z.object({ folder: z.string().min(1), name: z.string().min(1).max(200).optional(), sample: z.boolean().default(false) })).output(Project),
  get: oc.input(inProject).output(Project),
  trust: oc.input(inProject).output(Project),
  /** What a page called Home shows: real states of both lanes that exist. */
  home: oc.input(inProject).output(HomeFacts),
  /** Files that belong in git, sorted by path. */
  files: oc.input(inProject).output(z.array(ProjectEntry)),
  readFile: oc.input(inProject.extend({ path: z.string() })).output(z.object({ path: z.string(), text: z.string(), digest: Digest, schema: z.string().nullable() })),
  /** Compare-and-swap: fails with FILE_CHANGED when the file is no longer `expectedDigest`; the former content is kept. */
  writeFile: oc
    .input(inProject.extend({ path: z.string(), text: z.string().max(5_000_000), expectedDigest: Digest.nullable() }))
    .output(z.object({ digest: Digest, problems: z.array(z.object({ line: z.number().int(), field: z.string(), message: z.string() })) })),
  /** JSON Schemas by name (`project`, `knowledge`), generated from this contract. */
  schemas: oc.output(z.record(z.string(), z.record(z.string(), z.unknown()))),
  undoList: oc.input(inProject).output(z.array(UndoEntry)),
  /** Takes back the named entry, or the newest one that can be. */
  undo: oc.input(inProject.extend({ id: z.uuid().optional() })).output(UndoEntry),
  /** Writes a checked copy of the project's database, which `project restore` can put back. */
  backup: oc.input(inProject).output(DatabaseCopy),
  /** Removes tombstoned things for good. */
  purge: oc.input(inProject).output(z.object({ entries: z.number().int(), freedBytes: z.number().int() })),
};
