import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSecrets } from '../../../src-main/base/secrets.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

function withFile(text: string, mode = 0o600): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'secrets.yaml'), text);
  chmodSync(join(folder, 'secrets.yaml'), mode);
  return folder;
}

test('a secret comes from its variable, else from the file', async () => {
  const secrets = createSecrets({ env: { LATHE_SECRET_WIKI_KEY: 'from-env' }, folder: withFile('wiki-key: from-file\nother: 123\n') });
  expect(await secrets.read('wiki-key')).toBe('from-env');
  expect(await secrets.read('other')).toBe('123');
});

test('a missing secret is told with both places where it can be put', async () => {
  const folder = temporaryFolder();
  await expect(createSecrets({ env: {}, folder }).read('wiki-key')).rejects.toMatchObject({ code: 'INPUT_INVALID', hint: expect.stringMatching(/LATHE_SECRET_WIKI_KEY.*secrets\.yaml/) });
  await expect(createSecrets({ env: {}, folder: withFile('a: b') }).read('toString')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});

test('a file that others can read is not used', async () => {
  await expect(createSecrets({ env: {}, folder: withFile('a: canary', 0o640), platform: 'linux' }).read('a')).rejects.toMatchObject({ message: expect.stringContaining('mode 640'), hint: expect.stringContaining('chmod 600') });
});

test('what is wrong with a file or a value is said without the value', async () => {
  for (const text of ['a: [canary', 'a: "canary\\r\\nx-other: 1"']) {
    const error: unknown = await createSecrets({ env: {}, folder: withFile(text) }).read('a').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'INPUT_INVALID' });
    expect(String((error as Error).message)).not.toContain('canary');
  }
});
