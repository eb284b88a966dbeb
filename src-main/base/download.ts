import { open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { AppError } from './appError.ts';
import { reasonOf, targetOf } from './networkCall.ts';
import type { OpenRequest, OpenResponse } from './openUrl.ts';

export interface DownloadRequest {
  readonly url: string;
  /** Absolute path of the finished file; its folder exists. While it grows it is `<to>.part`. */
  readonly to: string;
  readonly by: string;
  readonly signal: AbortSignal;
  /** Bytes on disk so far, resumed ones included. */
  readonly onBytes?: (done: number, total: number | null) => void;
  /** A source that announces or sends another size is refused before its bytes are kept. */
  readonly expectedBytes?: number;
}

export interface DownloadResult {
  readonly bytes: number;
  /** Bytes that were there before and were not fetched again. */
  readonly resumedBytes: number;
}

type Open = (request: OpenRequest) => Promise<OpenResponse>;

/** What makes the rest of a part belong to its beginning: a strong validator of the server's. */
const PartNote = z.object({ url: z.string(), validator: z.string() });

const MAX_TRIES = 4;

/** A broken connection is taken up where it ended, at most three times in a row without a new byte. */
export async function downloadFile(openUrl: Open, request: DownloadRequest): Promise<DownloadResult> {
  let resumedBytes: number | null = null;
  let lastSize = -1;
  for (let tries = 1; ; tries++) {
    const part = await openPart(request);
    resumedBytes ??= part.size;
    if (part.size > lastSize) tries = 1;
    lastSize = part.size;
    try {
      const bytes = await fetchRest(openUrl, request, part);
      await rename(part.path, request.to);
      await rm(notePath(request.to), { force: true });
      return { bytes, resumedBytes };
    } catch (error) {
      if (request.signal.aborted) throw new AppError('CANCELLED', `The download of ${new URL(request.url).host} was cancelled.`, { cause: error });
      if (!(error instanceof BrokenConnection)) throw error;
      if (tries >= MAX_TRIES) throw new AppError('NETWORK_FAILED', error.message, { hint: 'Try again: what arrived is kept.', cause: error.cause });
    } finally {
      await part.file.close();
    }
  }
}

/** The connection ended early; what arrived is good. */
class BrokenConnection extends Error {}

interface Part {
  readonly path: string;
  readonly file: FileHandle;
  readonly size: number;
  readonly validator: string | null;
}

function notePath(to: string): string {
  return `${to}.part.json`;
}

/** A part counts only with the note that says what it is the beginning of. */
async function openPart(request: DownloadRequest): Promise<Part> {
  const path = `${request.to}.part`;
  const validator = await readValidator(request);
  const file = await open(path, validator === null ? 'w' : 'a');
  return { path, file, size: (await file.stat()).size, validator };
}

async function readValidator(request: DownloadRequest): Promise<string | null> {
  const text = await readFile(notePath(request.to), 'utf8').catch(() => null);
  const partExists = await stat(`${request.to}.part`).then(() => true, () => false);
  if (text === null || !partExists) return null;
  const note = PartNote.safeParse(parseJson(text));
  return note.success && note.data.url === request.url ? note.data.validator : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function fetchRest(openUrl: Open, request: DownloadRequest, part: Part): Promise<number> {
  const resuming = part.validator !== null && part.size > 0;
  const headers: Record<string, string> = resuming ? { range: `bytes=${part.size}-`, 'if-range': part.validator ?? '' } : {};
  const opened = await openUrl({ url: new URL(request.url), by: request.by, headers, signal: request.signal });
  try {
    const start = await acceptAnswer(opened, request, part);
    const total = totalBytes(opened.response, start);
    checkExpected(request, total);
    await rememberValidator(request, opened.response);
    const end = await writeBody(opened.response, { request, part, start, total });
    await part.file.sync();
    await opened.end('done');
    return end;
  } catch (error) {
    opened.response.destroy();
    await opened.end(request.signal.aborted ? 'cancelled' : 'failed', reasonOf(error));
    request.signal.throwIfAborted();
    throw error;
  }
}

/** Where the answer's first byte belongs; anything but a plain 200 or a fitting 206 is no file. */
async function acceptAnswer(opened: OpenResponse, request: DownloadRequest, part: Part): Promise<number> {
  const { statusCode, headers } = opened.response;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw refused(opened, `it sends the file as ${encoding}, which was not asked for`);
  if (statusCode === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
    if (Number(range?.[1]) === part.size) return part.size;
    await forgetPart(request, part);
    throw new BrokenConnection(`${targetOf(opened.url)} answered with another range than was asked for.`);
  }
  if (statusCode === 416) {
    await forgetPart(request, part);
    throw new BrokenConnection(`${targetOf(opened.url)} no longer has the rest of the file.`);
  }
  if (statusCode !== 200) throw refused(opened, `it answered ${statusCode}`);
  await part.file.truncate(0);
  return 0;
}

async function forgetPart(request: DownloadRequest, part: Part): Promise<void> {
  await part.file.truncate(0);
  await rm(notePath(request.to), { force: true });
}

function refused(opened: OpenResponse, reason: string): AppError {
  return new AppError('NETWORK_FAILED', `${targetOf(opened.url)} did not give the file: ${reason}.`, { hint: 'Try again later, or use another source.' });
}

function totalBytes(response: IncomingMessage, start: number): number | null {
  const length = response.headers['content-length'];
  return length === undefined ? null : start + Number(length);
}

function checkExpected(request: DownloadRequest, total: number | null): void {
  if (request.expectedBytes === undefined || total === null || total === request.expectedBytes) return;
  throw new AppError('NETWORK_FAILED', `Expected a file of ${request.expectedBytes} bytes but ${new URL(request.url).host} announces ${total}: it is another file.`, { hint: 'Use another source.' });
}

async function rememberValidator(request: DownloadRequest, response: IncomingMessage): Promise<void> {
  const etag = response.headers.etag;
  // A weak tag does not promise equal bytes (RFC 9110 §13.1.5).
  const validator = etag !== undefined && !etag.startsWith('W/') ? etag : response.headers['last-modified'];
  if (validator === undefined) await rm(notePath(request.to), { force: true });
  else await writeFile(notePath(request.to), JSON.stringify({ url: request.url, validator }), { mode: 0o600 });
}

interface Body {
  readonly request: DownloadRequest;
  readonly part: Part;
  readonly start: number;
  readonly total: number | null;
}

async function writeBody(response: IncomingMessage, { request, part, start, total }: Body): Promise<number> {
  const limit = request.expectedBytes ?? total ?? Number.POSITIVE_INFINITY;
  let done = start;
  try {
    for await (const bytes of response as AsyncIterable<Buffer>) {
      if (done + bytes.length > limit) throw new AppError('NETWORK_FAILED', `${new URL(request.url).host} sends more than the ${limit} bytes of the file.`, { hint: 'Use another source.' });
      await part.file.appendFile(bytes).catch(diskFailure(part.path));
      done += bytes.length;
      request.onBytes?.(done, total ?? request.expectedBytes ?? null);
    }
  } catch (error) {
    if (error instanceof AppError || request.signal.aborted) throw error;
    throw new BrokenConnection(`The connection to ${new URL(request.url).host} broke after ${done} bytes: ${reasonOf(error)}.`, { cause: error });
  }
  if (done < Math.min(limit, total ?? done)) throw new BrokenConnection(`${new URL(request.url).host} ended after ${done} of ${limit} bytes.`);
  return done;
}

function diskFailure(path: string): (error: unknown) => never {
  return (error) => {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC') throw new AppError('DISK_FULL', `The disk is full: ${path} cannot grow.`, { hint: 'Free some space and try again: what arrived is kept.', cause: error });
    throw new AppError('STORAGE_FAILED', `${path} cannot be written: ${reasonOf(error)}.`, { cause: error });
  };
}
