import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { sha256 } from '../../src-main/base/canonicalJson.ts';
import type { DeepVectors, IndexDocument, IndexLocation, IndexRuntime, Passage, PendingChunk, SearchRequest, SearchResult, VectorCounts } from '../../src-main/runtimes/types.ts';

interface Entry {
  readonly document: IndexDocument;
  visible: boolean;
}

export interface MemoryIndex extends IndexRuntime {
  /** What an index folder holds, by document, with what searches see. */
  entries(): { documentId: string; visible: boolean; text: string }[];
  /** Digests of the texts whose vectors a file holds. */
  vectors(file: string): string[];
  /** Every search, as it was asked. */
  readonly asked: SearchRequest[];
  /** Every call that changed something, in order. */
  readonly calls: string[];
}

/** An index in memory with the promises of the real one: hidden until published, best first, the top taken of what is visible. */
export function memoryIndex(): MemoryIndex {
  const folders = new Map<string, Map<string, Entry>>();
  const calls: string[] = [];
  const asked: SearchRequest[] = [];
  const embedded = new Map<string, Set<string>>();
  const vectorsIn = ({ file }: Pick<DeepVectors, 'file'>): Set<string> => {
    const known = existsSync(file) ? embedded.get(file) : undefined;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    const digests = known ?? new Set<string>();
    embedded.set(file, digests);
    return digests;
  };
  const toEmbed = (at: IndexLocation): PendingChunk[] =>
    [...of(at).values()].flatMap(({ document }) => document.chunks.map(({ text, headings }) => ({ text, heading: [document.title, ...headings].join(' > '), digest: sha256(`${document.title}\n${text}`) })));
  const count = (at: IndexLocation, deep: DeepVectors): VectorCounts => {
    const all = toEmbed(at);
    return { total: all.length, done: all.filter(({ digest }) => vectorsIn(deep).has(digest)).length };
  };
  const of = (at: IndexLocation): Map<string, Entry> => {
    // As the real one: it lives and goes with its folder.
    const known = existsSync(at.folder) ? folders.get(at.folder) : undefined;
    mkdirSync(at.folder, { recursive: true });
    const entries = known ?? new Map<string, Entry>();
    folders.set(at.folder, entries);
    return entries;
  };
  const setVisible = (at: IndexLocation, ids: readonly string[], visible: boolean): void => {
    for (const id of ids) {
      const entry = of(at).get(id);
      if (entry) entry.visible = visible;
    }
  };

  function search(at: IndexLocation, request: SearchRequest): SearchResult {
    const { question, limit, only } = request;
    asked.push(request);
    const words = question.toLowerCase().split(/\W+/).filter((word) => word !== '');
    const passages = [...of(at).values()]
      .filter((entry) => entry.visible && (only === undefined || only.includes(entry.document.documentId)))
      .flatMap(({ document }) => document.chunks.map((chunk): Passage => {
        const score = words.reduce((sum, word) => sum + chunk.text.toLowerCase().split(word).length - 1, 0);
        return { documentId: document.documentId, chunkId: chunk.id, ordinal: chunk.ordinal, start: chunk.start, end: chunk.end, text: chunk.text, hitStart: chunk.start, hitEnd: chunk.end, headings: chunk.headings, score, ranks: { text: 1, vector: null, deep: null, fused: 1, ranked: 1 }, aliases: [] };
      }))
      .filter((passage) => passage.score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, limit);
    const counted = request.deep && count(at, request.deep.vectors);
    // The third list is left out until every chunk has its vector.
    const deep = counted && counted.done === counted.total ? passages.length : null;
    return { passages, confidence: passages.length > 0 ? 0.9 : 0, answerable: passages.length > 0, candidates: { text: passages.length, vector: 0, deep, fused: passages.length, ranked: passages.length }, timingsMs: {} };
  }

  return {
    calls,
    asked,
    entries: () => [...folders].filter(([folder]) => existsSync(folder)).flatMap(([, folder]) => [...folder].map(([documentId, { document, visible }]) => ({ documentId, visible, text: document.chunks.map((chunk) => chunk.text).join('\n') }))),
    documents: async (at) => [...of(at)].map(([documentId, { document }]) => ({ documentId, chunks: document.chunks.length })),
    async add(at, documents) {
      calls.push('add');
      for (const document of documents) of(at).set(document.documentId, { document, visible: false });
    },
    async publish(at, ids) {
      calls.push('publish');
      setVisible(at, ids, true);
    },
    async hide(at, ids) {
      calls.push('hide');
      setVisible(at, ids, false);
    },
    async remove(at, ids) {
      calls.push('remove');
      for (const id of ids) of(at).delete(id);
    },
    async optimize() {
      calls.push('optimize');
    },
    async compact() {
      calls.push('compact');
    },
    search: async (at, request) => search(at, request),
    vectors: (file) => [...vectorsIn({ file })].sort(),
    async pendingVectors(at, deep, limit) {
      const pending = toEmbed(at).filter(({ digest }) => !vectorsIn(deep).has(digest));
      return { chunks: pending.slice(0, limit), ...count(at, deep) };
    },
    async addVectors(_, deep, rows) {
      calls.push('addVectors');
      for (const { digest } of rows) vectorsIn(deep).add(digest);
    },
    countVectors: async (at, deep) => count(at, deep),
    async sweepVectors(at, deep) {
      calls.push('sweepVectors');
      const wanted = new Set(at.flatMap(toEmbed).map(({ digest }) => digest));
      const gone = [...vectorsIn(deep)].filter((digest) => !wanted.has(digest));
      for (const digest of gone) vectorsIn(deep).delete(digest);
      return gone.length;
    },
    placesOf: async () => ({ places: [], of: 0 }),
    points: async () => ({ chunks: [], x: new Float32Array(), y: new Float32Array(), explained: [0, 0], of: 0 }),
    similarity: async () => new Float32Array(),
    async close() {
      calls.push('close');
    },
  };
}
