import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../../src-main/base/canonicalJson.ts';
import { testAccounts } from '../../../helpers/openTestOwner.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

const account = testAccounts();

async function openedProject() {
  const { client } = await account();
  const { id: projectId, folder } = await client.projects.create({ folder: join(temporaryFolder(), 'project') });
  return { client, projectId, folder };
}

describe('saving a project file from the window', () => {
  test('refuses to write over what another program wrote since it was opened, and tells both digests apart', async () => {
    const { client, projectId, folder } = await openedProject();
    writeFileSync(join(folder, 'notes.md'), 'first');
    const opened = await client.projects.readFile({ projectId, path: 'notes.md' });
    writeFileSync(join(folder, 'notes.md'), 'by another program');
    const save = { projectId, path: 'notes.md', text: 'mine', expectedDigest: opened.digest };
    await expect(client.projects.writeFile(save)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    await expect(client.projects.writeFile({ ...save, expectedDigest: null })).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(readFileSync(join(folder, 'notes.md'), 'utf8')).toBe('by another program');
    rmSync(join(folder, 'notes.md'));
    await expect(client.projects.writeFile(save)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect((await client.projects.writeFile({ ...save, expectedDigest: null })).digest).toBe(sha256('mine'));
  });

  test('can be undone to the byte, change by change', async () => {
    const { client, projectId, folder } = await openedProject();
    const first = Buffer.from([0x66, 0xfc, 0x72, 0x0a]);
    writeFileSync(join(folder, 'notes.txt'), first);
    const { digest } = await client.projects.writeFile({ projectId, path: 'notes.txt', text: 'second', expectedDigest: sha256(first) });
    await client.projects.writeFile({ projectId, path: 'notes.txt', text: 'third', expectedDigest: digest });
    const entries = (await client.projects.undoList({ projectId })).map(({ id, title }) => ({ id, title }));
    expect(entries.map(({ title }) => title)).toEqual(['Change notes.txt', 'Change notes.txt']);
    await expect(client.projects.undo({ projectId, id: entries[1]?.id })).rejects.toMatchObject({ code: 'UNDO_NOT_POSSIBLE', message: expect.stringContaining('notes.txt was changed again') });
    await client.projects.undo({ projectId });
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('second');
    await client.projects.undo({ projectId });
    expect(readFileSync(join(folder, 'notes.txt'))).toEqual(first);
  });

  test('is no change when the text is the same, and a new file has no former one', async () => {
    const { client, projectId } = await openedProject();
    const { digest } = await client.projects.writeFile({ projectId, path: 'new.md', text: 'new', expectedDigest: null });
    await client.projects.writeFile({ projectId, path: 'new.md', text: 'new', expectedDigest: digest });
    expect(await client.projects.undoList({ projectId })).toEqual([]);
  });
});
