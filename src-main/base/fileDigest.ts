import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Digest } from '#contract/ids.ts';
import { AppError } from './appError.ts';

/** SHA-256 of a file, read in pieces: gigabytes cost no memory and other work goes on between them. Rejects with PATH_UNREADABLE, or CANCELLED. */
export async function fileDigest(path: string, options: { signal?: AbortSignal; onBytes?: (done: number) => void } = {}): Promise<Digest> {
  const hash = createHash('sha256');
  let done = 0;
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20, ...(options.signal ? { signal: options.signal } : {}) }) as AsyncIterable<Buffer>) {
      hash.update(bytes);
      done += bytes.length;
      options.onBytes?.(done);
    }
  } catch (error) {
    if (options.signal?.aborted) throw new AppError('CANCELLED', `Checking ${path} was cancelled.`, { cause: error });
    throw new AppError('PATH_UNREADABLE', `${path} cannot be read.`, { hint: 'Check that it exists and that you may read it.', cause: error });
  }
  return hash.digest('hex') as Digest;
}
