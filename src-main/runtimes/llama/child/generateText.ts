import { basename } from 'node:path';
import type { Token } from 'node-llama-cpp';
import { AppError } from '../../../base/appError.ts';
import type { GenerateRequest, GenerateResult } from '../../types.ts';
import type { ChildCall } from '../../wire.ts';
import { chatTokens } from './chatTokens.ts';
import type { LoadedTextModel } from './loadTextModel.ts';

const COALESCE_MS = 16;

type Generated = Omit<GenerateResult, 'timingsMs'> & { readonly timingsMs: { readonly prompt: number; readonly generate: number } };

/**
 * Streams an answer, from an empty sequence: a prompt of which a part is still held is cut into other batches, its sums are rounded
 * otherwise, and the same question with the same seed can get another answer ("metres", then "meters"). Prompts share little but
 * their instruction, so that costs a few tokens.
 * Rejects with INPUT_INVALID when prompt and answer do not fit the context: nothing is cut here.
 */
export async function generateText(loaded: LoadedTextModel, request: GenerateRequest, call: ChildCall): Promise<Generated> {
  const { model, sequence } = loaded;
  const { tokens, stops } = chatTokens(loaded, request.messages);
  assertFits(loaded, tokens.length, request.maxTokens);
  const startedAt = performance.now();
  await sequence.clearHistory();
  const out = createTextStream((generated) => model.detokenize(generated, false, tokens.slice(-8)), stops, call);

  let firstAt: number | null = null;
  const answer = sequence.evaluate(tokens, { temperature: request.temperature, seed: request.seed, yieldEogToken: false });
  for await (const token of answer) {
    firstAt ??= performance.now();
    call.signal.throwIfAborted();
    if (out.push(token) || out.count() >= request.maxTokens) break;
  }
  call.signal.throwIfAborted();
  const endedAt = performance.now();
  const text = out.finish();
  return {
    text,
    promptTokens: tokens.length,
    generatedTokens: out.count(),
    stopped: out.count() >= request.maxTokens && !out.stopped() ? 'length' : 'end',
    timingsMs: { prompt: (firstAt ?? endedAt) - startedAt, generate: endedAt - (firstAt ?? endedAt) },
  };
}

function assertFits(loaded: LoadedTextModel, promptTokens: number, maxTokens: number): void {
  const { contextTokens } = loaded.facts;
  if (promptTokens + maxTokens <= contextTokens) return;
  throw new AppError('INPUT_INVALID', `The prompt of ${promptTokens} tokens and an answer of ${maxTokens} do not fit the ${contextTokens} tokens that ${basename(loaded.model.filename ?? 'the model')} takes`, {
    hint: 'Ask with fewer passages or a shorter answer.',
  });
}

interface TextStream {
  /** Takes a token; true when the answer has come to one of its ends. */
  push(token: Token): boolean;
  finish(): string;
  count(): number;
  stopped(): boolean;
}

/** Turns tokens into text parts of about 16 ms; holds back half characters and what may become a stop text. */
function createTextStream(toText: (tokens: Token[]) => string, stops: readonly string[], call: ChildCall): TextStream {
  const tokens: Token[] = [];
  let sent = 0;
  let sentAt = 0;
  let text = '';
  let stopped = false;

  function send(upTo: number): void {
    if (upTo <= sent) return;
    call.part(text.slice(sent, upTo));
    sent = upTo;
    sentAt = performance.now();
  }

  return {
    push(token) {
      tokens.push(token);
      if (performance.now() - sentAt < COALESCE_MS && stops.length === 0) return false;
      text = toText(tokens);
      const at = firstStop(text, stops);
      if (at !== null) {
        stopped = true;
        text = text.slice(0, at);
        return true;
      }
      if (performance.now() - sentAt >= COALESCE_MS) send(text.length - heldBack(text, stops));
      return false;
    },
    finish() {
      if (!stopped) text = toText(tokens);
      send(text.length);
      return text;
    },
    count: () => tokens.length,
    stopped: () => stopped,
  };
}

/** White space before the first word is no end. */
function firstStop(text: string, stops: readonly string[]): number | null {
  const begin = text.length - text.trimStart().length;
  const found = stops.map((stop) => text.indexOf(stop, begin)).filter((at) => at >= 0);
  return found.length === 0 ? null : Math.min(...found);
}

function heldBack(text: string, stops: readonly string[]): number {
  if (text.endsWith('\u{FFFD}')) return 1;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > 0; length -= 1) {
      if (stop.startsWith(text.slice(-length))) return length;
    }
  }
  return 0;
}
