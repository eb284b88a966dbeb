import type { Supervisor } from '../supervisor/createSupervisor.ts';
import { textRuntimeOver, type StoppableTextRuntime } from '../textRuntimeOver.ts';

/** Text generation by llama.cpp: GGUF files. */
export function createLlamaRuntime(supervisor: Supervisor): StoppableTextRuntime {
  return textRuntimeOver(supervisor, 'llama');
}
