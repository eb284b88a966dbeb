/**
 * Reads and checks the header of a GGUF file (versions 2 and 3, little endian; ggml's docs/gguf.md) before a native loader sees it:
 * every count, length, offset and product is held against the size of the file. The weights themselves are not looked at: the digest does that.
 */
import { AppError } from '../../base/appError.ts';
import { FileCursor } from './fileCursor.ts';
import { checkTensors, type GgufTensor } from './ggufTensors.ts';

export interface GgufFacts {
  readonly version: number;
  readonly architecture: string;
  readonly name: string | null;
  readonly contextTokens: number | null;
  readonly tensors: number;
  /** Sum of the tensors' elements. */
  readonly parameters: number;
  readonly chatTemplateBytes: number | null;
}

const MAX_KEYS = 65_536;
const MAX_TENSORS = 65_536;
const MAX_KEY_BYTES = 65_535;
const MAX_NAME_BYTES = 255;
const MAX_DIMENSIONS = 4;
const MAX_KEPT_TEXT = 4_096;
const MAX_TEMPLATE_BYTES = 1 << 20;
const STRING = 8;
const ARRAY = 9;
/** Bytes of a value, by GGUF's type number; strings and arrays have lengths of their own. */
const VALUE_BYTES: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

type Kept = string | number | null;

/** Rejects with MODEL_DAMAGED, MODEL_UNSUPPORTED (another format or version) or PATH_UNREADABLE. */
export function readGguf(path: string): Promise<GgufFacts> {
  return FileCursor.walk(path, readHeader);
}

async function readHeader(cursor: FileCursor): Promise<GgufFacts> {
  const version = await readVersion(cursor);
  const tensorCount = await cursor.u64('the number of tensors');
  const keyCount = await cursor.u64('the number of keys');
  if (tensorCount > MAX_TENSORS) throw cursor.damaged(`it claims ${tensorCount} tensors`);
  if (keyCount > MAX_KEYS) throw cursor.damaged(`it claims ${keyCount} keys`);
  const { kept, templateBytes } = await readKeys(cursor, keyCount);
  const tensors = await readTensors(cursor, tensorCount);
  const parameters = checkTensors(cursor, tensors, alignmentOf(cursor, kept));
  const architecture = kept.get('general.architecture');
  if (typeof architecture !== 'string' || architecture === '') throw cursor.damaged('it does not name its architecture');
  const context = kept.get(`${architecture}.context_length`);
  const name = kept.get('general.name');
  return { version, architecture, name: typeof name === 'string' ? name : null, contextTokens: typeof context === 'number' ? context : null, tensors: tensorCount, parameters, chatTemplateBytes: templateBytes };
}

async function readVersion(cursor: FileCursor): Promise<number> {
  if (cursor.fileBytes < 24) throw cursor.damaged('it is too short for a header');
  const magic = await cursor.text(4, 'the magic number');
  if (magic !== 'GGUF') throw new AppError('MODEL_UNSUPPORTED', `${cursor.path} is not a GGUF file.`, { hint: 'Choose a .gguf or .onnx file.' });
  const version = await cursor.u32();
  if (version === 2 || version === 3) return version;
  throw new AppError('MODEL_UNSUPPORTED', `${cursor.path} is GGUF version ${version}; versions 2 and 3 (little endian) can be read.`, { hint: 'Convert it with a current llama.cpp.' });
}

async function readKeys(cursor: FileCursor, count: number): Promise<{ kept: Map<string, Kept>; templateBytes: number | null }> {
  const kept = new Map<string, Kept>();
  let templateBytes: number | null = null;
  for (let index = 0; index < count; index++) {
    const keyBytes = await cursor.u64('the length of a key');
    if (keyBytes === 0 || keyBytes > MAX_KEY_BYTES) throw cursor.damaged(`a key has ${keyBytes} bytes`);
    const key = await cursor.text(keyBytes, 'a key');
    if (kept.has(key)) throw cursor.damaged(`the key ${key.slice(0, 80)} is there twice`);
    const start = cursor.at;
    kept.set(key, await readValue(cursor, await cursor.u32()));
    if (key === 'tokenizer.chat_template') templateBytes = cursor.at - start - 12;
  }
  if (templateBytes !== null && templateBytes > MAX_TEMPLATE_BYTES) throw cursor.damaged(`its chat template has ${templateBytes} bytes`);
  return { kept, templateBytes };
}

/** Keeps short texts and whole numbers; everything else is only walked over. */
async function readValue(cursor: FileCursor, type: number): Promise<Kept> {
  if (type === ARRAY) return walkArray(cursor);
  if (type === STRING) {
    const bytes = await cursor.u64('the length of a text');
    if (bytes <= MAX_KEPT_TEXT) return cursor.text(bytes, 'a text');
    cursor.skip(bytes);
    return null;
  }
  const bytes = VALUE_BYTES[type];
  if (!bytes) throw cursor.damaged(`a value has the unknown type ${type}`);
  await cursor.need(bytes);
  const value = cursor.take(bytes);
  return type === 4 ? value.readUInt32LE() : type === 5 ? value.readInt32LE() : type === 10 ? Number(value.readBigUInt64LE()) : null;
}

async function walkArray(cursor: FileCursor): Promise<null> {
  const type = await cursor.u32();
  const count = await cursor.u64('the length of an array');
  if (type === ARRAY) throw cursor.damaged('an array holds arrays');
  const bytes = type === STRING ? 8 : VALUE_BYTES[type];
  if (!bytes) throw cursor.damaged(`an array has the unknown type ${type}`);
  if (count > cursor.left / bytes) throw cursor.damaged(`an array of ${count} values does not fit into the file`);
  if (type !== STRING) {
    cursor.skip(count * bytes);
    return null;
  }
  for (let index = 0; index < count; index++) {
    if (!cursor.has(8)) await cursor.need(8);
    cursor.skip(cursor.takeU64('the length of a text'));
  }
  return null;
}

function alignmentOf(cursor: FileCursor, kept: ReadonlyMap<string, Kept>): number {
  const alignment = kept.has('general.alignment') ? kept.get('general.alignment') : 32;
  const fits = typeof alignment === 'number' && alignment >= 8 && alignment <= 65_536 && Number.isInteger(Math.log2(alignment));
  if (!fits) throw cursor.damaged(`its alignment is ${String(alignment)}`);
  return alignment;
}

async function readTensors(cursor: FileCursor, count: number): Promise<GgufTensor[]> {
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    const nameBytes = await cursor.u64("the length of a tensor's name");
    if (nameBytes > MAX_NAME_BYTES) throw cursor.damaged(`a tensor's name has ${nameBytes} bytes`);
    const name = await cursor.text(nameBytes, "a tensor's name");
    if (names.has(name)) throw cursor.damaged(`the tensor ${name.slice(0, 80)} is there twice`);
    names.add(name);
    const dimensions = await cursor.u32();
    if (dimensions > MAX_DIMENSIONS) throw cursor.damaged(`the tensor ${name.slice(0, 80)} has ${dimensions} dimensions`);
    const shape: number[] = [];
    for (let dimension = 0; dimension < dimensions; dimension++) shape.push(await cursor.u64(`a dimension of ${name.slice(0, 80)}`));
    tensors.push({ name, shape, type: await cursor.u32(), offset: await cursor.u64(`the offset of ${name.slice(0, 80)}`) });
  }
  return tensors;
}
