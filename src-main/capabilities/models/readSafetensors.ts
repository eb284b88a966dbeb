import { z } from 'zod';
import { FileCursor } from './fileCursor.ts';

export interface SafetensorsFacts {
  readonly tensors: readonly { readonly name: string; readonly type: string; readonly shape: readonly number[] }[];
  readonly parameters: number;
}

const MAX_HEADER_BYTES = 16 << 20;
const TYPE_BYTES: Readonly<Record<string, number>> = { BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, I16: 2, U16: 2, F16: 2, BF16: 2, I32: 4, U32: 4, F32: 4, F64: 8, I64: 8, U64: 8 };

const Size = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const Tensor = z.object({ dtype: z.string(), shape: z.array(Size).max(16), data_offsets: z.tuple([Size, Size]) });

/** Reads and checks a safetensors header (format 1). Rejects with MODEL_DAMAGED or PATH_UNREADABLE. */
export function readSafetensors(path: string): Promise<SafetensorsFacts> {
  return FileCursor.walk(path, async (cursor) => {
    const headerBytes = await cursor.u64('the length of the header');
    if (headerBytes > MAX_HEADER_BYTES || headerBytes > cursor.left) throw cursor.damaged(`its header claims ${headerBytes} bytes`);
    const header = parseHeader(cursor, await cursor.text(headerBytes, 'the header'));
    const tensors = Object.entries(header).filter(([name]) => name !== '__metadata__').map(([name, entry]) => checkTensor(cursor, name, entry));
    assertGapless(cursor, tensors);
    return { tensors: tensors.map(({ name, type, shape }) => ({ name, type, shape })), parameters: tensors.reduce((sum, tensor) => sum + tensor.elements, 0) };
  });
}

function parseHeader(cursor: FileCursor, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw cursor.damaged(`its header is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw cursor.damaged('its header is no JSON object');
}

interface Place {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly start: number;
  readonly end: number;
}

function checkTensor(cursor: FileCursor, name: string, entry: unknown): Place {
  const parsed = Tensor.safeParse(entry);
  if (!parsed.success) throw cursor.damaged(`the tensor ${name.slice(0, 80)} is not described`);
  const { dtype, shape, data_offsets: [start, end] } = parsed.data;
  const elementBytes = TYPE_BYTES[dtype];
  if (elementBytes === undefined) throw cursor.damaged(`the tensor ${name.slice(0, 80)} has the unknown type ${dtype.slice(0, 20)}`);
  const elements = shape.reduce((product, dimension) => product * BigInt(dimension), 1n);
  if (elements * BigInt(elementBytes) !== BigInt(end) - BigInt(start)) throw cursor.damaged(`the tensor ${name.slice(0, 80)} has another size than its shape says`);
  if (end > cursor.left) throw cursor.damaged(`the tensor ${name.slice(0, 80)} reaches past the end of the file`);
  return { name, type: dtype, shape, elements: Number(elements), start, end };
}

/** The format wants the data without holes, each byte in one tensor. */
function assertGapless(cursor: FileCursor, places: readonly Place[]): void {
  let at = 0;
  for (const place of places.toSorted((left, right) => left.start - right.start || left.end - right.end)) {
    if (place.start !== at) throw cursor.damaged(`there is ${place.start > at ? 'a hole before' : 'an overlap at'} the tensor ${place.name.slice(0, 80)}`);
    at = place.end;
  }
  if (at !== cursor.left) throw cursor.damaged(`its tensors end at ${at} of ${cursor.left} bytes`);
}
