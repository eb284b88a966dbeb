import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { peekFolder, verifyFolder } from '../../../../src-main/capabilities/models/verifiedFiles.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { makeModel, WEIGHTS } from './modelsFixture.ts';

function folderWithWeights(): { folder: string; file: string } {
  const folder = join(temporaryFolder(), 'model');
  mkdirSync(folder);
  const file = join(folder, 'tiny.gguf');
  writeFileSync(file, WEIGHTS);
  return { folder, file };
}

const longAgo = new Date(Date.now() - 60_000);
const model = makeModel([]);

describe('what is known of weights without reading them', () => {
  it('counts a check of a file that had been left alone, until the file is touched', async () => {
    const { folder, file } = folderWithWeights();
    utimesSync(file, longAgo, longAgo);
    expect(await peekFolder(folder, model)).toBe('unchecked');
    await verifyFolder(folder, model);
    expect(await peekFolder(folder, model)).toBe('ready');
    utimesSync(file, new Date(), new Date());
    expect(await peekFolder(folder, model)).toBe('unchecked');
  });

  it('does not count a check of a file that was written just before: it could change again within the same tick of the clock', async () => {
    const { folder, file } = folderWithWeights();
    await verifyFolder(folder, model);
    expect(await peekFolder(folder, model)).toBe('unchecked');
    // The same size, time and inode as when it was checked, but other bytes: what a note taken then would have hidden.
    const { atime, mtime } = statSync(file);
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    writeFileSync(file, bytes);
    utimesSync(file, atime, mtime);
    await expect(verifyFolder(folder, model)).rejects.toMatchObject({ code: 'MODEL_DAMAGED', message: expect.stringContaining('tiny.gguf') });
  });
});
