import { z } from 'zod';
import { AppError } from '../../../base/appError.ts';
import { canonicalJson, sha256 } from '../../../base/canonicalJson.ts';
import { splitRelative } from '../../../base/paths.ts';
import { Digest, Slug } from '#contract/ids.ts';

/** `NAME.lathe-knowledge`: a tar whose first member says what all the others are. */
export const CARRIED_FORMAT = 'lathe-knowledge';
export const CARRIED_VERSION = 1;
export const MANIFEST = 'manifest.json';
/** A name, a size and a digest each: enough for 300,000 documents. */
export const MANIFEST_BYTES = 64 * 1024 * 1024;

const count = z.number().int().nonnegative();

/** One file in the tar besides the manifest. */
const Member = z.object({ name: z.string().max(1_000), bytes: count, sha256: Digest });
export type Member = z.infer<typeof Member>;

const Facts = z.object({
  format: z.literal(CARRIED_FORMAT),
  version: z.literal(CARRIED_VERSION),
  /** Of the Lathe that wrote it. */
  lathe: z.string(),
  atMs: count,
  base: z.object({ name: z.string().min(1).max(200), maxTokens: z.number().int().min(32).max(2048), embedder: Slug }),
  /** The index that served. Null: its second stage had not begun. */
  snapshot: z.object({ createdAtMs: count, paused: z.boolean(), vectors: z.object({ digest: Digest, dimensions: z.number().int().min(1).max(65_536) }).nullable() }),
  models: z.object({
    /** The transformer embedder that made the vectors; null digest = it had made none. */
    embedder: z.object({ slug: Slug, digest: Digest.nullable() }),
    static: z.object({ slug: Slug, digest: Digest }),
  }),
  counts: z.object({ documents: count, entries: count, chunks: count, forms: count, questions: count }),
  members: z.array(Member),
});
export type ManifestFacts = z.infer<typeof Facts>;

/** What any version says of itself. */
const Envelope = z.object({ format: z.string(), version: z.number().int() });

/** The digest is of everything else in the manifest: a byte turned over in it is noticed too. */
export function writeManifest(facts: ManifestFacts): string {
  return JSON.stringify({ ...facts, digest: sha256(canonicalJson(facts)) });
}

const hint = 'Export the knowledge base again, or copy the file again.';

/** A file that is not what was exported. `what` completes "FILE …". */
export function damagedFile(file: string, what: string, cause?: unknown): AppError {
  return new AppError('KNOWLEDGE_FILE_DAMAGED', `${file} ${what}; nothing was imported`, { hint, ...(cause === undefined ? {} : { cause }) });
}

/** Throws KNOWLEDGE_FILE_DAMAGED, or DATABASE_NEWER for a version of the future. */
export function readManifest(file: string, text: string): ManifestFacts {
  const said = parseJson(text);
  const envelope = Envelope.safeParse(said);
  if (!envelope.success || envelope.data.format !== CARRIED_FORMAT) throw damagedFile(file, 'is not a knowledge base that Lathe exported');
  if (envelope.data.version > CARRIED_VERSION) throw new AppError('DATABASE_NEWER', `${file} has version ${envelope.data.version}; this Lathe reads up to ${CARRIED_VERSION}`, { hint: 'Update Lathe and import it again.' });
  const { digest, ...rest } = said as Record<string, unknown>;
  if (digest !== digestOfRest(rest)) throw damagedFile(file, 'is damaged: its manifest does not have the digest that it names');
  const facts = Facts.safeParse(rest);
  if (!facts.success) throw damagedFile(file, `cannot be used: ${facts.error.issues[0]?.path.join('.') ?? 'its manifest'}: ${facts.error.issues[0]?.message ?? 'not as expected'}`);
  assertMembers(file, facts.data.members);
  return facts.data;
}

/** Null for what has none, such as a number that is too large. */
function digestOfRest(rest: Record<string, unknown>): string | null {
  try {
    return sha256(canonicalJson(rest));
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const ROWS = ['documents.jsonl', 'entries.jsonl', 'chunks.jsonl', 'forms.jsonl'] as const;
const FIXED: ReadonlySet<string> = new Set([...ROWS, 'questions.json', 'vectors.db']);

/** The name of an artifact's member is its digest. */
export const artifactMember = (digest: string): string => `artifacts/${digest}`;

/** Names that lead nowhere but into the folder that they are unpacked in, each once, and all that must be there. */
function assertMembers(file: string, members: readonly Member[]): void {
  const names = new Set<string>();
  for (const { name, sha256: digest } of members) {
    if (!isMemberName(name)) throw damagedFile(file, `was refused: ${JSON.stringify(name.slice(0, 200))} is no name of a part of a knowledge base`);
    if (names.has(name)) throw damagedFile(file, `was refused: it names ${name} twice`);
    if (name.startsWith('artifacts/') && name !== artifactMember(digest)) throw damagedFile(file, `was refused: ${name} is not named by its digest`);
    names.add(name);
  }
  const missing = [...ROWS, 'questions.json'].find((name) => !names.has(name));
  if (missing !== undefined) throw damagedFile(file, `is not whole: ${missing} is missing`);
}

function isMemberName(name: string): boolean {
  if (FIXED.has(name) || /^artifacts\/[0-9a-f]{64}$/.test(name)) return true;
  if (!name.startsWith('index/')) return false;
  try {
    return splitRelative(name).join('/') === name;
  } catch {
    return false;
  }
}
