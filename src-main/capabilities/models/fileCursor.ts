import { open, type FileHandle } from 'node:fs/promises';
import { AppError } from '../../base/appError.ts';

const WINDOW_BYTES = 1 << 20;

/**
 * Reads a model file's header forwards, a window at a time, whatever the header claims: nothing is allocated by a length
 * that the file does not have. Every number is checked before it is used as one.
 */
export class FileCursor {
  readonly path: string;
  readonly fileBytes: number;
  /** Position of the next byte. */
  at = 0;
  readonly #file: FileHandle;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;

  private constructor(path: string, file: FileHandle, fileBytes: number) {
    this.path = path;
    this.#file = file;
    this.fileBytes = fileBytes;
  }

  /** Opens a regular file, lets `read` walk it, and closes it. Rejects with PATH_UNREADABLE, or what `read` threw. */
  static async walk<T>(path: string, read: (cursor: FileCursor) => Promise<T>): Promise<T> {
    const file = await open(path, 'r').catch((error: unknown) => {
      throw new AppError('PATH_UNREADABLE', `${path} cannot be opened.`, { hint: 'Check that it exists and that you may read it.', cause: error });
    });
    try {
      const facts = await file.stat();
      if (!facts.isFile()) throw new AppError('PATH_UNREADABLE', `${path} is not a file.`, { hint: 'Name a .gguf or .onnx file.' });
      return await read(new FileCursor(path, file, facts.size));
    } finally {
      await file.close();
    }
  }

  get left(): number {
    return this.fileBytes - this.at;
  }

  damaged(why: string): AppError {
    return new AppError('MODEL_DAMAGED', `${this.path} is damaged: ${why} (at byte ${this.at} of ${this.fileBytes}).`, { hint: 'Get the file again from where it came.' });
  }

  /** True when `bytes` can be taken without reading from the disk: loops over many small values stay synchronous. */
  has(bytes: number): boolean {
    return this.at >= this.#windowAt && this.at + bytes <= this.#windowAt + this.#window.length;
  }

  /** Makes at least `bytes` available (at most a window). Rejects with MODEL_DAMAGED when the file ends before. */
  async need(bytes: number): Promise<void> {
    if (this.has(bytes)) return;
    if (bytes > this.left) throw this.damaged(`it ends ${bytes - this.left} bytes too early`);
    const window = Buffer.alloc(Math.min(Math.max(bytes, WINDOW_BYTES), this.left));
    const { bytesRead } = await this.#file.read(window, 0, window.length, this.at);
    if (bytesRead < bytes) throw this.damaged('it became shorter while it was read');
    this.#window = window.subarray(0, bytesRead);
    this.#windowAt = this.at;
  }

  /** Moves on over bytes that are not looked at. */
  skip(bytes: number): void {
    if (bytes > this.left) throw this.damaged(`a length of ${bytes} reaches ${bytes - this.left} bytes past the end of the file`);
    this.at += bytes;
  }

  /** The next bytes; only after `need`. */
  take(bytes: number): Buffer {
    const from = this.at - this.#windowAt;
    this.at += bytes;
    return this.#window.subarray(from, from + bytes);
  }

  async u8(): Promise<number> {
    await this.need(1);
    return this.take(1).readUInt8();
  }

  async u32(): Promise<number> {
    await this.need(4);
    return this.take(4).readUInt32LE();
  }

  /** A 64-bit count, offset or length; one that no file can have is refused rather than rounded. */
  async u64(what: string): Promise<number> {
    await this.need(8);
    return this.takeU64(what);
  }

  /** As `u64`, without waiting; only after `need(8)` or `has(8)`. */
  takeU64(what: string): number {
    const value = this.take(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.damaged(`${what} is ${value}`);
    return Number(value);
  }

  async text(bytes: number, what: string): Promise<string> {
    if (bytes > this.left) throw this.damaged(`${what} of ${bytes} bytes reaches past the end of the file`);
    await this.need(bytes);
    return this.take(bytes).toString('utf8');
  }
}
