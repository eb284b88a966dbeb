import { z } from 'zod';
import { BlockKind, DocumentFormat, ParseWarning } from '#contract/document.ts';
import { ChunkId, Digest } from '#contract/ids.ts';

/** Rows as they stand in the file, one JSON object a line. `document` names a document within the file; every import gives ids of its own. */

const whole = z.number().int();
const count = whole.nonnegative();
const ownId = z.uuid();
const text = z.string().max(1_000_000);

/** Below its root and never out of it, spelt as scanning spells it. */
const inside = z
  .string()
  .min(1)
  .max(10_000)
  .refine((file) => !file.includes('\0') && !file.startsWith('/') && !file.split(/[/\\]/).includes('..'), 'Expected a path below its source');

export const CarriedDocument = z.object({
  id: ownId,
  root: z.string().min(1).max(10_000).refine((root) => !root.includes('\0'), 'Expected a path or an address'),
  file: inside,
  state: z.enum(['ready', 'alias', 'failed', 'skipped', 'expanded']),
  format: DocumentFormat.nullable(),
  title: text,
  pages: count.nullable(),
  bytes: count,
  mtimeNs: z.string().regex(/^-?\d{1,30}$/),
  checkedAtMs: whole,
  sourceDigest: Digest.nullable(),
  parsedDigest: Digest.nullable(),
  warnings: z.array(ParseWarning),
  reason: text.nullable(),
  indexedAtMs: whole.nullable(),
  author: text.nullable(),
  createdMs: whole.nullable(),
  modifiedMs: whole.nullable(),
  language: text.nullable(),
  url: text.nullable(),
  metadata: z.record(z.string(), z.string()),
  container: inside.nullable(),
  aliasOf: ownId.nullable(),
  textDigest: Digest.nullable(),
  /** base64 */
  signature: z.base64().max(100_000).nullable(),
  bands: z.array(whole).max(1_000),
});
export type CarriedDocument = z.infer<typeof CarriedDocument>;

export const CarriedEntry = z.object({ document: ownId, indexId: z.string().regex(/^[0-9a-f]{32}$/), chunker: z.string().min(1).max(1_000), parsedDigest: Digest, chunks: count });
export type CarriedEntry = z.infer<typeof CarriedEntry>;

export const CarriedChunk = z.object({
  document: ownId,
  ordinal: count,
  id: ChunkId,
  start: count,
  end: count,
  tokens: count,
  page: whole.positive().nullable(),
  kind: BlockKind,
  headings: z.array(z.string()),
});
export type CarriedChunk = z.infer<typeof CarriedChunk>;

export const CarriedForm = z.object({ document: ownId, parsedDigest: Digest, atMs: whole });
export type CarriedForm = z.infer<typeof CarriedForm>;

/** A document with everything of it. */
export interface CarriedParts {
  readonly document: CarriedDocument;
  readonly entry: CarriedEntry | null;
  readonly chunks: readonly CarriedChunk[];
  readonly forms: readonly CarriedForm[];
}
