/** Writes GGUF files, right and wrong ones, from a description. */
export interface GgufValue {
  readonly type: number;
  /** Raw little-endian bytes after the type. */
  readonly bytes: Buffer;
}

export interface GgufTensorSpec {
  readonly name: string;
  readonly shape: readonly (number | bigint)[];
  readonly type: number;
  readonly offset: number | bigint;
  /** Instead of the shape's length. */
  readonly dimensions?: number;
}

export interface GgufSpec {
  readonly magic?: string;
  readonly version?: number;
  readonly tensorCount?: number | bigint;
  readonly keyCount?: number | bigint;
  readonly keys?: readonly (readonly [string, GgufValue])[];
  readonly tensors?: readonly GgufTensorSpec[];
  readonly dataBytes?: number;
  readonly alignment?: number;
}

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
export const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
export const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

export const textValue = (value: string): GgufValue => ({ type: 8, bytes: text(value) });
export const numberValue = (value: number): GgufValue => ({ type: 4, bytes: u32(value) });
export const arrayValue = (type: number, count: number | bigint, items: Buffer): GgufValue => ({ type: 9, bytes: Buffer.concat([u32(type), u64(count), items]) });

export const GOOD_KEYS: NonNullable<GgufSpec['keys']> = [
  ['general.architecture', textValue('llama')],
  ['general.name', textValue('Tiny')],
  ['llama.context_length', numberValue(2048)],
  ['tokenizer.ggml.tokens', arrayValue(8, 3, Buffer.concat([text('a'), text('b'), text('c')]))],
  ['tokenizer.chat_template', textValue('{{ messages }}')],
];

export const GOOD_TENSORS: readonly GgufTensorSpec[] = [
  { name: 'token_embd.weight', shape: [32, 4], type: 0, offset: 0 },
  { name: 'output.weight', shape: [64], type: 8, offset: 512 },
];

export function makeGguf(spec: GgufSpec = {}): Buffer {
  const keys = spec.keys ?? GOOD_KEYS;
  const tensors = spec.tensors ?? GOOD_TENSORS;
  const head = Buffer.concat([
    Buffer.from(spec.magic ?? 'GGUF', 'latin1'),
    u32(spec.version ?? 3),
    u64(spec.tensorCount ?? tensors.length),
    u64(spec.keyCount ?? keys.length),
    ...keys.flatMap(([key, value]) => [text(key), u32(value.type), value.bytes]),
    ...tensors.flatMap(({ name, shape, type, offset, dimensions }) => [text(name), u32(dimensions ?? shape.length), ...shape.map(u64), u32(type), u64(offset)]),
  ]);
  const alignment = spec.alignment ?? 32;
  const padding = (alignment - (head.length % alignment)) % alignment;
  return Buffer.concat([head, Buffer.alloc(padding + (spec.dataBytes ?? 580))]);
}
