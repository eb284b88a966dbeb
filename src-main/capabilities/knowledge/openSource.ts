import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { DocumentId } from '#contract/ids.ts';
import { AppError } from '../../base/appError.ts';
import { documentRow, originalOf } from './documentView.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';

/** The original of a document, open: its size and its bytes are of one and the same file. */
export interface SourceFile {
  readonly size: number;
  readonly type: string;
  /** The bytes from `start` to `end`, both included; closes the file at its end. */
  read(range?: { readonly start: number; readonly end: number }): ReadableStream<Uint8Array>;
  close(): Promise<void>;
}

/**
 * A link put in the place of a document after it was read is not followed, and a pipe does not wait for its writer.
 * Windows has neither flag; there a link needs rights that a stranger's folder does not bring.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export async function openSource(deps: KnowledgeDeps, documentId: DocumentId): Promise<SourceFile> {
  const row = await documentRow(deps, documentId);
  if (row.container !== null) throw new AppError('PATH_UNREADABLE', `${row.file} lies inside ${row.container}`, { hint: 'Its text as it was read is here; unpack the file to see the original.' });
  const file = await originalOf(deps, row);
  const unreadable = (what: string, cause?: unknown): AppError => new AppError('PATH_UNREADABLE', `The original of ${row.file} ${what} ${file}`, { hint: 'Its text as it was read is still here.', cause });
  const opened = await openOriginal(file).catch((cause: unknown) => {
    throw unreadable('is no longer at', cause);
  });
  if (opened === null) throw unreadable('is no longer a file:');
  return { ...opened, type: row.format === 'pdf' ? 'application/pdf' : 'application/octet-stream' };
}

/** Opens what lies at exactly this path; null when it is no regular file. Rejects when it is a link or cannot be read. */
export async function openOriginal(file: string): Promise<Omit<SourceFile, 'type'> | null> {
  const handle: FileHandle = await open(file, FLAGS);
  const facts = await handle.stat().catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  if (!facts.isFile()) {
    await handle.close();
    return null;
  }
  return {
    size: facts.size,
    // Up to the size that was told: a file that grows meanwhile must not send more than its headers say.
    read: (range = { start: 0, end: facts.size - 1 }) => {
      if (range.end >= range.start) return Readable.toWeb(handle.createReadStream(range)) as ReadableStream<Uint8Array>;
      void handle.close();
      return new ReadableStream({ start: (controller) => controller.close() });
    },
    close: () => handle.close(),
  };
}
