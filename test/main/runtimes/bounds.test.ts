import { writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createIndexRuntime } from '../../../src-main/runtimes/index/indexRuntime.ts';
import { createLlamaRuntime } from '../../../src-main/runtimes/llama/llamaRuntime.ts';
import { MINILM } from '../../helpers/minilmSettings.ts';
import { createOnnxRuntime } from '../../../src-main/runtimes/onnx/onnxRuntime.ts';
import type { Supervisor } from '../../../src-main/runtimes/supervisor/createSupervisor.ts';
import type { RuntimeDefinition } from '../../../src-main/runtimes/supervisor/defineRuntime.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const MINUTE = 60_000;

/** A supervisor that starts nothing and notes how each process is defined and how long each of its calls may take. */
function notingSupervisor() {
  const definitions: RuntimeDefinition[] = [];
  const bounds: Record<string, number | undefined> = {};
  const supervisor = {
    process(definition: RuntimeDefinition) {
      definitions.push(definition);
      return {
        async call(method: string, _: unknown, options: { timeoutMs?: number } = {}) {
          bounds[method] = options.timeoutMs ?? definition.callTimeoutMs;
          return {};
        },
      };
    },
  } as unknown as Supervisor;
  return { supervisor, definitions, bounds };
}

describe('the bounds of native work', () => {
  it('end every call of the index, so that a hang is an error and not silence', async () => {
    const { supervisor, definitions, bounds } = notingSupervisor();
    const index = createIndexRuntime(supervisor);
    const at = { folder: '/none', staticModelFolder: '/none' };
    await index.documents(at);
    await index.add(at, []);
    await index.publish(at, []);
    await index.hide(at, []);
    await index.remove(at, []);
    await index.optimize(at);
    await index.compact(at);
    await index.search(at, { question: 'x', limit: 1 });
    await index.similarity(at, { texts: [], others: [] });
    const deep = { file: '/none/vectors.db', name: '0a1b2c3d', dimensions: 4 };
    await index.pendingVectors(at, deep, 1);
    await index.addVectors(at, deep, []);
    await index.countVectors(at, deep);
    await index.sweepVectors([at], deep);
    await index.placesOf(at, { question: 'x' }, []);
    await index.points(at, null, 1);
    await index.close(at);
    const write = 10 * MINUTE;
    expect(bounds).toEqual({ documents: write, add: write, publish: write, hide: write, remove: write, optimize: 30 * MINUTE, compact: 30 * MINUTE, search: MINUTE, similarity: MINUTE, pendingVectors: write, addVectors: write, countVectors: write, sweepVectors: write, placesOf: MINUTE, points: MINUTE, close: write });
    expect(definitions[0]?.memoryLimitBytes).toBe(Math.max(2_000_000_000, totalmem() / 4));
  });

  it('end an embedding that hangs', async () => {
    const { supervisor, bounds } = notingSupervisor();
    await createOnnxRuntime(supervisor).embed({ weightsPath: '/none', tokenizerPath: '/none', settings: MINILM, kind: 'question', texts: [] });
    expect(bounds).toEqual({ embed: 10 * MINUTE });
  });

  it('keep a model within twice what its weights and a context need, the parts of a split one together', async () => {
    const folder = temporaryFolder();
    for (const name of ['whole.gguf', 'big-00001-of-00002.gguf', 'big-00002-of-00002.gguf']) writeFileSync(join(folder, name), Buffer.alloc(1_000_000));
    const { supervisor, definitions } = notingSupervisor();
    const text = createLlamaRuntime(supervisor);
    for (const name of ['whole.gguf', 'big-00001-of-00002.gguf', 'gone.gguf']) await text.load(join(folder, name));
    expect(definitions.map((definition) => definition.memoryLimitBytes)).toEqual([2_002_400_000, 2_004_800_000, undefined]);
  });
});
