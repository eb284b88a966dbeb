import type { ChatMessage, GenerateRequest } from '../../types.ts';
import type { ChildCall, ChildMethods } from '../../wire.ts';
import { chatTokens } from './chatTokens.ts';
import { generateText } from './generateText.ts';
import { loadTextModel, type LoadedTextModel } from './loadTextModel.ts';

/** The methods of TextRuntime in the process of one model. Calls on the model's one sequence run one after the other. */
export function createTextMethods(): ChildMethods {
  let loading: Promise<LoadedTextModel> | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  function use(modelPath: string): Promise<LoadedTextModel> {
    loading ??= loadTextModel(modelPath).catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  return {
    load: async (params: { modelPath: string }) => (await use(params.modelPath)).facts,
    countTokens: async (params: { modelPath: string; messages: readonly ChatMessage[] }) => chatTokens(await use(params.modelPath), params.messages).tokens.length,
    generate: async (params: { modelPath: string; request: GenerateRequest }, call: ChildCall) => {
      const startedAt = performance.now();
      const loaded = await use(params.modelPath);
      const loadMs = performance.now() - startedAt;
      return inTurn(async () => {
        call.signal.throwIfAborted();
        const result = await generateText(loaded, params.request, call);
        return { ...result, timingsMs: { load: loadMs, ...result.timingsMs } };
      });
    },
  };
}
