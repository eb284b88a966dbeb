import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
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
  it.skipIf(process.platform !== 'linux')('is passed over, named, with what to do (needs Linux)', async () => {
    const folder = temporaryFolder();
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff]), Buffer.from('.md')]), 'x');
    const scan = await scanSources([folder], new AbortController().signal);
    expect(scan.problems).toEqual([{ path: 'bad\uFFFD.md', reason: 'Its name is not valid UTF-8. Rename it.' }]);
  });
});

/** Root may read everything: as another user it meets the permissions that everybody meets. */
async function asAnybody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a folder that may not be entered', () => {
  it.skipIf(process.platform === 'win32')('is named with its place, so that what stands below it does not count as gone (needs POSIX)', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'closed'));
    mkdirSync(join(folder, 'listed'));
    writeFileSync(join(folder, 'closed', 'a.md'), 'x');
    writeFileSync(join(folder, 'listed', 'b.md'), 'x');
    chmodSync(join(folder, 'closed'), 0o000);
    // Its names can be listed, but nothing of it can be looked at.
    chmodSync(join(folder, 'listed'), 0o744);
    if (process.geteuid?.() !== 0) chmodSync(join(folder, 'listed'), 0o644);
    const scan = await asAnybody(() => scanSources([folder], new AbortController().signal));
    expect(scan.problems.map((problem) => problem.unseen)).toEqual([{ root: folder, file: 'closed' }, { root: folder, file: 'listed/b.md' }]);
    expect(scan.files).toEqual([]);
  });
});
