import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../../src-main/capabilities/models/readSafetensors.ts';
import { starterModel } from '../../../helpers/starterModels.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { u64 } from './makeGguf.ts';

const path = join(temporaryFolder(), 'model.safetensors');

function make(header: unknown, dataBytes = 8, claimed?: number | bigint): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  return Buffer.concat([u64(claimed ?? text.length), text, Buffer.alloc(dataBytes)]);
}

const tensor = (change: object): object => ({ w: { dtype: 'F16', shape: [4], data_offsets: [0, 8], ...change } });

const HOSTILE: Readonly<Record<string, Buffer>> = {
  'an empty file': Buffer.alloc(0),
  'seven bytes': Buffer.alloc(7),
  'a header of 2^64-1 bytes': make('{}', 0, 0xffff_ffff_ffff_ffffn),
  'a header of 100 MB': make('{}', 0, 100_000_000),
  'a header longer than the file': make('{}', 0, 50),
  'a header that is no JSON': make('{"w":', 8),
  'a header that is a list': make([1, 2], 0),
  'a header nested 100,000 deep': make('['.repeat(100_000), 0),
  'a tensor without offsets': make({ w: { dtype: 'F16', shape: [4] } }),
  'an unknown type': make(tensor({ dtype: 'F12' })),
  'a negative dimension': make(tensor({ shape: [-4] })),
  'a fractional dimension': make(tensor({ shape: [4.5] })),
  'dimensions whose product overflows': make(tensor({ shape: [2 ** 52, 2 ** 52] })),
  'an offset past the end': make(tensor({ data_offsets: [8, 16] })),
  'offsets in the wrong order': make(tensor({ data_offsets: [8, 0] })),
  'another size than the shape': make(tensor({ shape: [5] })),
  'bytes that belong to no tensor': make(tensor({}), 16),
  'tensors that overlap': make({ a: { dtype: 'F16', shape: [4], data_offsets: [0, 8] }, b: { dtype: 'F16', shape: [4], data_offsets: [4, 12] } }, 12),
  'a hole between tensors': make({ a: { dtype: 'U8', shape: [2], data_offsets: [0, 2] }, b: { dtype: 'U8', shape: [2], data_offsets: [4, 6] } }, 6),
};

describe('reading a safetensors header', () => {
  it('tells the tensors of a right file', async () => {
    writeFileSync(path, make({ __metadata__: { format: 'pt' }, ...tensor({}) }));
    expect(await readSafetensors(path)).toEqual({ tensors: [{ name: 'w', type: 'F16', shape: [4] }], parameters: 4 });
  });

  it.each(Object.keys(HOSTILE))('refuses %s', async (name) => {
    writeFileSync(path, HOSTILE[name] ?? Buffer.alloc(0));
    await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
  });

  it('reads the real static embedding', async ({ skip }) => {
    const model = await starterModel('wordllama-l2-supercat-256');
    if ('reason' in model) return skip(model.reason);
    expect(await readSafetensors(model.weightsPath)).toEqual({ tensors: [{ name: 'embedding.weight', type: 'F16', shape: [32_000, 256] }], parameters: 8_192_000 });
  });
});
