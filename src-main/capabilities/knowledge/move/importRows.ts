import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ParsedDocument } from '#contract/document.ts';
import { failpoint } from '../../../base/failpoint.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import { CarriedChunk, CarriedDocument, CarriedEntry, CarriedForm, type CarriedParts } from './carriedRows.ts';
import { addCarried, beginImport, lostAliases } from './importStore.ts';
import { artifactMember, damagedFile, type ManifestFacts } from './manifest.ts';
import { createCursor, readLines } from './readLines.ts';

const DOCUMENTS_A_BATCH = 32;
const CHUNKS_A_BATCH = 2_000;

export interface RowsInput {
  readonly knowledgeId: string;
  readonly name: string;
  /** Where the file was unpacked. */
  readonly folder: string;
  readonly manifest: ManifestFacts;
  /** For messages. */
  readonly file: string;
  readonly ctx: Pick<JobContext, 'signal' | 'progress'>;
}

type Deps = Pick<KnowledgeDeps, 'database' | 'artifacts' | 'clock'>;

/** Documents with all that belongs to them: the files stand in the same order. */
async function* partsOf({ folder, file }: RowsInput): AsyncGenerator<CarriedParts> {
  const lines = <T>(name: string, schema: Parameters<typeof readLines<T>>[1]): AsyncGenerator<T> => readLines(path.join(folder, name), schema, { file, name });
  const entries = createCursor(lines('entries.jsonl', CarriedEntry));
  const chunks = createCursor(lines('chunks.jsonl', CarriedChunk));
  const forms = createCursor(lines('forms.jsonl', CarriedForm));
  let last = '';
  for await (const document of lines('documents.jsonl', CarriedDocument)) {
    const [entry, ...others] = await entries.take(document.id);
    const parts = { document, entry: entry ?? null, chunks: await chunks.take(document.id), forms: await forms.take(document.id) };
    if (document.id <= last || others.length > 0 || !agree(parts)) throw damagedFile(file, `cannot be used: what it says of ${document.file} does not agree with itself`);
    last = document.id;
    yield parts;
  }
  for (const cursor of [entries, chunks, forms]) if (!(await cursor.isDone())) throw damagedFile(file, 'cannot be used: it names documents that it does not hold');
}

function agree({ document, entry, chunks, forms }: CarriedParts): boolean {
  const { state, aliasOf, parsedDigest } = document;
  if ((state === 'ready') !== (entry !== null) || (state === 'alias') !== (aliasOf !== null)) return false;
  if ((state === 'ready' || state === 'alias') !== (parsedDigest !== null)) return false;
  return chunks.length === (entry?.chunks ?? 0) && chunks.every((chunk, ordinal) => chunk.ordinal === ordinal && chunk.start <= chunk.end) && forms.every((form) => [parsedDigest, entry?.parsedDigest].includes(form.parsedDigest));
}

/** Parsed forms of a batch, each once in an import: checked to be documents that hold what the chunks point at. */
async function putArtifacts(deps: Deps, { folder, file }: RowsInput, { batch, put }: { batch: readonly CarriedParts[]; put: Set<string> }): Promise<void> {
  for (const { document, entry, chunks } of batch) {
    for (const digest of new Set([document.parsedDigest, entry?.parsedDigest])) {
      if (!digest) continue;
      const isEntry = digest === entry?.parsedDigest;
      if (put.has(digest) && !isEntry) continue;
      const bytes = await readFile(path.join(folder, ...artifactMember(digest).split('/'))).catch((cause: unknown) => {
        throw damagedFile(file, `is not whole: the text of ${document.file} is missing`, cause);
      });
      const text = textOf(bytes);
      if (text === null || (isEntry && chunks.some(({ end }) => end > text.length))) throw damagedFile(file, `cannot be used: the text of ${document.file} is not what Lathe writes`);
      // Right before their rows: a purge takes what nothing names.
      await deps.artifacts.put(bytes);
      put.add(digest);
    }
  }
}

function textOf(bytes: Buffer): string | null {
  try {
    const parsed = ParsedDocument.safeParse(JSON.parse(bytes.toString('utf8')));
    return parsed.success ? parsed.data.text : null;
  } catch {
    return null;
  }
}

/**
 * Writes the rows of a carried base, hidden, a batch at a time. What it counted has to be what the manifest says. Throws
 * KNOWLEDGE_FILE_DAMAGED, DISK_FULL and the like; what it wrote until then is the caller's to take back.
 */
export async function importRows(deps: Deps, input: RowsInput): Promise<void> {
  const { knowledgeId, name, manifest, file, ctx } = input;
  await deps.database.run(beginImport, { id: knowledgeId, name, manifest, atMs: deps.clock.now() });
  failpoint('import.after-begin');
  const counts = { documents: 0, entries: 0, chunks: 0, forms: 0 };
  const put = new Set<string>();
  let batch: CarriedParts[] = [];
  let chunks = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    ctx.signal.throwIfAborted();
    await putArtifacts(deps, input, { batch, put });
    await deps.database.run(addCarried, { knowledgeId, documents: batch });
    ctx.progress({ done: counts.documents, total: manifest.counts.documents, unit: 'files', now: batch.at(-1)?.document.file ?? '' });
    batch = [];
    chunks = 0;
  };
  for await (const parts of partsOf(input)) {
    batch.push(parts);
    chunks += parts.chunks.length;
    counts.documents += 1;
    counts.entries += parts.entry ? 1 : 0;
    counts.chunks += parts.chunks.length;
    counts.forms += parts.forms.length;
    if (batch.length >= DOCUMENTS_A_BATCH || chunks >= CHUNKS_A_BATCH) await flush();
  }
  await flush();
  for (const [what, count] of Object.entries(counts)) {
    const expected = manifest.counts[what as keyof typeof counts];
    if (count !== expected) throw damagedFile(file, `cannot be used: it holds ${count} ${what} and should hold ${expected}`);
  }
  const lost = await deps.database.run(lostAliases, knowledgeId);
  if (lost > 0) throw damagedFile(file, `cannot be used: ${lost} of its documents stand for documents that it does not hold`);
}
