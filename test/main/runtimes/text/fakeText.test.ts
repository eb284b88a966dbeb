import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FAKE_MODEL_MARK } from '../../../../src-main/runtimes/fake/child/fakeText.ts';
import { createFakeTextRuntime } from '../../../../src-main/runtimes/fake/fakeTextRuntime.ts';
import { createSupervisor } from '../../../../src-main/runtimes/supervisor/createSupervisor.ts';
import { textRuntimeSuite } from '../../../suites/textRuntime.suite.ts';

async function fakeModel(): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'lathe-fake-')), 'model.gguf');
  await writeFile(path, `${FAKE_MODEL_MARK}\n`);
  return path;
}

textRuntimeSuite({ name: 'the fake', create: createFakeTextRuntime, modelPath: fakeModel, truncated: async () => Buffer.from(FAKE_MODEL_MARK.slice(0, 9)) });

describe('the fake on demand', () => {
  const quiet = (): void => undefined;
  const supervisor = createSupervisor({ logger: { debug: quiet, info: quiet, warn: quiet, error: quiet } });
  const runtime = createFakeTextRuntime(supervisor);
  afterAll(() => supervisor.stop());

  it.each([
    ['!crash', 'RUNTIME_EXITED'],
    ['!oom', 'RUNTIME_EXITED'],
    ['!garbage', 'RUNTIME_EXITED'],
  ])('fails with one error for %s', async (word, code) => {
    const model = await fakeModel();
    const call = runtime.generate(model, { messages: [{ role: 'user', content: `Say something. ${word}` }], maxTokens: 50, temperature: 0, seed: 1 }, {});
    await expect(call).rejects.toMatchObject({ code });
    expect((await runtime.generate(model, { messages: [{ role: 'user', content: 'Say something.' }], maxTokens: 50, temperature: 0, seed: 1 }, {})).text).toContain('You said');
  });

  it('can be stopped while it hangs', async () => {
    const abort = new AbortController();
    const call = runtime.generate(await fakeModel(), { messages: [{ role: 'user', content: 'Say something. !hang' }], maxTokens: 50, temperature: 0, seed: 1 }, { signal: abort.signal, onText: () => abort.abort(new Error('stop')) });
    await expect(call).rejects.toThrow('stop');
  });
});
