import { basename } from 'node:path';
import { AppError } from '../../../base/appError.ts';
import type { RerankRequest } from '../../types.ts';
import { defaultThreads, inputTensors, loadSession, loadTokenizer } from './loadModel.ts';
import { joinPair, pairTemplate } from './specialTokens.ts';

export interface Reranker {
  score(request: Pick<RerankRequest, 'question' | 'passages'>, signal: AbortSignal): Promise<Float32Array>;
}

/** Loads an ONNX cross-encoder. Rejects with MODEL_NOT_FOUND, MODEL_DAMAGED or, at the first passage, MODEL_UNSUPPORTED. */
export async function loadReranker(request: Pick<RerankRequest, 'weightsPath' | 'tokenizerPath' | 'maxTokens' | 'threads'>): Promise<Reranker> {
  const tokenizer = await loadTokenizer(request.tokenizerPath);
  const session = await loadSession(request.weightsPath, request.threads ?? defaultThreads());
  const template = pairTemplate(tokenizer);
  const tokensOf = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;

  async function scoreOne(question: readonly number[], passage: readonly number[]): Promise<number> {
    const { ids, types } = joinPair(template, { question, passage }, request.maxTokens);
    const output = await session.run(inputTensors(ids, types, session.inputNames));
    const logits = output['logits'] ?? output[session.outputNames[0] ?? ''];
    if (!logits || !(logits.data instanceof Float32Array) || (logits.data.length !== 1 && logits.data.length !== 2)) {
      throw new AppError('MODEL_UNSUPPORTED', `The reranker ${basename(request.weightsPath)} gives ${logits?.dims.join(' × ') ?? 'no'} logits for a pair, where one or two are wanted.`, { hint: 'Choose a model that scores a question with a passage.' });
    }
    const [first = 0, second] = logits.data;
    // Two: not relevant, relevant. Their difference orders as the probability does.
    return second === undefined ? first : second - first;
  }

  return {
    async score({ question, passages }, signal) {
      const asked = tokensOf(question);
      const scores = new Float32Array(passages.length);
      // One at a time, as embedder.ts does: no padding, and a score that does not depend on what else was found.
      for (const [at, passage] of passages.entries()) {
        signal.throwIfAborted();
        scores[at] = await scoreOne(asked, tokensOf(passage));
      }
      return scores;
    },
  };
}
