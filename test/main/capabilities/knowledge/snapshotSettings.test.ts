import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../../src-main/base/canonicalJson.ts';
import type { FakeParts } from '../../../helpers/projectOverFakes.ts';
import { build, call, context, ended, inKnowledge, project, snapshots, start, swap, undoSwap } from '../../../helpers/snapshotSteps.ts';

/** One whose files are of the version that is named now. */
function embedder(version: () => string): NonNullable<FakeParts['deep']> {
  return { open: async (slug) => ({ slug, digest: sha256(version()), dimensions: 2, tokenizerPath: '/none', embed: async (texts) => texts.map(() => ({ vector: new Float32Array([1, 0]), detail: null, tokens: new Float32Array() })) }) };
}

describe('a snapshot with other settings', () => {
  test('is not begun where it would be the same as the one that serves, unless that has vectors of another version of its embedder', async () => {
    let version = 'old';
    await start({ deep: embedder(() => version) });
    await ended((await project.ingest('all')).result?.['embedJob'] as string);
    const asked = async (settings: object) => call().newSnapshot({ ...(await inKnowledge()), settings }, context);
    const refused = { code: 'INPUT_INVALID', message: expect.stringContaining('up to 256 tokens and the embedder all-minilm-l6-v2'), hint: expect.stringContaining('--max-tokens') };
    await expect(asked({})).rejects.toMatchObject(refused);
    await expect(asked({ maxTokens: 256, embedder: 'all-minilm-l6-v2' })).rejects.toMatchObject(refused);
    expect(await snapshots()).toHaveLength(1);
    version = 'new';
    expect(await build({})).toMatchObject({ state: 'ready', maxTokens: 256, vectors: { state: 'complete' } });
  });

  test.each([['without settings', ''], ['with the defaults spelt out', 'chunk:\n  maxTokens: 256\nembedder: all-minilm-l6-v2\n']])('leaves the project file after swap and undo as it stood, %s', async (_, settings) => {
    await start();
    await project.ingest();
    const file = join(project.folder, 'knowledge', 'notes.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}${settings}`);
    const before = readFileSync(file, 'utf8');
    const built = await build({ maxTokens: 64, embedder: 'other' });
    for (const undo of [undoSwap, async () => project.open.undo((await project.open.journal.list())[0]?.id)]) {
      await swap(built.id);
      expect(readFileSync(file, 'utf8')).toMatch(/maxTokens: 64\n(?:.*\n)*embedder: other|embedder: other\n(?:.*\n)*.*maxTokens: 64/);
      await undo();
      expect(readFileSync(file, 'utf8')).toBe(before);
      expect(project.open.troubles()).toEqual([]);
    }
  });

  test('is asked for by settings in the project file only in words: they do not touch the index that serves', async () => {
    await start();
    await project.ingest();
    const file = join(project.folder, 'knowledge', 'notes.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}chunk:\n  maxTokens: 99\n`);
    await project.reopen();
    expect(project.open.troubles().map(({ message }) => message).join()).toMatch(/up to 99 tokens.*`knowledge snapshot new --max-tokens 99`/);
    expect((await project.ingest()).result).toMatchObject({ ingested: 0, unchanged: 2 });
    await swap((await build({ maxTokens: 99 })).id);
    expect(project.open.troubles()).toEqual([]);
  });
});
