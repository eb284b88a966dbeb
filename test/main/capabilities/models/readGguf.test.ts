import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasErrorCode } from '../../../../src-main/base/appError.ts';
import { readGguf } from '../../../../src-main/capabilities/models/readGguf.ts';
import { mutate } from '../../../helpers/mutate.ts';
import { seededRandom } from '../../../helpers/seededRandom.ts';
import { starterModel } from '../../../helpers/starterModels.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { vocabularyGgufs } from '../../../helpers/vocabularyGgufs.ts';
import { arrayValue, GOOD_KEYS, GOOD_TENSORS, makeGguf, numberValue, text, textValue, u32, u64, type GgufSpec, type GgufTensorSpec } from './makeGguf.ts';

const folder = temporaryFolder();
let files = 0;
const write = (bytes: Buffer): string => {
  const path = join(folder, `${files++}.gguf`);
  writeFileSync(path, bytes);
  return path;
};

const MAX = 0xffff_ffff_ffff_ffffn;
const tensor = (change: Partial<GgufTensorSpec>): GgufSpec => ({ tensors: [{ name: 'w', shape: [32], type: 0, offset: 0, ...change }] });
const key = (name: string, value: (typeof GOOD_KEYS)[number][1]): GgufSpec => ({ keys: [...GOOD_KEYS, [name, value]] });
const rawKey = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0), u64(1), bytes, Buffer.alloc(64)]);

/** Each says what lies; every one must be refused by a plain error, never by a crash, a hang or a huge allocation. */
const HOSTILE: Readonly<Record<string, Buffer>> = {
  'an empty file': Buffer.alloc(0),
  'three bytes': Buffer.from('GGU'),
  'the magic number alone': Buffer.from('GGUF'),
  'another magic number': makeGguf({ magic: 'GGML' }),
  'a byte-swapped magic number': makeGguf({ magic: 'FUGG' }),
  'version 0': makeGguf({ version: 0 }),
  'version 1': makeGguf({ version: 1 }),
  'version 4': makeGguf({ version: 4 }),
  'a big-endian version': makeGguf({ version: 0x0300_0000 }),
  'version 2^32-1': makeGguf({ version: 0xffff_ffff }),
  '2^64-1 tensors': makeGguf({ tensorCount: MAX }),
  '2^63 tensors': makeGguf({ tensorCount: 1n << 63n }),
  '2^32 tensors': makeGguf({ tensorCount: 1n << 32n }),
  'one tensor more than there are': makeGguf({ tensorCount: 3, dataBytes: 0 }),
  '2^64-1 keys': makeGguf({ keyCount: MAX }),
  '2^63 keys': makeGguf({ keyCount: 1n << 63n }),
  '2^31 keys': makeGguf({ keyCount: 1n << 31n }),
  'one key more than there are': makeGguf({ keyCount: 6, tensors: [], dataBytes: 0 }),
  'one key fewer than there are': makeGguf({ keyCount: 4 }),
  'a key of 2^64-1 bytes': rawKey(u64(MAX)),
  'a key of 2^63 bytes': rawKey(u64(1n << 63n)),
  'a key of 70,000 bytes': makeGguf(key('k'.repeat(70_000), numberValue(1))),
  'a key longer than the file': rawKey(u64(60_000)),
  'an empty key': makeGguf(key('', numberValue(1))),
  'the same key twice': makeGguf({ keys: [...GOOD_KEYS, ['general.name', textValue('again')]] }),
  'no architecture': makeGguf({ keys: [['general.name', textValue('x')]] }),
  'an empty architecture': makeGguf({ keys: [['general.architecture', textValue('')]] }),
  'an architecture that is a number': makeGguf({ keys: [['general.architecture', numberValue(7)]] }),
  'a value of type 13': makeGguf(key('x', { type: 13, bytes: Buffer.alloc(8) })),
  'a value of type 2^32-1': makeGguf(key('x', { type: 0xffff_ffff, bytes: Buffer.alloc(8) })),
  'a text of 2^64-1 bytes': makeGguf(key('x', { type: 8, bytes: u64(MAX) })),
  'a text of 2^53 bytes': makeGguf(key('x', { type: 8, bytes: u64(1n << 53n) })),
  'a text longer than the file': makeGguf(key('x', { type: 8, bytes: u64(1_000_000) })),
  'a text one byte too long': makeGguf({ keys: [['general.architecture', { type: 8, bytes: Buffer.concat([u64(1_000), Buffer.from('llama')]) }]], tensors: [], dataBytes: 0 }),
  'an array of 2^64-1 numbers': makeGguf(key('x', arrayValue(4, MAX, Buffer.alloc(4)))),
  'an array of 2^62 numbers of 4 bytes': makeGguf(key('x', arrayValue(4, 1n << 62n, Buffer.alloc(4)))),
  'an array of 2^61 numbers of 8 bytes': makeGguf(key('x', arrayValue(10, 1n << 61n, Buffer.alloc(8)))),
  'an array of 2^40 texts': makeGguf(key('x', arrayValue(8, 1n << 40n, text('a')))),
  'an array of texts, one longer than the file': makeGguf(key('x', arrayValue(8, 1, u64(1n << 40n)))),
  'an array of texts, one of 2^64-1 bytes': makeGguf(key('x', arrayValue(8, 1, u64(MAX)))),
  'an array of arrays': makeGguf(key('x', arrayValue(9, 1, Buffer.concat([u32(4), u64(1), u32(1)])))),
  'arrays nested 10,000 deep': makeGguf(key('x', arrayValue(9, 1, Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.concat([u32(9), u64(1)])))))),
  'an array of an unknown type': makeGguf(key('x', arrayValue(99, 1, Buffer.alloc(8)))),
  'alignment 0': makeGguf(key('general.alignment', numberValue(0))),
  'alignment 1': makeGguf(key('general.alignment', numberValue(1))),
  'alignment 33': makeGguf(key('general.alignment', numberValue(33))),
  'alignment 2^31': makeGguf(key('general.alignment', numberValue(0x8000_0000))),
  'an alignment that is a text': makeGguf(key('general.alignment', textValue('32'))),
  'a chat template of 2 MB': makeGguf(key('tokenizer.chat_template2', textValue('x'))).subarray(0, 60),
  'a tensor name of 300 bytes': makeGguf(tensor({ name: 'n'.repeat(300) })),
  'the same tensor twice': makeGguf({ tensors: [GOOD_TENSORS[0], GOOD_TENSORS[0]].flatMap((entry) => entry ?? []) }),
  'five dimensions': makeGguf(tensor({ shape: [2, 2, 2, 2, 2] })),
  '2^32-1 dimensions': makeGguf(tensor({ dimensions: 0xffff_ffff })),
  'a dimension of 0': makeGguf(tensor({ shape: [32, 0] })),
  'a dimension of 2^64-1': makeGguf(tensor({ shape: [MAX] })),
  'dimensions whose product is 2^64': makeGguf(tensor({ shape: [1n << 32n, 1n << 32n] })),
  'dimensions whose product wraps to a small number': makeGguf(tensor({ shape: [1n << 33n, 1n << 31n, 2] })),
  'a row that is no multiple of its block': makeGguf(tensor({ shape: [33], type: 8 })),
  'an unknown number format': makeGguf(tensor({ type: 77 })),
  'a removed number format': makeGguf(tensor({ type: 4 })),
  'an offset past the end': makeGguf(tensor({ offset: 4_096 })),
  'an offset of 2^64-32': makeGguf(tensor({ offset: MAX - 31n })),
  'an offset of 2^53': makeGguf(tensor({ offset: 1n << 53n })),
  'an offset between two alignments': makeGguf(tensor({ offset: 7 })),
  'a tensor one byte too long': makeGguf({ ...tensor({ shape: [32] }), dataBytes: 127 }),
  'tensors that overlap': makeGguf({ tensors: [{ name: 'a', shape: [32], type: 0, offset: 0 }, { name: 'b', shape: [32], type: 0, offset: 96 }] }),
};

describe('reading a GGUF header', () => {
  it('tells the facts of a right file', async () => {
    expect(await readGguf(write(makeGguf()))).toEqual({ version: 3, architecture: 'llama', name: 'Tiny', contextTokens: 2048, tensors: 2, parameters: 192, chatTemplateBytes: 14 });
  });

  it('honours another alignment', async () => {
    const spec: GgufSpec = { keys: [...GOOD_KEYS, ['general.alignment', numberValue(64)]], tensors: [{ name: 'w', shape: [32], type: 0, offset: 64 }], alignment: 64, dataBytes: 192 };
    expect((await readGguf(write(makeGguf(spec)))).parameters).toBe(32);
  });

  it.each(Object.keys(HOSTILE))('refuses %s', async (name) => {
    const bytes = HOSTILE[name] ?? Buffer.alloc(0);
    await expect(readGguf(write(bytes))).rejects.toSatisfy((error: unknown) => hasErrorCode(error, 'MODEL_DAMAGED') || hasErrorCode(error, 'MODEL_UNSUPPORTED'));
  });

  it('refuses a chat template of more than a megabyte', async () => {
    await expect(readGguf(write(makeGguf({ keys: [['general.architecture', textValue('llama')], ['tokenizer.chat_template', textValue('x'.repeat(2_000_000))]] })))).rejects.toMatchObject({ message: expect.stringContaining('chat template') });
  });

  it('refuses a folder, a missing file and a terabyte of zeros without reading it', async () => {
    const sparse = join(folder, 'sparse.gguf');
    writeFileSync(sparse, makeGguf({ keys: [['general.architecture', { type: 8, bytes: u64(1n << 39n) }]] }));
    truncateSync(sparse, 2 ** 40);
    const startedAt = process.memoryUsage().rss;
    await expect(readGguf(sparse)).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
    expect(process.memoryUsage().rss - startedAt).toBeLessThan(100e6);
    mkdirSync(join(folder, 'folder.gguf'));
    await expect(readGguf(join(folder, 'folder.gguf'))).rejects.toMatchObject({ code: 'PATH_UNREADABLE' });
    await expect(readGguf(join(folder, 'absent.gguf'))).rejects.toMatchObject({ code: 'PATH_UNREADABLE' });
  });

  it('reads the real starter models', async ({ skip }) => {
    for (const [slug, architecture] of [['gemma-3-270m', 'gemma3'], ['smollm2-135m', 'llama']] as const) {
      const model = await starterModel(slug);
      if ('reason' in model) return skip(model.reason);
      const facts = await readGguf(model.weightsPath);
      expect(facts.architecture).toBe(architecture);
      expect(facts.parameters).toBeGreaterThan(130e6);
      const cut = join(folder, 'cut.gguf');
      writeFileSync(cut, readFileSync(model.weightsPath).subarray(0, -1));
      await expect(readGguf(cut)).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
    }
  });

  it('survives 200 seeded mutants of real vocabulary files', { timeout: 240_000 }, async ({ skip }) => {
    const originals = vocabularyGgufs();
    if ('reason' in originals) return skip(originals.reason);
    expect(originals.paths.length).toBeGreaterThanOrEqual(10);
    for (const path of originals.paths) expect((await readGguf(path)).tensors).toBe(0);
    const seed = 20_261_124;
    const random = seededRandom(seed);
    const small = originals.paths.map((path) => readFileSync(path)).filter((bytes) => bytes.length < 1_200_000);
    const outcome = { accepted: 0, refused: 0 };
    const path = join(folder, 'mutant.gguf');
    for (let trial = 0; trial < 200; trial++) {
      writeFileSync(path, mutate(small[trial % small.length] ?? Buffer.alloc(0), random));
      try {
        await readGguf(path);
        outcome.accepted += 1;
      } catch (error) {
        if (!hasErrorCode(error)) throw new Error(`Mutant ${trial} of seed ${seed}: ${String(error)}`, { cause: error });
        outcome.refused += 1;
      }
    }
    process.stderr.write(`GGUF mutants (seed ${seed}): ${JSON.stringify(outcome)}\n`);
    expect(outcome.refused).toBeGreaterThan(60);
  });
});
