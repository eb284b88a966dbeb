import type { Supervisor } from '../supervisor/createSupervisor.ts';
import { textRuntimeOver, type StoppableTextRuntime } from '../textRuntimeOver.ts';

/** Text generation without a model: answers with a sentence of the prompt, and fails on demand (see child/fakeText.ts). */
export function createFakeTextRuntime(supervisor: Supervisor): StoppableTextRuntime {
  return textRuntimeOver(supervisor, 'fake');
}
