import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { createTarDecoder, createTarPacker, type ParsedTarEntry } from 'modern-tar';
import { failpoint } from '../../../base/failpoint.ts';
import { storageError } from '../../../storage/storageError.ts';
import { syncFolder } from '../../../storage/syncFolder.ts';

export interface TarMember {
  readonly name: string;
  readonly bytes: number;
  /** Exactly `bytes` of them. */
  content(): AsyncIterable<Uint8Array>;
}

interface WriteOptions {
  readonly signal: AbortSignal;
  /** Told how many bytes went out since the last time. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Writes a tar, whole or not at all: beside its place under a name of its own, fsynced, renamed. One that a kill left half-written is
 * replaced by the next.
 */
export async function writeTar(file: string, members: readonly TarMember[], { signal, onBytes }: WriteOptions): Promise<number> {
  const partial = path.join(path.dirname(file), `.${path.basename(file)}.part`);
  const { readable, controller } = createTarPacker();
  let bytes = 0;

  async function fill(): Promise<void> {
    for (const { name, bytes: size, content } of members) {
      signal.throwIfAborted();
      const writer = controller.add({ name, size, type: 'file', mtime: new Date(0) }).getWriter();
      // Failures come out of `write` and `close` as well; this one is nobody's.
      writer.closed.catch(() => undefined);
      for await (const piece of content()) await writer.write(piece);
      await writer.close();
    }
    controller.finalize();
  }
  async function* drained(): AsyncGenerator<Uint8Array> {
    for await (const piece of readable) {
      signal.throwIfAborted();
      bytes += piece.length;
      onBytes(piece.length);
      yield piece;
    }
  }
  async function drain(): Promise<void> {
    const handle = await open(partial, 'w', 0o600);
    try {
      await handle.writeFile(drained());
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  const stop = (error: unknown): never => {
    controller.error(error);
    throw error;
  };
  try {
    const [drawn, filled] = await Promise.allSettled([drain().catch(stop), fill().catch(stop)]);
    signal.throwIfAborted();
    // What the disk says comes first: the other side only learns that it was stopped.
    for (const ended of [drawn, filled]) if (ended.status === 'rejected') throw ended.reason;
    failpoint('export.before-rename');
    await rename(partial, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await rm(partial, { force: true });
    signal.throwIfAborted();
    throw storageError(error, { doing: `writing ${path.basename(file)}`, path: file });
  }
  return bytes;
}

export interface ReadTarOptions {
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/** The members of a tar in their order; each has to be read to its end, or cancelled, before the next. Rejects when it is cut off or damaged. */
export async function* readTar(file: string, { signal, onBytes }: ReadTarOptions): AsyncGenerator<ParsedTarEntry> {
  const handle = await open(file, 'r');
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      onBytes(piece.length);
      controller.enqueue(piece);
    },
  });
  const bytes = handle.readableWebStream({ autoClose: true }) as ReadableStream<Uint8Array>;
  try {
    yield* bytes.pipeThrough(counted, { signal }).pipeThrough(createTarDecoder({ strict: true }), { signal });
  } finally {
    await handle.close().catch(() => undefined);
  }
}
