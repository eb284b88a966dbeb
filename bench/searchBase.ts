import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chunkDocument } from '../src-main/runtimes/parse/child/chunkDocument.ts';
import { parseBytes } from '../src-main/runtimes/parse/child/parseBytes.ts';
import { loadTokenCounter } from '../src-main/runtimes/parse/child/tokenCounter.ts';
import type { IndexDocument } from '../src-main/runtimes/types.ts';
import { seededRandom, type SeededRandom } from '../test/helpers/seededRandom.ts';
import { listFiles } from './buildIndex.ts';

/** As the product cuts first, then smaller: a chunk of another size is another text, of the same real document. */
const SIZES = [256, 192, 128, 96] as const;
/** Of a copy's words, one in so many is another word of the same document. */
const WORDS_TO_A_CHANGE = 8;

export interface BaseOptions {
  /** Folders of manuals, read in this order. */
  readonly roots: readonly string[];
  readonly tokenizerPath: string;
  /** Chunks after which nothing more is read; the last document counts whole. */
  readonly chunks: number;
}

/** Real documents as the product cuts them, then the same documents cut smaller, until there are enough chunks. */
export async function* cutInSizes({ roots, tokenizerPath, chunks }: BaseOptions): AsyncGenerator<IndexDocument> {
  const counter = loadTokenCounter(tokenizerPath);
  let made = 0;
  for (const maxTokens of SIZES) {
    for await (const document of readAll(roots, { maxTokens, counter })) {
      yield { ...document, documentId: `${maxTokens}/${document.documentId}` };
      made += document.chunks.length;
      if (made >= chunks) return;
    }
  }
}

/** Real documents as the product cuts them, and copies of each in which words were changed; `copies` with the original. */
export async function* copied({ roots, tokenizerPath, chunks, copies }: BaseOptions & { readonly copies: number }): AsyncGenerator<IndexDocument> {
  const counter = loadTokenCounter(tokenizerPath);
  const random = seededRandom(1);
  let made = 0;
  for await (const document of readAll(roots, { maxTokens: SIZES[0], counter })) {
    const words = document.chunks.flatMap(({ text }) => text.match(/\p{L}{3,}/gu) ?? []);
    for (let copy = 0; copy < copies; copy++) {
      yield copy === 0 ? document : changed(document, { copy, words, random });
      made += document.chunks.length;
      if (made >= chunks) return;
    }
  }
}

function changed(document: IndexDocument, { copy, words, random }: { readonly copy: number; readonly words: readonly string[]; readonly random: SeededRandom }): IndexDocument {
  const other = (word: string): string => (random.below(WORDS_TO_A_CHANGE) === 0 ? (words[random.below(words.length)] ?? word) : word);
  return {
    ...document,
    documentId: `copy-${copy}/${document.documentId}`,
    file: `copy-${copy}/${document.file}`,
    chunks: document.chunks.map((chunk) => ({ ...chunk, id: idOf(`${copy}:${chunk.id}`), text: chunk.text.replaceAll(/\p{L}{3,}/gu, other) })),
  };
}

async function* readAll(roots: readonly string[], { maxTokens, counter }: { readonly maxTokens: number; readonly counter: ReturnType<typeof loadTokenCounter> }): AsyncGenerator<IndexDocument> {
  for (const root of roots) {
    for (const file of listFiles(root)) {
      const document = await parseBytes(readFileSync(join(root, file)), file);
      const chunks = await chunkDocument(document, { version: 1, maxTokens }, counter);
      yield {
        documentId: file, file, title: document.title,
        chunks: chunks.map(({ page, ...chunk }, ordinal) => ({ ...chunk, ordinal, id: idOf(`${maxTokens}:${file}:${chunk.start}`), ...(page === undefined ? {} : { page }) })),
      };
    }
  }
}

function idOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
