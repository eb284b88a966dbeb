import { basename } from 'node:path';
import { AppError } from '../../../base/appError.ts';
import type { EmbeddedTexts, EmbedRequest } from '../../types.ts';
import { createTokenCompactor } from './compactTokens.ts';
import { defaultThreads, inputTensors, loadSession, loadTokenizer } from './loadModel.ts';
import { poolTokens, toLengthOne } from './poolTokens.ts';
import { specialTokens } from './specialTokens.ts';

export interface Embedder {
  embed(request: Pick<EmbedRequest, 'texts' | 'kind' | 'detail'>, signal: AbortSignal): Promise<EmbeddedTexts>;
}

/** Loads an ONNX embedder. Rejects with MODEL_NOT_FOUND, MODEL_DAMAGED or, at the first text, MODEL_UNSUPPORTED. */
export async function loadEmbedder(request: Pick<EmbedRequest, 'weightsPath' | 'tokenizerPath' | 'settings' | 'threads'>): Promise<Embedder> {
  const { weightsPath, settings } = request;
  const tokenizer = await loadTokenizer(request.tokenizerPath);
  const session = await loadSession(weightsPath, request.threads ?? defaultThreads());
  const { front, back } = specialTokens(tokenizer);
  const compactor = createTokenCompactor(settings.dimensions);
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

  /** Of the text's own tokens: neither special ones nor those of the prefix. */
  function ownTokens(hidden: Float32Array, first: number, count: number): Float32Array[] {
    const { dimensions } = settings;
    return Array.from({ length: count }, (_, token) => hidden.subarray((first + token) * dimensions, (first + token + 1) * dimensions));
  }

  async function embedOne(text: string, prefix: string, detail: boolean): Promise<{ readonly vector: Float32Array; readonly own: readonly Float32Array[] }> {
    const body = tokenizer.encode(prefix + text, { add_special_tokens: false }).ids.slice(0, room);
    const { hidden, pooled } = await run([...front, ...body, ...back]);
    if (pooled) return { vector: settings.normalise ? toLengthOne(hidden) : hidden.slice(), own: [] };
    const prefixed = prefix === '' ? 0 : Math.min(body.length, tokenizer.encode(prefix, { add_special_tokens: false }).ids.length);
    return { vector: poolTokens(hidden, settings.dimensions, settings), own: detail ? ownTokens(hidden, front.length + prefixed, body.length - prefixed) : [] };
  }

  return {
    async embed({ texts, kind, detail }, signal) {
      const vectors: Float32Array[] = [];
      const tokens: (Float32Array | Uint8Array)[] = [];
      const prefix = kind === 'question' ? settings.queryPrefix : settings.documentPrefix;
      // One at a time: on a CPU a batch is slower (padding), and an int8 model's scales, and so its vectors, would depend on the neighbours.
      for (const text of texts) {
        signal.throwIfAborted();
        const { vector, own } = await embedOne(text, prefix, detail === 'tokens');
        vectors.push(vector);
        if (detail === 'tokens') tokens.push(kind === 'question' ? compactor.ofQuestion(own) : new Uint8Array(compactor.ofDocument(own).buffer));
      }
      const dimensions = texts.length === 0 ? 0 : settings.dimensions;
      return { dimensions, vectors: joined(vectors, dimensions), ...(detail === 'tokens' ? { tokens } : {}) };
    },
  };
}

function joined(rows: readonly Float32Array[], dimensions: number): Float32Array {
  const all = new Float32Array(rows.length * dimensions);
  for (const [at, row] of rows.entries()) all.set(row, at * dimensions);
  return all;
}
