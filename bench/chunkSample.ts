import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CHUNKER } from '../src-main/contract/document.ts';
import { chunkDocument } from '../src-main/runtimes/parse/child/chunkDocument.ts';
import { parseBytes } from '../src-main/runtimes/parse/child/parseBytes.ts';
import { loadTokenCounter } from '../src-main/runtimes/parse/child/tokenCounter.ts';
import { listFiles } from './buildIndex.ts';

/** `count` chunks as the product cuts them, at even distances over all of a folder's: the texts that are embedded, the same ones every time. */
export async function chunkSample(root: string, tokenizerPath: string, count: number): Promise<string[]> {
  const counter = loadTokenCounter(tokenizerPath);
  const texts: string[] = [];
  for (const file of listFiles(root)) {
    const document = await parseBytes(readFileSync(join(root, file)), file);
    for (const { text } of chunkDocument(document, DEFAULT_CHUNKER, counter)) texts.push(text);
  }
  if (texts.length < count) throw new Error(`Expected ${count} chunks in ${root} but there are ${texts.length}`);
  return Array.from({ length: count }, (_, number) => texts[Math.floor((number * texts.length) / count)] ?? '');
}
