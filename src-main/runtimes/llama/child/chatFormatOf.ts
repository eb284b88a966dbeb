import {
  ChatMLChatWrapper,
  DeepSeekChatWrapper,
  GemmaChatWrapper,
  GeneralChatWrapper,
  Llama2ChatWrapper,
  Llama3ChatWrapper,
  MistralChatWrapper,
  QwenChatWrapper,
  type ChatWrapper,
  type LlamaModel,
} from 'node-llama-cpp';

/** Marks that a model's own template writes around messages, with the format that writes the same. The first that is found counts. */
const FORMATS: readonly { readonly mark: string; readonly create: () => ChatWrapper }[] = [
  { mark: '<start_of_turn>', create: () => new GemmaChatWrapper() },
  { mark: '<|start_header_id|>', create: () => new Llama3ChatWrapper() },
  { mark: '<｜Assistant｜>', create: () => new DeepSeekChatWrapper() },
  { mark: '<<SYS>>', create: () => new Llama2ChatWrapper() },
  { mark: '[INST]', create: () => new MistralChatWrapper() },
  { mark: '<|im_start|>', create: () => new ChatMLChatWrapper() },
];

/**
 * Which of a closed set of chat formats a model was trained with. Its template is a program that came with the file
 * (CVE-2024-34359): it is searched for marks and never run. Null for a model without a template: it was never taught to chat
 * and continues text.
 */
export function chatFormatOf(model: LlamaModel): ChatWrapper | null {
  const template = model.fileInfo.metadata.tokenizer.chat_template;
  return chatFormatOfTemplate(typeof template === 'string' ? template : '', String(model.fileInfo.metadata.general.architecture));
}

export function chatFormatOfTemplate(template: string, architecture: string): ChatWrapper | null {
  if (template.trim() === '') return null;
  if (template.includes('<|im_start|>') && architecture.startsWith('qwen3')) return new QwenChatWrapper({ thoughts: 'discourage' });
  const found = FORMATS.find(({ mark }) => template.includes(mark));
  return found ? found.create() : new GeneralChatWrapper();
}

/**
 * The system message that a ChatML template writes where a conversation has none: some models were trained with it always.
 * Read as text from the template; anything longer than a line is not one.
 */
export function standingSystemMessage(template: string): string | null {
  return /<\|im_start\|>system\n([^<{}'"]{1,300})<\|im_end\|>/.exec(template.replaceAll('\\n', '\n'))?.[1]?.trim() ?? null;
}
