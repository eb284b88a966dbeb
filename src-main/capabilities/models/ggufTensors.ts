import { AppError } from '../../base/appError.ts';
import type { FileCursor } from './fileCursor.ts';

export interface GgufTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  /** From the start of the data section. */
  readonly offset: number;
}

/** Elements and bytes of a block, by ggml's type number (ggml.h, ggml-common.h). */
const BLOCKS: Readonly<Record<number, readonly [elements: number, bytes: number]>> = {
  0: [1, 4], 1: [1, 2], 2: [32, 18], 3: [32, 20], 6: [32, 22], 7: [32, 24], 8: [32, 34], 9: [32, 36],
  10: [256, 84], 11: [256, 110], 12: [256, 144], 13: [256, 176], 14: [256, 210], 15: [256, 292],
  16: [256, 66], 17: [256, 74], 18: [256, 98], 19: [256, 50], 20: [32, 18], 21: [256, 110], 22: [256, 82], 23: [256, 136],
  24: [1, 1], 25: [1, 2], 26: [1, 4], 27: [1, 8], 28: [1, 8], 29: [256, 56], 30: [1, 2], 34: [256, 54], 35: [256, 66], 39: [32, 17],
};

/** Holds every tensor's place against the file, in exact arithmetic; returns the sum of their elements. The cursor stands behind the last tensor's description. */
export function checkTensors(cursor: FileCursor, tensors: readonly GgufTensor[], alignment: number): number {
  const dataAt = Math.ceil(cursor.at / alignment) * alignment;
  let parameters = 0n;
  const places = tensors.map((tensor) => {
    const { elements, bytes } = measure(cursor, tensor);
    parameters += elements;
    if (tensor.offset % alignment !== 0) throw cursor.damaged(`the tensor ${shown(tensor)} lies at ${tensor.offset}, not at a multiple of ${alignment}`);
    if (BigInt(dataAt) + BigInt(tensor.offset) + bytes > BigInt(cursor.fileBytes)) {
      throw cursor.damaged(`the tensor ${shown(tensor)} of ${bytes} bytes reaches past the end of the file`);
    }
    return { tensor, end: tensor.offset + Number(bytes) };
  });
  places.sort((left, right) => left.tensor.offset - right.tensor.offset || left.end - right.end);
  for (const [index, place] of places.entries()) {
    const next = places[index + 1];
    if (next && next.tensor.offset < place.end) throw cursor.damaged(`the tensors ${shown(place.tensor)} and ${shown(next.tensor)} overlap`);
  }
  return Number(parameters);
}

function measure(cursor: FileCursor, tensor: GgufTensor): { elements: bigint; bytes: bigint } {
  const block = BLOCKS[tensor.type];
  if (!block) throw new AppError('MODEL_UNSUPPORTED', `${cursor.path} uses the unknown number format ${tensor.type} (tensor ${shown(tensor)}).`, { hint: 'Choose another quantisation, such as Q4_K_M.' });
  if (tensor.shape.some((dimension) => dimension === 0)) throw cursor.damaged(`the tensor ${shown(tensor)} has a dimension of 0`);
  const [perBlock, blockBytes] = block;
  const row = tensor.shape[0] ?? 1;
  if (row % perBlock !== 0) throw cursor.damaged(`a row of ${row} in the tensor ${shown(tensor)} is no multiple of ${perBlock}`);
  const elements = tensor.shape.reduce((product, dimension) => product * BigInt(dimension), 1n);
  return { elements, bytes: (elements / BigInt(perBlock)) * BigInt(blockBytes) };
}

function shown(tensor: GgufTensor): string {
  return tensor.name.slice(0, 80);
}
