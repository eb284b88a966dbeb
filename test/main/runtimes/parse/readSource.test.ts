import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSource } from '../../../../src-main/runtimes/parse/child/readSource.ts';

const folder = mkdtempSync(join(tmpdir(), 'lathe-parse-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array = 'text') => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('reading the file', () => {
  test('gives the bytes as they are, through a link as well', async () => {
    const path = file('plain.txt', 'some bytes');
    symlinkSync(path, join(folder, 'link.txt'));
    expect(createHash('sha256').update(await readSource(join(folder, 'link.txt'), 'link.txt')).digest('hex')).toBe(createHash('sha256').update('some bytes').digest('hex'));
  });

  test.runIf(process.platform !== 'win32')('a pipe, a device, a socket and a folder are refused at once (needs POSIX)', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const socket = join(folder, 'socket');
    const server = createServer().listen(socket);
    await new Promise((ready) => server.once('listening', ready));
    try {
      await expect(readSource(pipe, 'pipe')).rejects.toMatchObject({ code: 'PATH_UNREADABLE', message: 'pipe is a pipe: only regular files are read' });
      await expect(readSource('/dev/zero', 'zero')).rejects.toMatchObject({ message: 'zero is a device: only regular files are read' });
      await expect(readSource(socket, 'socket')).rejects.toMatchObject({ message: 'socket is a socket: only regular files are read' });
      await expect(readSource(folder, 'folder')).rejects.toMatchObject({ message: 'folder is a folder: only regular files are read' });
    } finally {
      server.close();
    }
  });

  test('a file that is gone, and links in a circle, say so', async () => {
    symlinkSync(join(folder, 'b'), join(folder, 'a'));
    symlinkSync(join(folder, 'a'), join(folder, 'b'));
    await expect(readSource(join(folder, 'gone'), 'gone')).rejects.toMatchObject({ code: 'PATH_UNREADABLE', message: 'gone cannot be read: it is not there any more' });
    await expect(readSource(join(folder, 'a'), 'a')).rejects.toMatchObject({ code: 'PATH_UNREADABLE', message: 'a cannot be read: its links lead in a circle' });
  });

  test('a sparse terabyte is too large before a byte is read', async () => {
    const path = file('sparse.txt');
    truncateSync(path, 1_000_000_000_000);
    await expect(readSource(path, 'sparse.txt')).rejects.toMatchObject({ code: 'DOCUMENT_TOO_LARGE', message: expect.stringContaining('1.0 TB') });
  });

  test('a file that changes while it is read is refused', async () => {
    const path = file('grows.txt', 'x'.repeat(60_000_000));
    const reading = readSource(path, 'grows.txt');
    const growing = setInterval(() => writeFileSync(path, 'y', { flag: 'a' }), 1);
    await expect(reading.finally(() => clearInterval(growing))).rejects.toMatchObject({ code: 'PATH_UNREADABLE', message: expect.stringContaining('changed while it was read') });
  });
});
