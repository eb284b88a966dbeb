import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppError } from './appError.ts';

/**
 * Reads a whole file that somebody else may have put there: a pipe would wait for ever and a device never ends, so only
 * regular files up to `maxBytes` are read. Throws PATH_UNREADABLE for others, and what the system says (ENOENT …) as it is.
 */
export async function readRegularFile(file: string, maxBytes: number): Promise<Buffer> {
  // Without O_NONBLOCK opening a pipe would already wait for its writer.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw new AppError('PATH_UNREADABLE', `${file} is not a regular file`, { hint: 'Remove it, or put a file of that name in its place.' });
    if (facts.size > maxBytes) throw new AppError('PATH_UNREADABLE', `${file} has ${facts.size} bytes; at most ${maxBytes} are read`, { hint: 'Make it smaller.' });
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
