/** Encodes protobuf messages by hand, so that a test can say exactly which field lies. */
export function varint(value: bigint | number): Buffer {
  let rest = BigInt(value);
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

export const number = (field: number, value: bigint | number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);
export const bytes = (field: number, content: Buffer | string): Buffer => {
  const body = Buffer.from(content as string);
  return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
};
export const message = (field: number, ...fields: Buffer[]): Buffer => bytes(field, Buffer.concat(fields));

/** A tensor that keeps its data in another file. */
export const external = (location: string, more: Readonly<Record<string, string>> = {}): Buffer =>
  Buffer.concat([number(2, 1), bytes(8, 'w'), ...Object.entries({ location, ...more }).map(([key, value]) => message(13, bytes(1, key), bytes(2, value))), number(14, 1)]);

/** A model whose graph has the given extra fields. */
export function makeOnnx(graphFields: readonly Buffer[] = [], modelFields: readonly Buffer[] = []): Buffer {
  const graph = message(7, message(1, bytes(1, 'input_ids'), bytes(2, 'y'), bytes(4, 'Identity')), bytes(2, 'g'), message(11, bytes(1, 'input_ids')), message(12, bytes(1, 'y')), ...graphFields);
  return Buffer.concat([number(1, 8), graph, message(8, bytes(1, ''), number(2, 17)), ...modelFields]);
}
