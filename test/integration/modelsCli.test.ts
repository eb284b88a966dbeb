import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { latheHome } from '../helpers/latheHome.ts';
import { embedderGraph, writeTransformer } from '../helpers/standInTransformer.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

describe('lathe models', () => {
  test('adds the folder of an embedder, and its list says in a line how each one is used', async () => {
    const lathe = latheHome(join(temporaryFolder(), 'home'));
    const facts = 'E5: 4 dimensions, mean of tokens, at most 512 tokens, questions begin with "query:", documents begin with "passage:"';
    const added = await lathe.run(['models', 'add', writeTransformer(join(temporaryFolder(), 'e5-tiny'), embedderGraph(), { weights: 'onnx/model.onnx' })]);
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining(facts) as string });
    const { stdout } = await lathe.run(['models', 'list']);
    expect(stdout.split('\n').find((line) => line.startsWith('e5-tiny'))).toContain(facts);
    const { models } = await lathe.json<{ models: { slug: string; facts: string | null }[] }>(['models', 'list']);
    expect(models.find(({ slug }) => slug === 'e5-tiny')?.facts).toBe(facts);
    expect(models.find(({ slug }) => slug === 'gemma-3-270m')?.facts).toBeNull();
  });
});
