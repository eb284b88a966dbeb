import type { IncomingMessage } from 'node:http';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Transform } from 'node:stream';
import { AppError } from './appError.ts';
import { reasonOf, targetOf } from './networkCall.ts';
import type { OpenRequest, OpenResponse } from './openUrl.ts';

/** One GET of something that a person's settings allow. Its path, query and headers stay out of the ledger and of every message. */
export interface FetchRequest {
  readonly url: string;
  readonly by: string;
  readonly signal: AbortSignal;
  /** Go with every hop: `if-none-match`, `accept` … */
  readonly headers?: Readonly<Record<string, string>>;
  /** Go only to the origin of `url`, never on to where it redirects: `authorization` … */
  readonly secretHeaders?: Readonly<Record<string, string>>;
  /** Most bytes of the body, on the wire and unpacked. */
  readonly maxBytes: number;
  /** From the first connection to the last byte. */
  readonly timeoutMs: number;
  /** False leaves the body unread; asked once the headers are there. */
  readonly wants?: (answer: FetchAnswer) => boolean;
}

export interface FetchAnswer {
  readonly status: number;
  /** By lower-case name; repeated ones joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** The URL after redirects. */
  readonly url: string;
}

export interface FetchResult extends FetchAnswer {
  /** Unpacked; empty when it was not wanted. */
  readonly body: Uint8Array;
}

type Open = (request: OpenRequest) => Promise<OpenResponse>;

/** A server that packs a page 200 times smaller than it is has no page to give. */
const MAX_RATIO = 200;
/** Below this any ratio is harmless. */
const FREE_BYTES = 1024 * 1024;

/**
 * Fetches one body into memory, within `maxBytes` and `timeoutMs` whatever the server announces or sends. Any status is an answer.
 * Rejects with NETWORK_REFUSED, NETWORK_FAILED (`details.tooLarge` where the body was cut by its size) or CANCELLED.
 */
export async function fetchUrl(openUrl: Open, request: FetchRequest): Promise<FetchResult> {
  const url = URL.canParse(request.url) ? new URL(request.url) : null;
  if (url === null) throw new AppError('NETWORK_REFUSED', `${JSON.stringify(request.url.slice(0, 200))} is not an address.`, { hint: 'Use an address such as https://example.org/docs/.' });
  const deadline = AbortSignal.timeout(request.timeoutMs);
  const signal = AbortSignal.any([request.signal, deadline]);
  try {
    const opened = await openUrl({ url, by: request.by, headers: { 'accept-encoding': 'gzip, deflate, br', ...request.headers }, ownHeaders: request.secretHeaders ?? {}, signal });
    return await readAnswer(opened, request, signal);
  } catch (error) {
    if (request.signal.aborted) throw new AppError('CANCELLED', `Fetching from ${targetOf(url)} was cancelled.`, { cause: error });
    if (deadline.aborted) throw new AppError('NETWORK_FAILED', `${targetOf(url)} did not finish its answer within ${request.timeoutMs / 1000} s.`, { hint: 'Try again later.', cause: error });
    throw error;
  }
}

async function readAnswer(opened: OpenResponse, request: FetchRequest, signal: AbortSignal): Promise<FetchResult> {
  const { response, url } = opened;
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
  const answer: FetchAnswer = { status: response.statusCode ?? 0, headers, url: url.href };
  try {
    const wanted = request.wants?.(answer) ?? true;
    const body = wanted ? await readBody(opened, request.maxBytes, signal) : new Uint8Array();
    if (!wanted) response.destroy();
    await opened.end('done', wanted ? undefined : 'only its headers were wanted');
    return { ...answer, body };
  } catch (error) {
    response.destroy();
    await opened.end(request.signal.aborted ? 'cancelled' : 'failed', reasonOf(error));
    throw error;
  }
}

function tooLarge(url: URL, words: string, maxBytes: number): AppError {
  return new AppError('NETWORK_FAILED', `${targetOf(url)} ${words} more than the ${maxBytes} bytes that are taken of one answer.`, { hint: 'Leave this address out.', details: { tooLarge: true } });
}

async function readBody({ response, url }: OpenResponse, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const announced = response.headers['content-length'] === undefined ? null : Number(response.headers['content-length']);
  if (announced !== null && announced > maxBytes) throw tooLarge(url, 'announces', maxBytes);
  let received = 0;
  response.on('data', (bytes: Buffer) => {
    received += bytes.length;
    if (received > maxBytes) response.destroy(tooLarge(url, 'sends', maxBytes));
  });
  const unpacked: Buffer[] = [];
  let size = 0;
  try {
    for await (const bytes of decoded(response, url, signal)) {
      size += bytes.length;
      if (size > maxBytes) throw tooLarge(url, received > maxBytes ? 'sends' : 'unpacks to', maxBytes);
      if (size > FREE_BYTES && size > received * MAX_RATIO) throw new AppError('NETWORK_FAILED', `${targetOf(url)} sends ${received} bytes that unpack to more than ${MAX_RATIO} times as many.`, { hint: 'Leave this address out.', details: { tooLarge: true } });
      unpacked.push(bytes);
    }
  } catch (error) {
    if (error instanceof AppError || signal.aborted) throw error;
    const of = announced === null ? '' : ` of ${announced}`;
    throw new AppError('NETWORK_FAILED', `The answer of ${targetOf(url)} broke after ${received}${of} bytes: ${reasonOf(error)}.`, { hint: 'Try again later.', cause: error });
  }
  return Buffer.concat(unpacked);
}

function decoded(response: IncomingMessage, url: URL, signal: AbortSignal): AsyncIterable<Buffer> {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return response;
  const unpack = decompressorFor(encoding);
  if (unpack === null) throw new AppError('NETWORK_FAILED', `${targetOf(url)} packs its answer as ${JSON.stringify(encoding.slice(0, 40))}, which was not asked for.`, { hint: 'Leave this address out.' });
  response.once('error', (error) => unpack.destroy(error));
  signal.addEventListener('abort', () => unpack.destroy(new Error('aborted')), { once: true });
  return response.pipe(unpack);
}

function decompressorFor(encoding: string): Transform | null {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  return encoding === 'br' ? createBrotliDecompress() : null;
}
