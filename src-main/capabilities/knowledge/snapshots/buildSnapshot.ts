import type { Chunk } from '#contract/document.ts';
import { failpoint } from '../../../base/failpoint.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import { entriesFor } from '../ingest/entriesFor.ts';
import { chunkerKey } from '../ingest/prepareDocument.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { Cutting, OpenedIndex } from '../openIndex.ts';
import { addEntries, behindDocuments, type BehindDocument } from './snapshotStore.ts';

const DOCUMENTS_A_BATCH = 32;

type Deps = Pick<KnowledgeDeps, 'database' | 'artifacts' | 'index' | 'parse'>;

interface Cut {
  readonly document: BehindDocument;
  readonly chunks: readonly Chunk[];
}

async function cut(deps: Deps, document: BehindDocument, how: { readonly maxTokens: number; readonly cutting: Cutting; readonly signal: AbortSignal }): Promise<Cut> {
  const parsed = await deps.artifacts.get(document.parsed_digest as never);
  const chunker = { version: 1 as const, maxTokens: how.maxTokens };
  return { document, chunks: await deps.parse.chunk({ document: parsed, name: document.file, chunker, tokenizerPath: how.cutting.tokenizerPath }, { signal: how.signal }) };
}

/** As an ingestion makes documents visible: index (hidden) → rows → index (shown) → former version removed. */
async function write(deps: Deps, { at, snapshot }: OpenedIndex, { cuts, chunker }: { readonly cuts: readonly Cut[]; readonly chunker: string }): Promise<void> {
  const made = cuts.map(({ document, chunks }) => ({
    ...entriesFor({ documentId: document.id, file: document.file, title: document.title, parsedDigest: document.parsed_digest, chunker, chunks }),
    document,
  }));
  await deps.index.add(at, made.map(({ indexed }) => indexed));
  failpoint('snapshot.after-index-add');
  const taken = await deps.database.run(addEntries, made.map(({ document, entry, rows }) => ({ snapshotId: snapshot.id, documentId: document.id, parsedDigest: document.parsed_digest, entry, chunks: rows })));
  failpoint('snapshot.after-rows');
  await deps.index.publish(at, taken);
  const left = made.map(({ indexed }) => indexed.documentId).filter((name) => !taken.includes(name));
  const former = made.flatMap(({ document, indexed }) => (document.former === null || document.former === indexed.documentId ? [] : [document.former]));
  if (left.length + former.length > 0) await deps.index.remove(at, [...left, ...former]);
  failpoint('snapshot.after-index-publish');
}

/**
 * Brings a snapshot up to what serves: every document that it lacks, or has in an older form, is cut anew from its parsed form and put
 * into its index. What is there already is left, so that a build goes on where it was cut off. Answers how many documents came.
 */
export async function catchUp(deps: Deps, opened: OpenedIndex, ctx: Pick<JobContext, 'signal' | 'progress'>): Promise<number> {
  const { snapshot } = opened;
  const { signal } = ctx;
  const cutting = await opened.cutting(signal, (slug) => ctx.progress({ done: 0, total: null, unit: 'files', now: `Waiting for the model ${slug}` }));
  const chunker = chunkerKey(snapshot.max_tokens, cutting.digest);
  let came = 0;
  for (let after = ''; ; ) {
    const page = await deps.database.run(behindDocuments, { snapshotId: snapshot.id, after, limit: DOCUMENTS_A_BATCH });
    if (page.length === 0) break;
    after = page.at(-1)?.id ?? after;
    signal.throwIfAborted();
    ctx.progress({ done: came, total: null, unit: 'files', now: page[0]?.file ?? '' });
    const cuts = await Promise.all(page.map((document) => cut(deps, document, { maxTokens: snapshot.max_tokens, cutting, signal })));
    await opened.alone(() => write(deps, opened, { cuts, chunker }));
    came += page.length;
  }
  if (came > 0) await deps.index.optimize(opened.at, { signal });
  return came;
}
