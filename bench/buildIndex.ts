import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createIndexHandlers } from '../src-main/runtimes/index/child/handlers.ts';
import { chunkDocument } from '../src-main/runtimes/parse/child/chunkDocument.ts';
import { parseBytes } from '../src-main/runtimes/parse/child/parseBytes.ts';
import { loadTokenCounter } from '../src-main/runtimes/parse/child/tokenCounter.ts';
import type { DeepQuestion, IndexDocument, IndexLocation, SearchResult } from '../src-main/runtimes/types.ts';
import type { SecondStage, VectorHandlers } from './secondStage.ts';

export interface BuildOptions {
  readonly at: IndexLocation;
  readonly tokenizerPath: string;
  readonly maxTokens: number;
}

export interface BuiltIndex {
  readonly files: number;
  readonly chunks: number;
  /** Seconds of wall time in one process, one after the other. */
  readonly seconds: Readonly<Record<'parse' | 'chunk' | 'add' | 'optimize', number>>;
  /** Gives every chunk its transformer vector. */
  complete(stage: SecondStage): Promise<{ computed: number; seconds: number }>;
  search(question: string, limit: number, deep?: DeepQuestion): Promise<SearchResult>;
  close(): Promise<unknown>;
}

const BATCH_CHUNKS = 1000;

/** Reads folders into a new index, with the very functions that the children run; documents are named by their relative path. */
export async function buildIndex(roots: readonly string[], options: BuildOptions): Promise<BuiltIndex> {
  const { at } = options;
  rmSync(at.folder, { recursive: true, force: true });
  const handlers = createIndexHandlers() as unknown as Record<'add' | 'publish' | 'optimize' | 'search' | 'documents' | 'close', (params: Record<string, unknown>) => Promise<unknown>> & VectorHandlers;
  const count = loadTokenCounter(options.tokenizerPath);
  const seconds = { parse: 0, chunk: 0, add: 0, optimize: 0 };
  const timed = async <T>(step: keyof typeof seconds, work: () => T | Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work();
    seconds[step] += (performance.now() - startedAt) / 1000;
    return result;
  };
  let batch: IndexDocument[] = [];
  let waiting = 0;
  let files = 0;
  let total = 0;
  const flush = (): Promise<unknown> => timed('add', () => handlers.add({ at, documents: batch }).then(() => handlers.publish({ at, documentIds: batch.map((item) => item.documentId) })));
  for (const root of roots) {
    for (const file of listFiles(root)) {
      const document = await timed('parse', () => parseBytes(readFileSync(join(root, file)), file));
      const chunks = await timed('chunk', () => chunkDocument(document, { version: 1, maxTokens: options.maxTokens }, count));
      batch.push({
        documentId: file, file, title: document.title,
        chunks: chunks.map(({ page, ...chunk }, ordinal) => ({
          ...chunk, ordinal, id: createHash('sha256').update(`${file}:${chunk.start}`).digest('hex').slice(0, 32), ...(page === undefined ? {} : { page }),
        })),
      });
      files++;
      total += chunks.length;
      waiting += chunks.length;
      if (waiting < BATCH_CHUNKS) continue;
      await flush();
      batch = [];
      waiting = 0;
    }
  }
  await flush();
  await timed('optimize', () => handlers.optimize({ at }));
  return {
    files, chunks: total, seconds,
    complete: (stage) => stage.complete(handlers, at),
    search: async (question, limit, deep) => (await handlers.search({ at, request: { question, limit, ...(deep ? { deep } : {}) } })) as SearchResult,
    close: () => handlers.close({ at }),
  };
}

/** Relative paths, in one order everywhere. */
export function listFiles(root: string): string[] {
  return readdirSync(root, { recursive: true })
    .map(String)
    .filter((file) => !file.split('/').some((part) => part.startsWith('.')) && statSync(join(root, file)).isFile())
    .sort();
}
