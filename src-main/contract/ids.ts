import { z } from 'zod';

/** Branded ids: a plain string never passes where an id is meant. Rows carry UUIDv7, content carries SHA-256 (lower-case hex). */
export const ProjectId = z.uuid().brand<'ProjectId'>();
export type ProjectId = z.infer<typeof ProjectId>;

export const JobId = z.uuid().brand<'JobId'>();
export type JobId = z.infer<typeof JobId>;

export const KnowledgeId = z.uuid().brand<'KnowledgeId'>();
export type KnowledgeId = z.infer<typeof KnowledgeId>;

export const SnapshotId = z.uuid().brand<'SnapshotId'>();
export type SnapshotId = z.infer<typeof SnapshotId>;

export const DocumentId = z.uuid().brand<'DocumentId'>();
export type DocumentId = z.infer<typeof DocumentId>;

export const ConversationId = z.uuid().brand<'ConversationId'>();
export type ConversationId = z.infer<typeof ConversationId>;

export const AnswerId = z.uuid().brand<'AnswerId'>();
export type AnswerId = z.infer<typeof AnswerId>;

/** 64 lower-case hex digits. The only spelling of a digest that may ever become part of a path. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'Expected 64 lower-case hex digits (SHA-256)').brand<'Digest'>();
export type Digest = z.infer<typeof Digest>;

/** First 32 hex digits of SHA-256 over parsed digest, chunker settings and span. */
export const ChunkId = z.string().regex(/^[0-9a-f]{32}$/).brand<'ChunkId'>();
export type ChunkId = z.infer<typeof ChunkId>;

const RESERVED = /^(con|prn|aux|nul|com[1-9]|lpt[1-9])$/;
/** Names used in file names and on the command line. Never a Windows-reserved word. */
export const Slug = z
  .string()
  .regex(/^[a-z0-9-]{1,63}$/, 'Use 1 to 63 lower-case letters, digits and hyphens')
  .refine((slug) => !RESERVED.test(slug), 'This name is reserved on Windows')
  .brand<'Slug'>();
export type Slug = z.infer<typeof Slug>;
