import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { storageError } from '../../../storage/storageError.ts';

const BUFFERED = 256 * 1024;

export interface LineFile {
  write(value: unknown): Promise<void>;
  /** Resolves when everything is written and the file is closed. */
  end(): Promise<{ readonly bytes: number; readonly sha256: string }>;
  /** Closes it as it is; after `end` nothing is left to do. */
  close(): Promise<void>;
}

/** A new file of one JSON value a line, hashed while it is written. Rejects with DISK_FULL and the like. */
export async function createLineFile(path: string): Promise<LineFile> {
  const handle = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let waiting = '';
  let bytes = 0;
  let closed = false;

  async function flush(): Promise<void> {
    if (waiting === '') return;
    const piece = Buffer.from(waiting, 'utf8');
    waiting = '';
    await writeAll({ handle, hash }, piece, path);
    bytes += piece.length;
  }
  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    await handle.close();
  }
  return {
    async write(value) {
      waiting += `${JSON.stringify(value)}\n`;
      if (waiting.length >= BUFFERED) await flush();
    },
    async end() {
      await flush();
      await close();
      return { bytes, sha256: hash.digest('hex') };
    },
    close,
  };
}

async function writeAll({ handle, hash }: { handle: FileHandle; hash: Hash }, piece: Buffer, path: string): Promise<void> {
  hash.update(piece);
  await handle.writeFile(piece).catch((error: unknown) => {
    throw storageError(error, { doing: 'collecting a knowledge base', path });
  });
}
