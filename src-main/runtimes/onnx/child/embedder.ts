import { basename } from 'node:path';
import type { EmbeddingSettings } from '#contract/models.ts';
import { AppError } from '../../../base/appError.ts';
import type { EmbeddedTexts, EmbedRequest, TokenDetail } from '../../types.ts';
import { defaultThreads, inputTensors, loadSession, loadTokenizer } from './loadModel.ts';
import { poolTokens, toLengthOne } from './poolTokens.ts';
import { specialTokens } from './specialTokens.ts';
import { tokenOffsets } from './tokenOffsets.ts';

export interface Embedder {
  embed(request: Pick<EmbedRequest, 'texts' | 'kind' | 'detail'>, signal: AbortSignal): Promise<EmbeddedTexts>;
}

/** The text's own tokens: neither special ones nor those of the prefix. */
interface OwnTokens {
  readonly vectors: readonly Float32Array[];
  readonly offsets: readonly number[];
}

/** Loads an ONNX embedder. Rejects with MODEL_NOT_FOUND, MODEL_DAMAGED or, at the first text, MODEL_UNSUPPORTED. */
export async function loadEmbedder(request: Pick<EmbedRequest, 'weightsPath' | 'tokenizerPath' | 'settings' | 'threads'>): Promise<Embedder> {
  const { weightsPath, settings } = request;
  const tokenizer = await loadTokenizer(request.tokenizerPath);
  const session = await loadSession(weightsPath, request.threads ?? defaultThreads());
  const { front, back } = specialTokens(tokenizer);
  const room = Math.max(1, settings.maxTokens - front.length - back.length);

  async function run(ids: readonly number[]): Promise<{ readonly hidden: Float32Array; readonly pooled: boolean }> {
    const output = await session.run(inputTensors(ids, null, session.inputNames));
    const hidden = output['last_hidden_state'] ?? output['token_embeddings'] ?? output['sentence_embedding'] ?? output[session.outputNames[0] ?? ''];
    const width = hidden?.dims.at(-1);
    if (!hidden || hidden.dims.length > 3 || hidden.dims.length < 2 || !(hidden.data instanceof Float32Array)) {
      throw new AppError('MODEL_UNSUPPORTED', `The embedding model ${basename(weightsPath)} gives no hidden states: its outputs are ${session.outputNames.join(', ')}`);
    }
    if (width !== settings.dimensions) throw new AppError('MODEL_UNSUPPORTED', `The embedding model ${basename(weightsPath)} gives vectors of ${width} dimensions, where its settings say ${settings.dimensions}`, { hint: 'Add the model again.' });
    return { hidden: hidden.data, pooled: hidden.dims.length === 2 };
  }

  function ownTokens(encoded: { readonly whole: string; readonly prefix: string; readonly body: readonly number[] }, hidden: Float32Array): OwnTokens {
    const places = tokenOffsets(tokenizer, encoded.whole, encoded.body);
    const vectors: Float32Array[] = [];
    const offsets: number[] = [];
    for (const at of encoded.body.keys()) {
      const end = (places[at * 2 + 1] ?? 0) - encoded.prefix.length;
      if (end <= 0) continue;
      const row = (front.length + at) * settings.dimensions;
      vectors.push(toLengthOne(hidden.subarray(row, row + settings.dimensions)));
      offsets.push(Math.max(0, (places[at * 2] ?? 0) - encoded.prefix.length), end);
    }
    return { vectors, offsets };
  }

  async function embedOne(text: string, prefix: string, detail: boolean): Promise<{ readonly vector: Float32Array; readonly own: OwnTokens | null }> {
    const whole = prefix + text;
    const body = tokenizer.encode(whole, { add_special_tokens: false }).ids.slice(0, room);
    const { hidden, pooled } = await run([...front, ...body, ...back]);
    if (!pooled) return { vector: poolTokens(hidden, settings.dimensions, settings), own: detail ? ownTokens({ whole, prefix, body }, hidden) : null };
    return { vector: settings.normalise ? toLengthOne(hidden) : hidden.slice(), own: detail ? { vectors: [], offsets: [] } : null };
  }

  return {
    async embed({ texts, kind, detail }, signal) {
      const vectors: Float32Array[] = [];
      const own: OwnTokens[] = [];
      const prefix = kind === 'question' ? settings.queryPrefix : settings.documentPrefix;
      // One at a time: on a CPU a batch is slower (padding), and an int8 model's scales, and so its vectors, would depend on the neighbours.
      for (const text of texts) {
        signal.throwIfAborted();
        const embedded = await embedOne(text, prefix, detail === 'tokens');
        vectors.push(embedded.vector);
        if (embedded.own) own.push(embedded.own);
      }
      const dimensions = texts.length === 0 ? 0 : settings.dimensions;
      return { dimensions, vectors: joined(vectors, dimensions), ...(detail === 'tokens' ? { tokens: joinTokens(own, settings) } : {}) };
    },
  };
}

function joined(rows: readonly Float32Array[], dimensions: number): Float32Array {
  const all = new Float32Array(rows.length * dimensions);
  for (const [at, row] of rows.entries()) all.set(row, at * dimensions);
  return all;
}

function joinTokens(own: readonly OwnTokens[], { dimensions }: EmbeddingSettings): TokenDetail {
  return {
    counts: Uint32Array.from(own, ({ vectors }) => vectors.length),
    vectors: joined(
      own.flatMap(({ vectors }) => vectors),
      dimensions,
    ),
    offsets: Uint32Array.from(own.flatMap(({ offsets }) => offsets)),
  };
}
