import { open } from 'node:fs/promises';
import { describe, it } from 'vitest';
import { createLlamaRuntime } from '../../../../src-main/runtimes/llama/llamaRuntime.ts';
import { because } from '../../../helpers/because.ts';
import { starterModel } from '../../../helpers/starterModels.ts';
import { textRuntimeSuite } from '../../../suites/textRuntime.suite.ts';

const model = await starterModel('smollm2-135m');

if ('reason' in model) {
  describe('text generation by llama.cpp', () => {
    it.skip(`answers with SmolLM2${because(model)}`, () => undefined);
  });
} else {
  const path = model.weightsPath;
  textRuntimeSuite({
    name: 'llama.cpp with SmolLM2',
    create: createLlamaRuntime,
    modelPath: async () => path,
    truncated: async () => {
      const file = await open(path);
      try {
        return (await file.read(Buffer.alloc(3_000_000), 0, 3_000_000, 0)).buffer;
      } finally {
        await file.close();
      }
    },
  });
}
