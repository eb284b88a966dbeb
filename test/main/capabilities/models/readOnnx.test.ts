import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasErrorCode } from '../../../../src-main/base/appError.ts';
import { readOnnx } from '../../../../src-main/capabilities/models/readOnnx.ts';
import { mutate } from '../../../helpers/mutate.ts';
import { onnxControls } from '../../../helpers/onnxControls.ts';
import { seededRandom } from '../../../helpers/seededRandom.ts';
import { starterModel } from '../../../helpers/starterModels.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { bytes, external, makeOnnx, message, number, varint } from './makeProtobuf.ts';

const outer = temporaryFolder();
const folder = join(outer, 'model');
mkdirSync(folder);
writeFileSync(join(outer, 'secret.bin'), Buffer.alloc(64));
writeFileSync(join(folder, 'weights.bin'), Buffer.alloc(64));
mkdirSync(join(folder, 'sub'));
symlinkSync(join(outer, 'secret.bin'), join(folder, 'linked.bin'));
symlinkSync(join(folder, 'weights.bin'), join(folder, 'inward-link.bin'));
symlinkSync(outer, join(folder, 'linked-folder'));
linkSync(join(outer, 'secret.bin'), join(folder, 'hard.bin'));

let files = 0;
const write = (content: Buffer): string => {
  const path = join(folder, `${files++}.onnx`);
  writeFileSync(path, content);
  return path;
};

/** Every place of the format that can carry a tensor, with a tensor that leads outside. */
const carriers = (tensor: Buffer): Readonly<Record<string, Buffer>> => {
  const attribute = (...fields: Buffer[]): Buffer => message(5, bytes(1, 'value'), ...fields);
  const node = (...fields: Buffer[]): Buffer => message(1, bytes(4, 'Constant'), ...fields);
  const subgraph = (...fields: Buffer[]): Buffer => attribute(message(6, ...fields));
  return {
    'an initialiser': makeOnnx([message(5, tensor)]),
    'a sparse initialiser\'s values': makeOnnx([message(15, message(1, tensor))]),
    'a sparse initialiser\'s indices': makeOnnx([message(15, message(2, tensor))]),
    'a constant\'s attribute': makeOnnx([node(attribute(message(5, tensor)))]),
    'a list of tensors in an attribute': makeOnnx([node(attribute(message(10, tensor)))]),
    'a sparse attribute': makeOnnx([node(attribute(message(22, message(1, tensor))))]),
    'a list of sparse attributes': makeOnnx([node(attribute(message(23, message(1, tensor))))]),
    'a subgraph\'s initialiser': makeOnnx([node(subgraph(message(5, tensor)))]),
    'a subgraph in a list': makeOnnx([node(attribute(message(11, message(5, tensor))))]),
    'a constant in a subgraph of a subgraph': makeOnnx([node(subgraph(node(subgraph(node(attribute(message(5, tensor)))))))]),
    'a function\'s constant': makeOnnx([], [message(25, message(7, bytes(4, 'Constant'), attribute(message(5, tensor))))]),
    'a function\'s default attribute': makeOnnx([], [message(25, message(11, bytes(1, 'a'), message(5, tensor)))]),
    'a training graph': makeOnnx([], [message(20, message(1, message(5, tensor)))]),
    'a training algorithm': makeOnnx([], [message(20, message(2, message(5, tensor)))]),
  };
};

const OUTSIDE = ['../secret.bin', '..\\secret.bin', 'sub/../../secret.bin', 'sub\\..\\..\\secret.bin', './../secret.bin', 'a/../../secret.bin', '/etc/passwd', join(outer, 'secret.bin'), 'C:\\secret.bin', 'C:secret.bin', 'c:/secret.bin', '\\\\server\\share\\w', '//server/share/w', '\\\\?\\C:\\w', '\\secret.bin', 'linked.bin', 'inward-link.bin', 'linked-folder/secret.bin', 'hard.bin', 'weights.bin\0.txt', 'sub/..', '..', 'file:///etc/passwd', 'weights.bin:stream', 'con', 'weights.bin.', 'weights.bin '];

describe('reading an ONNX file', () => {
  it('tells inputs, outputs and the files beside it', async () => {
    const path = write(makeOnnx([message(5, external('weights.bin', { offset: '16', length: '48' }))]));
    expect(await readOnnx(path)).toEqual({ irVersion: 8, inputs: ['input_ids'], outputs: ['y'], outputShapes: {}, nodes: 1, externalFiles: ['weights.bin'] });
  });

  it.each(OUTSIDE)('refuses external data at %j', async (location) => {
    await expect(readOnnx(write(makeOnnx([message(5, external(location))])))).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOT' });
  });

  it.each(Object.keys(carriers(Buffer.alloc(0))))('finds external data in %s', async (carrier) => {
    const content = carriers(external('../secret.bin'))[carrier] ?? Buffer.alloc(0);
    await expect(readOnnx(write(content))).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOT' });
    await expect(readOnnx(write(carriers(external('weights.bin'))[carrier] ?? Buffer.alloc(0)))).resolves.toMatchObject({ externalFiles: ['weights.bin'] });
  });

  const deep = (levels: number): Buffer => {
    let graph = message(5, bytes(8, 'w'));
    for (let level = 0; level < levels; level++) graph = message(1, message(5, message(6, graph)));
    return makeOnnx([graph]);
  };
  const DAMAGED: Readonly<Record<string, Buffer>> = {
    'an empty file': Buffer.alloc(0),
    'text': Buffer.from('this is not a model at all'),
    'zeros': Buffer.alloc(4_096),
    'a graph cut in half': makeOnnx().subarray(0, 30),
    'a length past the end': Buffer.concat([number(1, 8), varint(7 * 8 + 2), varint(1_000_000)]),
    'a length of 2^63': Buffer.concat([number(1, 8), varint(7 * 8 + 2), varint(1n << 63n)]),
    'a length of 2 GB': Buffer.concat([number(1, 8), varint(7 * 8 + 2), varint(0x7fff_ffff), Buffer.alloc(64)]),
    'a field longer than its message': makeOnnx([Buffer.concat([varint(5 * 8 + 2), varint(5_000)])]),
    'a number of eleven bytes': Buffer.concat([Buffer.from([8]), Buffer.alloc(11, 0xff)]),
    'field number 0': Buffer.concat([number(1, 8), number(0, 1)]),
    'wire type 3': Buffer.concat([number(1, 8), varint(9 * 8 + 3)]),
    'two graphs': Buffer.concat([makeOnnx(), makeOnnx()]),
    'no version': makeOnnx().subarray(2),
    'version 2^40': Buffer.concat([number(1, 1n << 40n), makeOnnx().subarray(2)]),
    'a graph without outputs': Buffer.concat([number(1, 8), message(7, bytes(2, 'g'))]),
    'graphs nested 200 deep': deep(200),
    'a name of a megabyte': makeOnnx([message(11, bytes(1, 'x'.repeat(1 << 20)))]),
    'external data that is not there': makeOnnx([message(5, external('absent.bin'))]),
    'external data that is a folder': makeOnnx([message(5, external('sub'))]),
    'external data without a place': makeOnnx([message(5, number(14, 1))]),
    'external data of an empty name': makeOnnx([message(5, external(''))]),
    'external data longer than its file': makeOnnx([message(5, external('weights.bin', { offset: '32', length: '64' }))]),
    'a negative offset': makeOnnx([message(5, external('weights.bin', { offset: '-1' }))]),
    'an offset of 2^64': makeOnnx([message(5, external('weights.bin', { offset: '18446744073709551616' }))]),
    'an offset in another notation': makeOnnx([message(5, external('weights.bin', { offset: '0x10' }))]),
    'two places for one tensor': makeOnnx([message(5, external('weights.bin'), message(13, bytes(1, 'location'), bytes(2, '../secret.bin')))]),
  };

  it.each(Object.keys(DAMAGED))('refuses %s', async (name) => {
    await expect(readOnnx(write(DAMAGED[name] ?? Buffer.alloc(0)))).rejects.toSatisfy((error: unknown) => hasErrorCode(error, 'MODEL_DAMAGED') || hasErrorCode(error, 'MODEL_UNSUPPORTED'));
  });

  it('reads the real embedder', async ({ skip }) => {
    const model = await starterModel('all-minilm-l6-v2');
    if ('reason' in model) return skip(model.reason);
    const facts = await readOnnx(model.weightsPath);
    expect(facts).toMatchObject({ inputs: ['input_ids', 'attention_mask', 'token_type_ids'], externalFiles: [] });
    expect(facts.outputs).toContain('last_hidden_state');
  });

  it('accepts every valid model of ONNX\'s own tests, and survives 300 seeded mutants of them', { timeout: 200_000 }, async ({ skip }) => {
    const controls = onnxControls();
    if ('reason' in controls) return skip(controls.reason);
    expect(controls.paths.length).toBeGreaterThan(1_000);
    for (const path of controls.paths) await readOnnx(path);
    const seed = 20_261_125;
    const random = seededRandom(seed);
    const path = join(folder, 'mutant.onnx');
    const outcome = { accepted: 0, refused: 0 };
    for (let trial = 0; trial < 300; trial++) {
      // Every third has external data, so that a damaged name would be noticed when it led outside.
      const original = trial % 3 === 0 ? makeOnnx(Array.from({ length: 40 }, () => message(5, external('weights.bin')))) : readFileSync(controls.paths[random.below(controls.paths.length)] ?? '');
      writeFileSync(path, mutate(original, random));
      try {
        const { externalFiles } = await readOnnx(path);
        expect(externalFiles.every((name) => name === 'weights.bin')).toBe(true);
        outcome.accepted += 1;
      } catch (error) {
        if (!hasErrorCode(error)) throw new Error(`Mutant ${trial} of seed ${seed}: ${String(error)}`, { cause: error });
        outcome.refused += 1;
      }
    }
    process.stderr.write(`ONNX mutants (seed ${seed}): ${JSON.stringify(outcome)}\n`);
    expect(outcome.refused).toBeGreaterThan(60);
  });
});
