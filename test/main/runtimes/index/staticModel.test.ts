import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { describe, expect, it } from 'vitest';
import { createBpeTokenizer } from '../../../../src-main/runtimes/index/child/bpeTokenizer.ts';
import { loadStaticModel } from '../../../../src-main/runtimes/index/child/staticModel.ts';
import { because } from '../../../helpers/because.ts';
import { starterModel } from '../../../helpers/starterModels.ts';

const model = await starterModel('wordllama-l2-supercat-256');
const STYLE = readFileSync(new URL('../../../../LICENSE', import.meta.url), 'utf8');
const HARD = [
  'sqlite3_prepare_v2(db, "SELECT 1", -1, &stmt, NULL);', 'naïve café — “quotes” … ①②', '日本語のテキスト と English', '🙂🙃 emoji and e\u0301 combining', '--long-option=value /usr/share/doc', 'x'.repeat(90), '\u00a0non-breaking', 'tabs are spaces',
];

/** Real text in pieces of a chunk's size, white space collapsed as the model does it. */
const TEXTS = [...(STYLE.match(/[^]{1,900}/g) ?? []), ...HARD].map((text) => text.replace(/\s+/g, ' ').trim());

describe.skipIf('reason' in model)(`the static embedding${because(model)}`, () => {
  const folder = 'reason' in model ? '' : model.folder;
  const file = (): Parameters<typeof createBpeTokenizer>[0] => JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')) as Parameters<typeof createBpeTokenizer>[0];

  it('tokenises word by word exactly as the reference tokenises the whole text', () => {
    const encode = createBpeTokenizer(file());
    const reference = new Tokenizer(file(), {});
    for (const text of TEXTS) {
      const ours = text.split(' ').flatMap((word) => [...encode(word)]);
      expect({ text, ids: ours }).toEqual({ text, ids: [...reference.encode(text, { add_special_tokens: false }).ids] });
    }
  });

  it('is the normalised sum of weighted token vectors, to six digits', () => {
    const loaded = loadStaticModel(folder);
    const reference = new Tokenizer(file(), {});
    const table = readTable(join(folder, 'model.safetensors'));
    for (const text of TEXTS.slice(0, 6)) {
      const counts = new Map<number, number>();
      for (const id of reference.encode(text, { add_special_tokens: false }).ids) counts.set(id, (counts.get(id) ?? 0) + 1);
      const sum = new Float64Array(256);
      for (const [id, count] of counts) for (let d = 0; d < 256; d++) sum[d] = (sum[d] as number) + (1 + Math.log(count)) * (Math.log(1 + id) / Math.log(32_000)) * table(id, d);
      const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
      const vector = loaded.embed(text);
      for (let d = 0; d < 256; d++) expect(vector[d]).toBeCloseTo((sum[d] as number) / length, 6);
    }
  });

  it('gives zeros for a text without words and bounds the cost of one endless word', () => {
    const loaded = loadStaticModel(folder);
    expect(loaded.embed(' \n ').every((value) => value === 0)).toBe(true);
    const startedAt = performance.now();
    loaded.embed('QUJD'.repeat(50_000));
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});

/** Values of the F16 matrix, read apart from the code under test. */
function readTable(path: string): (row: number, column: number) => number {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  return (row, column) => {
    const bits = bytes.readUInt16LE(start + (row * 256 + column) * 2);
    const exponent = (bits >> 10) & 31;
    const value = exponent === 0 ? (bits & 1023) * 2 ** -24 : (1 + (bits & 1023) / 1024) * 2 ** (exponent - 15);
    return bits & 0x8000 ? -value : value;
  };
}
