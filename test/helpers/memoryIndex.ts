import { existsSync, mkdirSync } from 'node:fs';
import type { IndexDocument, IndexLocation, IndexRuntime, Passage, SearchResult } from '../../src-main/runtimes/types.ts';

interface Entry {
  readonly document: IndexDocument;
  visible: boolean;
}

export interface MemoryIndex extends IndexRuntime {
  /** What an index folder holds, by document, with what searches see. */
  entries(): { documentId: string; visible: boolean; text: string }[];
  /** Every call that changed something, in order. */
  readonly calls: string[];
}

/** An index in memory with the promises of the real one: hidden until published, best first, the top taken of what is visible. */
export function memoryIndex(): MemoryIndex {
  const folders = new Map<string, Map<string, Entry>>();
  const calls: string[] = [];
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

  function search(at: IndexLocation, question: string, limit: number): SearchResult {
    const words = question.toLowerCase().split(/\W+/).filter((word) => word !== '');
    const passages = [...of(at).values()]
      .filter((entry) => entry.visible)
      .flatMap(({ document }) => document.chunks.map((chunk): Passage => {
        const score = words.reduce((sum, word) => sum + chunk.text.toLowerCase().split(word).length - 1, 0);
        return { documentId: document.documentId, chunkId: chunk.id, ordinal: chunk.ordinal, start: chunk.start, end: chunk.end, text: chunk.text, hitStart: chunk.start, hitEnd: chunk.end, headings: chunk.headings, score, ranks: { text: 1, vector: null, fused: 1 } };
      }))
      .filter((passage) => passage.score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, limit);
    return { passages, confidence: passages.length > 0 ? 0.9 : 0, answerable: passages.length > 0, candidates: { text: passages.length, vector: 0, fused: passages.length }, timingsMs: {} };
  }

  return {
    calls,
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
    search: async (at, { question, limit }) => search(at, question, limit),
    similarity: async () => new Float32Array(),
    async close() {
      calls.push('close');
    },
  };
}
