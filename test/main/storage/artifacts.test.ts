import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../../../src-main/contract/ids.ts';
import { sha256 } from '../../../src-main/base/canonicalJson.ts';
import { openArtifacts } from '../../../src-main/storage/artifacts.ts';
import { sweepArtifacts } from '../../../src-main/storage/sweepArtifacts.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

leakCheck();

const bytesOf = (text: string) => Buffer.from(text);

describe('artifacts', () => {
  it('gives back what was put, under the digest of its bytes', async () => {
    const artifacts = openArtifacts(join(temporaryFolder(), 'artifacts'));
    const digest = await artifacts.put(bytesOf('hello'));
    expect(digest).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect(Buffer.from(await artifacts.get(digest)).toString()).toBe('hello');
    expect(await artifacts.sizeOf(digest)).toBe(5);
    expect(await artifacts.has(digest)).toBe(true);
    expect(artifacts.pathOf(digest)).toBe(join(artifacts.folder, '2c', digest));
    expect(await artifacts.get(await artifacts.put(new Uint8Array(0)))).toHaveLength(0);
  });

  it('stores many at once, equal ones once, and leaves nothing temporary', async () => {
    const artifacts = openArtifacts(temporaryFolder());
    const list = Array.from({ length: 300 }, (_, index) => bytesOf(`artifact ${index % 200}`));
    const digests = await artifacts.putMany(list);
    expect(digests).toEqual(list.map((bytes) => sha256(bytes)));
    expect((await artifacts.list()).map((entry) => entry.digest)).toEqual([...new Set(digests)].toSorted());
    expect(readdirSync(join(artifacts.folder, 'temporary'))).toEqual([]);
  });

  it('does not write again what is there', async () => {
    const artifacts = openArtifacts(temporaryFolder());
    const digest = await artifacts.put(bytesOf('same'));
    const before = statSync(artifacts.pathOf(digest)).ino;
    await Promise.all([artifacts.put(bytesOf('same')), artifacts.put(bytesOf('same'))]);
    expect(statSync(artifacts.pathOf(digest)).ino).toBe(before);
  });

  it('keeps files and folders to this user', async () => {
    const artifacts = openArtifacts(join(temporaryFolder(), 'artifacts'));
    const digest = await artifacts.put(bytesOf('private'));
    expect(statSync(artifacts.pathOf(digest)).mode & 0o077).toBe(0);
    expect(statSync(artifacts.folder).mode & 0o077).toBe(0);
  });

  it('names what is missing', async () => {
    const artifacts = openArtifacts(temporaryFolder());
    const digest = sha256('never put');
    await expect(artifacts.get(digest)).rejects.toMatchObject({ code: 'ARTIFACT_MISSING', details: { digest } });
    await expect(artifacts.sizeOf(digest)).rejects.toMatchObject({ code: 'ARTIFACT_MISSING' });
    expect(await artifacts.has(digest)).toBe(false);
    await artifacts.remove(digest);
  });

  it.each([
    ['a flipped bit', (path: string) => {
      const bytes = readFileSync(path);
      bytes[3] = (bytes[3] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    }],
    ['a lost end', (path: string) => truncateSync(path, 4)],
    ['bytes added', (path: string) => writeFileSync(path, 'something quite different and longer')],
    ['nothing left', (path: string) => truncateSync(path, 0)],
  ])('notices %s, and heals when the same bytes are put again', async (_, damage) => {
    const artifacts = openArtifacts(temporaryFolder());
    const digest = await artifacts.put(bytesOf('precious bytes'));
    damage(artifacts.pathOf(digest));
    await expect(artifacts.get(digest)).rejects.toMatchObject({ code: 'ARTIFACT_DAMAGED', details: { digest } });
    await artifacts.put(bytesOf('precious bytes'));
    expect(Buffer.from(await artifacts.get(digest)).toString()).toBe('precious bytes');
  });

  it('writes again what lost its end before this process began', async () => {
    const folder = temporaryFolder();
    const digest = await openArtifacts(folder).put(bytesOf('precious bytes'));
    truncateSync(openArtifacts(folder).pathOf(digest), 4);
    const artifacts = openArtifacts(folder);
    await artifacts.put(bytesOf('precious bytes'));
    expect(Buffer.from(await artifacts.get(digest)).toString()).toBe('precious bytes');
  });

  it.each(['../../etc/passwd', 'ABCDEF', '2c', `${'a'.repeat(63)}G`, `${'a'.repeat(64)}/x`, ''])('makes no path of %j', (text) => {
    const artifacts = openArtifacts(temporaryFolder());
    expect(() => artifacts.pathOf(text as Digest)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('removes on opening what a dead process left half-written, and lists only whole files', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'temporary'), { recursive: true });
    writeFileSync(join(folder, 'temporary', '999999-half'), 'half');
    const artifacts = openArtifacts(folder);
    expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
    const digest = await artifacts.put(bytesOf('whole'));
    writeFileSync(join(folder, digest.slice(0, 2), 'not-an-artifact.txt'), 'x');
    expect((await artifacts.list()).map((entry) => entry.digest)).toEqual([digest]);
  });

  it('says which folder cannot be used when something else is in its place', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'artifacts'), 'a file');
    expect(() => openArtifacts(join(folder, 'artifacts'))).toThrow(expect.objectContaining({ code: 'STORAGE_FAILED', message: expect.stringContaining(join(folder, 'artifacts')) }));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
    expect(() => openArtifacts(join(folder, 'dangling'))).toThrow(expect.objectContaining({ code: 'STORAGE_FAILED' }));
    chmodSync(folder, 0o700);
  });
});

describe('sweeping', () => {
  const HOUR_MS = 3_600_000;

  it('removes what nothing names and what is old, and nothing else', async () => {
    const artifacts = openArtifacts(temporaryFolder());
    const [named, tombstoned, unnamed, fresh] = (await artifacts.putMany(['named', 'tombstoned', 'unnamed', 'fresh'].map(bytesOf))) as [Digest, Digest, Digest, Digest];
    const old = new Date(Date.now() - 2 * HOUR_MS);
    for (const digest of [named, tombstoned, unnamed]) utimesSync(artifacts.pathOf(digest), old, old);
    const swept = await sweepArtifacts(artifacts, { live: async () => [named, tombstoned], putBeforeMs: Date.now() - HOUR_MS });
    expect(swept).toEqual({ removed: 1, removedBytes: 7, kept: 3 });
    expect((await artifacts.list()).map((entry) => entry.digest)).toEqual([named, tombstoned, fresh].toSorted());
  });

  it('spares what is put again while it looks', async () => {
    const artifacts = openArtifacts(temporaryFolder());
    const digest = await artifacts.put(bytesOf('old but wanted'));
    const old = new Date(Date.now() - 2 * HOUR_MS);
    utimesSync(artifacts.pathOf(digest), old, old);
    const live = async () => {
      await artifacts.put(bytesOf('old but wanted'));
      return [];
    };
    expect(await sweepArtifacts(artifacts, { live, putBeforeMs: Date.now() - HOUR_MS })).toMatchObject({ removed: 0 });
    expect(existsSync(artifacts.pathOf(digest))).toBe(true);
  });
});
