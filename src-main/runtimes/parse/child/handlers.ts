import { createHash } from 'node:crypto';
import { ChunkerSettings } from '#contract/document.ts';
import { AppError } from '../../../base/appError.ts';
import type { ParseRequest, ParseResult } from '../../types.ts';
import type { ChildCall } from '../../wire.ts';
import { chunkDocument } from './chunkDocument.ts';
import { bandsOf, minHash } from './minHash.ts';
import { parseBytes } from './parseBytes.ts';
import { readSource } from './readSource.ts';
import { loadTokenCounter } from './tokenCounter.ts';

let counter: { readonly path: string; readonly count: (text: string) => number } | null = null;

/** The tokenizer's file is read once: a child serves one embedder at a time. */
function tokenCounter(path: string): (text: string) => number {
  if (counter?.path !== path) counter = { path, count: loadTokenCounter(path) };
  return counter.count;
}

/**
 * What the parse child serves. One call reads one file and nothing else: no network, no other path.
 * Parsing is synchronous: a cancel is seen between its steps, and the supervisor ends the process where that is too late.
 */
export const parseHandlers = {
  async parse(request: ParseRequest, call: ChildCall): Promise<ParseResult> {
    const chunker = ChunkerSettings.parse(request.chunker);
    const stopWhenCancelled = (): void => {
      if (call.signal.aborted) throw new AppError('CANCELLED', `Reading ${request.name} was cancelled`);
    };
    const bytes = await readSource(request.path, request.name);
    stopWhenCancelled();
    const sourceDigest = createHash('sha256').update(bytes).digest('hex');
    const document = await parseBytes(bytes, request.name);
    stopWhenCancelled();
    const chunks = chunkDocument(document, chunker, tokenCounter(request.tokenizerPath));
    const textDigest = createHash('sha256').update(document.text).digest('hex');
    const signature = minHash(document.text);
    return { document, chunks, format: document.format, sourceDigest, sourceBytes: bytes.length, textDigest, signature: signature && { signature, bands: bandsOf(signature) } };
  },
};
