import { execFileSync } from 'node:child_process';
import { appendFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openOriginal } from '../../../../src-main/capabilities/knowledge/openSource.ts';
import { leakCheck } from '../../../helpers/leakCheck.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

leakCheck();

const textOf = (stream: ReadableStream<Uint8Array>): Promise<string> => new Response(stream).text();

describe('the original of a document', () => {
  it('is read whole or in part, never past the size that was told', async () => {
    const file = join(temporaryFolder(), 'a.txt');
    writeFileSync(file, 'hello world');
    const part = await openOriginal(file);
    expect(await textOf(part?.read({ start: 6, end: 8 }) as ReadableStream<Uint8Array>)).toBe('wor');
    const whole = await openOriginal(file);
    appendFileSync(file, ' and more');
    expect([whole?.size, await textOf(whole?.read() as ReadableStream<Uint8Array>)]).toEqual([11, 'hello world']);
    writeFileSync(file, '');
    expect(await textOf((await openOriginal(file))?.read() as ReadableStream<Uint8Array>)).toBe('');
  });

  it.skipIf(process.platform === 'win32')('is not a link that was put in its place, nor a folder, nor a pipe that nobody writes to (needs POSIX)', async () => {
    const folder = temporaryFolder();
    const [secret, link, pipe] = ['secret.txt', 'link.txt', 'pipe'].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(secret, 'secret');
    symlinkSync(secret, link);
    execFileSync('mkfifo', [pipe]);
    await expect(openOriginal(link)).rejects.toMatchObject({ code: 'ELOOP' });
    expect(await openOriginal(folder)).toBeNull();
    expect(await openOriginal(pipe)).toBeNull();
  });
});
