import { readFile } from 'node:fs/promises';
import { AppError } from '../../../base/appError.ts';
import type { ChatMessage, GenerateRequest, GenerateResult, TextModelFacts } from '../../types.ts';
import type { ChildCall, ChildMethods } from '../../wire.ts';
import { crash, hang, writeGarbage } from './faultMethods.ts';

/** What a file must begin with to be a model of the fake. */
export const FAKE_MODEL_MARK = 'LATHE FAKE MODEL';
const CONTEXT_TOKENS = 4_096;
const SLOW_MS = 200;

/**
 * TextRuntime without a model: answers with the sentence of the prompt that shares most words with its last line.
 * A word in the last message makes it fail after its first token: !crash !oom !hang !garbage; or answer badly: !slow !empty !repeat.
 */
export const fakeText: ChildMethods = {
  load: async (params: { modelPath: string }): Promise<TextModelFacts> => {
    await assertModel(params.modelPath);
    return { contextTokens: CONTEXT_TOKENS, architecture: 'fake', parameters: null };
  },
  countTokens: (params: { messages: readonly ChatMessage[] }) => countTokens(params.messages),
  generate: async (params: { modelPath: string; request: GenerateRequest }, call: ChildCall): Promise<GenerateResult> => {
    await assertModel(params.modelPath);
    return generate(params.request, call);
  },
};

async function assertModel(path: string): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new AppError('MODEL_NOT_FOUND', `The model file ${path} is not there or cannot be read`, { cause: error });
  }
  if (!bytes.toString('latin1').startsWith(FAKE_MODEL_MARK)) throw new AppError('MODEL_DAMAGED', `The model file ${path} cannot be loaded: it does not begin with "${FAKE_MODEL_MARK}"`);
}

const words = (text: string): string[] => text.match(/\s*[\p{L}\p{N}]+|\s*[^\s\p{L}\p{N}]/gu) ?? [];

function countTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, message) => sum + words(message.content).length + 4, 0);
}

async function generate(request: GenerateRequest, call: ChildCall): Promise<GenerateResult> {
  const prompt = request.messages.at(-1)?.content ?? '';
  const promptTokens = countTokens(request.messages);
  if (promptTokens + request.maxTokens > CONTEXT_TOKENS) throw new AppError('INPUT_INVALID', `The prompt of ${promptTokens} tokens and an answer of ${request.maxTokens} do not fit the ${CONTEXT_TOKENS} tokens of the fake`);
  const startedAt = performance.now();
  const tokens = words(answerTo(prompt));
  const given = tokens.slice(0, request.maxTokens);
  for (const [at, token] of given.entries()) {
    call.signal.throwIfAborted();
    call.part(token);
    if (at === 0) await failOnDemand(prompt);
    await new Promise((resolve) => setTimeout(resolve, prompt.includes('!slow') ? SLOW_MS : 1));
  }
  call.signal.throwIfAborted();
  const stopped = given.length < tokens.length ? 'length' : 'end';
  return { text: given.join(''), promptTokens, generatedTokens: given.length, stopped, timingsMs: { load: 0, prompt: 0, generate: performance.now() - startedAt } };
}

async function failOnDemand(prompt: string): Promise<void> {
  if (prompt.includes('!crash')) await crash({ signal: 'SIGSEGV' });
  // What a kernel that is out of memory does.
  if (prompt.includes('!oom')) await crash({ signal: 'SIGKILL' });
  if (prompt.includes('!garbage')) await writeGarbage();
  if (prompt.includes('!hang')) hang();
}

function answerTo(prompt: string): string {
  if (prompt.includes('!empty')) return '';
  if (prompt.includes('!repeat')) return 'The same words again and again. '.repeat(60);
  const lines = prompt.split('\n').filter((line) => line.trim());
  const asked = new Set(contentWords(lines.findLast((line) => !/^answer:?$/i.test(line.trim())) ?? ''));
  const sentences = lines.slice(0, -1).flatMap((line) => line.split(/(?<=[.!?])\s+/));
  const scored = sentences.map((sentence) => ({ sentence, score: new Set(contentWords(sentence).filter((word) => asked.has(word))).size }));
  const best = scored.reduce((winner, each) => (each.score > winner.score ? each : winner), { sentence: `You said: ${prompt.slice(0, 200)}`, score: 0 });
  return best.sentence.trim();
}

function contentWords(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu) ?? []).filter((word) => !['the', 'what', 'how', 'which', 'does', 'for', 'question'].includes(word));
}
