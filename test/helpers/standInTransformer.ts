import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bytes, message, number } from '../main/capabilities/models/makeProtobuf.ts';

/** No weights of BGE, E5 or a cross-encoder can be had here: graphs whose arithmetic a test can do itself stand in for them. */
export const WORDS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'query', 'passage', ':', 'cat', 'dog', 'run', '##ning', 'cafe', 'a', 'b', '.', '中'];
export const DIMENSIONS = 4;

/** Any fixed numbers: no two rows point the same way. */
export const tableRow = (id: number, width: number): number[] => Array.from({ length: width }, (_, at) => Math.fround(Math.sin((id + 1) * (at + 1) * 1.7)));

const tensor = (name: string, dims: readonly number[], values: readonly number[]): Buffer => {
  const raw = Buffer.from(Float32Array.from(values).buffer);
  return message(5, ...dims.map((dim) => number(1, dim)), number(2, 1), bytes(8, name), bytes(9, raw));
};
const dimension = (dim: number | string): Buffer => message(1, typeof dim === 'number' ? number(1, dim) : bytes(2, dim));
const value = (field: number, name: string, type: number, dims: readonly (number | string)[]): Buffer => message(field, bytes(1, name), message(2, message(1, number(1, type), message(2, ...dims.map(dimension)))));
const node = (kind: string, inputs: readonly string[], output: string, ...attributes: Buffer[]): Buffer => message(1, ...inputs.map((name) => bytes(1, name)), bytes(2, output), bytes(4, kind), ...attributes);
const axisOne = message(5, bytes(1, 'axes'), number(8, 1), number(20, 7));
const keep = (kept: 0 | 1): Buffer => message(5, bytes(1, 'keepdims'), number(3, kept), number(20, 2));
const INT64 = 7;
const FLOAT = 1;
const input = (name: string): Buffer => value(11, name, INT64, ['batch', 'tokens']);
const model = (...graph: Buffer[]): Buffer => Buffer.concat([number(1, 7), message(7, bytes(2, 'g'), ...graph), message(8, bytes(1, ''), number(2, 11))]);

/** hidden[t] = table[id[t]] + mean over all tokens of table[id]. */
export function embedderGraph(): Buffer {
  return model(
    node('Gather', ['table', 'input_ids'], 'rows'),
    node('ReduceMean', ['rows'], 'middle', axisOne, keep(1)),
    node('Add', ['rows', 'middle'], 'last_hidden_state'),
    tensor('table', [WORDS.length, DIMENSIONS], WORDS.flatMap((_, id) => tableRow(id, DIMENSIONS))),
    input('input_ids'),
    input('attention_mask'),
    value(12, 'last_hidden_state', FLOAT, ['batch', 'tokens', DIMENSIONS]),
  );
}

/** logits = sum over tokens of table[id] × (1 for the question's segment, 10 for the passage's). */
export function rerankerGraph(labels: number): Buffer {
  return model(
    node('Gather', ['table', 'input_ids'], 'rows'),
    node('Gather', ['segments', 'token_type_ids'], 'factors'),
    node('Mul', ['rows', 'factors'], 'weighted'),
    node('ReduceSum', ['weighted'], 'logits', axisOne, keep(0)),
    tensor('table', [WORDS.length, labels], WORDS.flatMap((_, id) => tableRow(id, labels))),
    tensor('segments', [2, 1], [1, 10]),
    input('input_ids'),
    input('attention_mask'),
    input('token_type_ids'),
    value(12, 'logits', FLOAT, ['batch', labels]),
  );
}

const special = (token: string): object => ({ SpecialToken: { id: token, type_id: 0 } });
const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: WORDS.slice(0, 4).map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
    pair: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]'), { Sequence: { id: 'B', type_id: 1 } }, { SpecialToken: { id: '[SEP]', type_id: 1 } }],
    special_tokens: Object.fromEntries(['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [WORDS.indexOf(token)], tokens: [token] }])),
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])) },
};

/** Writes a model's folder: graph at `weights`, tokenizer and settings files at the top. Answers the folder. */
export function writeTransformer(folder: string, graph: Buffer, { weights = 'model.onnx', files = {} }: { readonly weights?: string; readonly files?: Readonly<Record<string, unknown>> } = {}): string {
  const all: Readonly<Record<string, Buffer | string>> = { [weights]: graph, 'tokenizer.json': JSON.stringify(tokenizer), ...Object.fromEntries(Object.entries(files).map(([name, content]) => [name, JSON.stringify(content)])) };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
