import { createHash } from 'node:crypto';
import { ChunkerSettings, type Chunk, type ParsedDocument } from '#contract/document.ts';
import { AppError } from '../../../base/appError.ts';
import type { ChunkRequest, ExpandRequest, ExpandResult, ParseRequest, ParseResult } from '../../types.ts';
import type { ChildCall } from '../../wire.ts';
import { chunkDocument } from './chunkDocument.ts';
import { expandFile } from './expand/expandFile.ts';
import { MemberWriter } from './expand/memberWriter.ts';
import { bandsOf, minHash } from './minHash.ts';
import { parseBytes } from './parseBytes.ts';
import { readSource } from './readSource.ts';
import { keepingRemoved } from './removedText.ts';
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
    const read = (): Promise<ParsedDocument> => parseBytes(bytes, request.name);
    const { result: document, removed } = request.keepRemoved === true ? await keepingRemoved(read) : { result: await read(), removed: undefined };
    stopWhenCancelled();
    const chunks = chunkDocument(document, chunker, tokenCounter(request.tokenizerPath));
    const textDigest = createHash('sha256').update(document.text).digest('hex');
    const signature = minHash(document.text);
    return { document, chunks, format: document.format, sourceDigest, sourceBytes: bytes.length, ...(removed ? { removed } : {}), textDigest, signature: signature && { signature, bands: bandsOf(signature) } };
  },

  /** Answers chunks of a document that this child or an earlier one has read. */
  chunk({ document, chunker, tokenizerPath }: ChunkRequest): Chunk[] {
    const parsed = JSON.parse(new TextDecoder().decode(document)) as ParsedDocument;
    return [...chunkDocument(parsed, ChunkerSettings.parse(chunker), tokenCounter(tokenizerPath))];
  },

  /** Writes a container's members as numbered files into a folder; null where the file is a document. */
  async expand(request: ExpandRequest, call: ChildCall): Promise<ExpandResult | null> {
    const bytes = await readSource(request.path, request.name);
    const writer = new MemberWriter(request.into, call.signal);
    const kind = await expandFile(bytes, request.name, writer);
    if (kind === null) return null;
    const sourceDigest = createHash('sha256').update(bytes).digest('hex');
    return { kind, sourceDigest, sourceBytes: bytes.length, members: writer.members, problems: writer.allProblems() };
  },
};
