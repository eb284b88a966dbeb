/**
 * Walks an ONNX file (protobuf, onnx.proto IR 3 to 13) before a native loader sees it: graph inputs and outputs, and every place that
 * can name a file beside it (initialisers, sparse ones, attributes, subgraphs, functions, training graphs). Weights are skipped, not read.
 */
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../base/appError.ts';
import { joinInside, openInside } from '../../base/paths.ts';
import { FileCursor } from './fileCursor.ts';

export interface OnnxFacts {
  readonly irVersion: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** By output: its sizes, null where one is open; an output without a shape is not here. */
  readonly outputShapes: Readonly<Record<string, readonly (number | null)[]>>;
  readonly nodes: number;
  /** Names of files beside the model that hold weights. */
  readonly externalFiles: readonly string[];
}

interface ExternalData {
  location: string | null;
  offset: number;
  length: number;
}

interface Found {
  irVersion: number;
  inputs: string[];
  outputs: string[];
  outputShapes: Record<string, (number | null)[]>;
  /** Of the output that is being read. */
  shape: (number | null)[];
  nodes: number;
  graphs: number;
  externals: ExternalData[];
}

type MessageName = 'model' | 'graph' | 'subgraph' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'function' | 'training' | 'input' | 'output' | 'entry' | 'type' | 'tensorType' | 'shape' | 'dimension';

/** Field number → the message it holds; all other fields are skipped. */
const NESTED: Readonly<Record<MessageName, Readonly<Record<number, MessageName>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 11: 'input', 12: 'output', 15: 'sparse' },
  subgraph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'subgraph', 10: 'tensor', 11: 'subgraph', 22: 'sparse', 23: 'sparse' },
  tensor: { 13: 'entry' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  function: { 7: 'node', 11: 'attribute' },
  training: { 1: 'subgraph', 2: 'subgraph' },
  input: {},
  output: { 2: 'type' },
  type: { 1: 'tensorType' },
  tensorType: { 2: 'shape' },
  shape: { 1: 'dimension' },
  dimension: {},
  entry: {},
};

const MAX_DEPTH = 64;
const MAX_NODES = 1_000_000;
const MAX_TEXT_BYTES = 4_096;
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Rejects with MODEL_DAMAGED, MODEL_UNSUPPORTED (not ONNX), PATH_OUTSIDE_ROOT (weights outside the model's folder) or PATH_UNREADABLE. */
export async function readOnnx(path: string): Promise<OnnxFacts> {
  const found = await FileCursor.walk(path, async (cursor) => {
    const facts: Found = { irVersion: 0, inputs: [], outputs: [], outputShapes: {}, shape: [], nodes: 0, graphs: 0, externals: [] };
    await walkMessage({ cursor, facts, depth: 0 }, 'model', cursor.fileBytes);
    if (facts.irVersion < 1 || facts.irVersion > 100 || facts.graphs !== 1) throw new AppError('MODEL_UNSUPPORTED', `${path} is not an ONNX file.`, { hint: 'Choose a .gguf or .onnx file.' });
    if (facts.outputs.length === 0) throw cursor.damaged('its graph has no outputs');
    return facts;
  });
  const externalFiles = new Set<string>();
  for (const external of found.externals) externalFiles.add(await checkExternal(path, external));
  const { irVersion, inputs, outputs, outputShapes, nodes } = found;
  return { irVersion, inputs, outputs, outputShapes, nodes, externalFiles: [...externalFiles] };
}

interface Walk {
  readonly cursor: FileCursor;
  readonly facts: Found;
  readonly depth: number;
}

async function walkMessage(walk: Walk, message: MessageName, end: number): Promise<void> {
  const { cursor, facts } = walk;
  if (walk.depth > MAX_DEPTH) throw cursor.damaged(`its graphs are nested more than ${MAX_DEPTH} deep`);
  if (message === 'graph') facts.graphs += 1;
  if (message === 'output') facts.shape = [];
  if (message === 'dimension') facts.shape.push(null);
  if (message === 'node' && ++facts.nodes > MAX_NODES) throw cursor.damaged(`it has more than ${MAX_NODES} nodes`);
  const tensor: TensorState | null = message === 'tensor' ? { external: false, data: { location: null, offset: 0, length: 0 } } : null;
  while (cursor.at < end) {
    const tag = await varint(cursor);
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (field === 0) throw cursor.damaged('a field has the number 0');
    if (wire === VARINT) await readNumber(walk, { message, field, tensor });
    else if (wire === BYTES) await readBytes(walk, { message, field, end, tensor });
    else if (wire === FIXED64 || wire === FIXED32) cursor.skip(wire === FIXED64 ? 8 : 4);
    else throw cursor.damaged(`a field has the unknown wire type ${wire}`);
  }
  if (cursor.at !== end) throw cursor.damaged('a field reaches past the end of its message');
  const output = message === 'output' ? facts.outputs.at(-1) : undefined;
  if (output !== undefined && facts.shape.length > 0) facts.outputShapes[output] = facts.shape;
  if (tensor && (tensor.external || tensor.data.location !== null)) facts.externals.push(tensor.data);
}

interface TensorState {
  external: boolean;
  readonly data: ExternalData;
}

async function readNumber({ cursor, facts }: Walk, place: { message: MessageName; field: number; tensor: TensorState | null }): Promise<void> {
  const value = await varint(cursor);
  if (place.message === 'model' && place.field === 1) facts.irVersion = value;
  if (place.message === 'dimension' && place.field === 1) facts.shape[facts.shape.length - 1] = Number.isSafeInteger(value) && value > 0 ? value : null;
  if (place.tensor && place.field === 14) place.tensor.external = value === 1;
}

interface BytesPlace {
  readonly message: MessageName;
  readonly field: number;
  readonly end: number;
  readonly tensor: TensorState | null;
}

async function readBytes(walk: Walk, place: BytesPlace): Promise<void> {
  const { cursor, facts } = walk;
  const bytes = await varint(cursor);
  if (bytes > place.end - cursor.at) throw cursor.damaged(`a field of ${bytes} bytes reaches past the end of its message`);
  const nested = NESTED[place.message][place.field];
  if (nested === 'entry' && place.tensor) {
    await readExternalEntry(walk, cursor.at + bytes, place.tensor.data);
  } else if (nested) {
    await walkMessage({ cursor, facts, depth: walk.depth + 1 }, nested, cursor.at + bytes);
  } else if ((place.message === 'input' || place.message === 'output') && place.field === 1) {
    const name = await shortText(cursor, bytes);
    (place.message === 'input' ? facts.inputs : facts.outputs).push(name);
  } else cursor.skip(bytes);
}

/** One `key: value` of a tensor's external data. */
async function readExternalEntry({ cursor }: Walk, end: number, data: ExternalData): Promise<void> {
  let key = '';
  let value = '';
  while (cursor.at < end) {
    const tag = await varint(cursor);
    if (tag % 8 !== BYTES) throw cursor.damaged('an entry of external data is no text');
    const bytes = await varint(cursor);
    if (bytes > end - cursor.at) throw cursor.damaged('an entry of external data reaches past its end');
    const text = await shortText(cursor, bytes);
    if (Math.floor(tag / 8) === 1) key = text;
    if (Math.floor(tag / 8) === 2) value = text;
  }
  if (key === 'location') {
    if (data.location !== null) throw cursor.damaged('a tensor names two places for its data');
    data.location = value;
  }
  if (key === 'offset' || key === 'length') data[key] = count(cursor, key, value);
}

function count(cursor: FileCursor, key: string, value: string): number {
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw cursor.damaged(`the ${key} of external data is "${value.slice(0, 40)}"`);
  return number;
}

async function shortText(cursor: FileCursor, bytes: number): Promise<string> {
  if (bytes > MAX_TEXT_BYTES) throw cursor.damaged(`a name has ${bytes} bytes`);
  return cursor.text(bytes, 'a name');
}

/** At most ten bytes; values beyond what a file can hold are refused. */
async function varint(cursor: FileCursor): Promise<number> {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = await cursor.u8();
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) {
      // Negative numbers (int64) are legal where they are not lengths; they only must not pass as sizes.
      return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value);
    }
  }
  throw cursor.damaged('a number has more than ten bytes');
}

async function checkExternal(path: string, external: ExternalData): Promise<string> {
  const { location, offset, length } = external;
  const refuse = (why: string): AppError => new AppError('MODEL_DAMAGED', `${path} keeps weights in another file that cannot be used: ${why}.`, { hint: 'Put that file beside the model, or use a model in one file.' });
  if (location === null || location === '') throw refuse('it does not say which');
  const real = await openInside(dirname(path), location);
  if (real !== joinInside(await realpath(dirname(path)), location)) throw new AppError('PATH_OUTSIDE_ROOT', `${path} keeps weights in ${location}, which is a link.`, { hint: 'Put the file itself beside the model.' });
  const facts = await stat(real).catch(() => null);
  if (!facts) throw refuse(`${location} is not there`);
  if (!facts.isFile()) throw refuse(`${location} is not a file`);
  if (facts.nlink > 1) throw new AppError('PATH_OUTSIDE_ROOT', `${path} keeps weights in ${location}, which has a second name (hard link) elsewhere.`, { hint: 'Copy that file so that it has one name.' });
  if (offset + length > facts.size) throw refuse(`${location} has ${facts.size} bytes, ${offset + length} are wanted`);
  return location;
}
