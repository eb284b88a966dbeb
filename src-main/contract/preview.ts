import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Block, Chunk, DocumentFormat, ParseWarning } from './document.ts';
import { DocumentId, JobId, KnowledgeId, ProjectId, SnapshotId } from './ids.ts';

/** What a file would become, before it is ingested: nothing is written. */
export const ParsePreview = z.object({
  file: z.string(),
  format: DocumentFormat,
  title: z.string(),
  bytes: z.number().int(),
  language: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  text: z.string(),
  blocks: z.array(Block),
  pages: z.array(z.object({ width: z.number(), height: z.number(), hasText: z.boolean() })).nullable(),
  chunks: z.array(Chunk.pick({ start: true, end: true, tokens: true })),
  warnings: z.array(ParseWarning),
  /** What cleaning took out, by reason, in characters. */
  removed: z.record(z.string(), z.number().int()),
});
export type ParsePreview = z.infer<typeof ParsePreview>;

/** What an archive or an export holds: each of them is a document of its own. */
export const ContainerPreview = z.object({
  file: z.string(),
  kind: z.string(),
  bytes: z.number().int(),
  members: z.array(z.object({ name: z.string(), bytes: z.number().int() })),
  problems: z.array(z.object({ name: z.string(), reason: z.string() })),
});
export type ContainerPreview = z.infer<typeof ContainerPreview>;

export const Preview = z.union([z.object({ kind: z.literal('document'), document: ParsePreview }), z.object({ kind: z.literal('container'), container: ContainerPreview })]);
export type Preview = z.infer<typeof Preview>;

/** Chunks at the two main axes of their vectors; columns of equal length. */
export const EmbeddingMap = z.object({
  snapshotId: SnapshotId,
  /** Slug of the embedder whose vectors are shown. */
  embedder: z.string(),
  x: z.array(z.number()),
  y: z.array(z.number()),
  /** Index into `documents`. */
  document: z.array(z.number().int()),
  chunkIds: z.array(z.string()),
  /** Where the chunk stands in its document's text. */
  start: z.array(z.number().int()),
  end: z.array(z.number().int()),
  previews: z.array(z.string()),
  documents: z.array(z.object({ documentId: DocumentId, file: z.string(), title: z.string(), source: z.string() })),
  explained: z.tuple([z.number(), z.number()]),
  /** Chunks in the snapshot; fewer points = an even sample of them. */
  of: z.number().int(),
});
export type EmbeddingMap = z.infer<typeof EmbeddingMap>;

const inKnowledge = z.object({ projectId: ProjectId, knowledgeId: KnowledgeId });

/** Looking before anything is ingested, and from above. */
export const lookProcedures = {
  /** `path` is absolute. `member` names a document inside a container. */
  preview: oc.input(inKnowledge.extend({ path: z.string().min(1), member: z.string().min(1).optional() })).output(Preview),
  map: oc.input(inKnowledge.extend({ most: z.number().int().min(10).max(20_000).default(5_000) })).output(EmbeddingMap),
};

export const carryProcedures = {
  /** Writes a knowledge base with its documents, index, questions and the digests of its models into one file that is not there yet: a job whose result is `{knowledgeId, file, bytes, documents, chunks}`. */
  exportBase: oc.input(inKnowledge.extend({ to: z.string().min(1) })).output(z.object({ job: JobId })),
  /** Reads such a file into this project as a knowledge base of its own: a job whose result is `{knowledgeId, name, documents, chunks, questions, vectors, notes, embedJob}`. */
  importBase: oc.input(z.object({ projectId: ProjectId, from: z.string().min(1), name: z.string().min(1).max(200).optional() })).output(z.object({ job: JobId })),
};
