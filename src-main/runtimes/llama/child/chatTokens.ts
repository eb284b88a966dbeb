import { LlamaText, type ChatHistoryItem, type LlamaModel, type Token } from 'node-llama-cpp';
import type { ChatMessage } from '../../types.ts';
import { standingSystemMessage } from './chatFormatOf.ts';
import type { LoadedTextModel } from './loadTextModel.ts';

export interface ChatTokens {
  readonly tokens: Token[];
  /** Texts that end the answer. */
  readonly stops: readonly string[];
}

/**
 * The messages in the model's chat format, up to where its answer begins. Marks inside of a message
 * (`<|im_end|>` in a document) become ordinary text: no message can pretend to be another.
 */
export function chatTokens(loaded: Pick<LoadedTextModel, 'model' | 'format'>, messages: readonly ChatMessage[]): ChatTokens {
  const { model, format } = loaded;
  if (format === null) return continuedTokens(model, messages);
  const standing = messages[0]?.role === 'system' ? null : standingSystemMessage(String(model.fileInfo.metadata.tokenizer.chat_template ?? ''));
  const system: ChatHistoryItem[] = standing === null ? [] : [{ type: 'system', text: standing }];
  const state = format.generateContextState({ chatHistory: [...system, ...messages.map(historyItem), { type: 'model', response: [] }] });
  const stops = state.stopGenerationTriggers.map((trigger) => LlamaText(trigger).toString()).filter((text) => text.trim().length > 1);
  return { tokens: state.contextText.tokenize(model.tokenizer), stops };
}

/** A model that continues text would go on with the next question after its answer. */
const CONTINUATION_STOPS = ['\n\n', '\nQuestion:', '\nAnswer:', '\nText:', '\n"""'];

function continuedTokens(model: LlamaModel, messages: readonly ChatMessage[]): ChatTokens {
  const text = `${messages.map((message) => message.content).join('\n\n')}\nAnswer:`;
  const begin = model.tokens.shouldPrependBosToken && model.tokens.bos !== null ? [model.tokens.bos] : [];
  return { tokens: [...begin, ...model.tokenize(text)], stops: CONTINUATION_STOPS };
}

function historyItem(message: ChatMessage): ChatHistoryItem {
  if (message.role === 'assistant') return { type: 'model', response: [message.content] };
  return { type: message.role, text: message.content };
}
