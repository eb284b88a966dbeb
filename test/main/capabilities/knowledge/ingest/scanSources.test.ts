import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scanSources } from '../../../../../src-main/capabilities/knowledge/ingest/scanSources.ts';
import { temporaryFolder } from '../../../../helpers/temporaryFolder.ts';

const NFC = 'caf\u00e9';
const NFD = 'cafe\u0301';

async function names(...sources: string[]): Promise<string[]> {
  const { files } = await scanSources(sources, new AbortController().signal);
  expect(new Set(files.map(({ root, file }) => `${root}\0${file}`)).size).toBe(files.length);
  return files.map(({ file }) => file).sort();
}

describe('the names of scanned files', () => {
  it('are in NFC', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, `${NFD}.md`), 'x');
    expect(await names(folder)).toEqual([`${NFC}.md`]);
  });

  it('stay apart for two spellings of one name, in files, in folders and as sources of their own', async () => {
    const folder = temporaryFolder();
    for (const name of [NFC, NFD]) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, 'a.md'), 'x');
      writeFileSync(join(folder, `${name}.md`), 'x');
    }
    expect(await names(folder)).toEqual([`${NFD}.md`, `${NFD}/a.md`, `${NFC}.md`, `${NFC}/a.md`].sort());
    expect(await names(join(folder, `${NFD}.md`), join(folder, `${NFC}.md`))).toEqual([`${NFD}.md`, `${NFC}.md`].sort());
  });
});

describe('a file whose name is not UTF-8', () => {
  it.skipIf(process.platform !== 'linux')('is passed over, named, with what to do', async () => {
    const folder = temporaryFolder();
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff]), Buffer.from('.md')]), 'x');
    const scan = await scanSources([folder], new AbortController().signal);
    expect(scan.problems).toEqual([{ path: 'bad\uFFFD.md', reason: 'Its name is not valid UTF-8. Rename it.' }]);
  });
});
