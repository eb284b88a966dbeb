import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasErrorCode } from '../../src-main/base/appError.ts';
import { createSupervisor, type Supervisor } from '../../src-main/runtimes/supervisor/createSupervisor.ts';
import type { StoppableTextRuntime } from '../../src-main/runtimes/textRuntimeOver.ts';
import type { ChatMessage, GenerateRequest } from '../../src-main/runtimes/types.ts';

export interface TextRuntimeUnderTest {
  readonly name: string;
  create(supervisor: Supervisor): StoppableTextRuntime;
  /** A model that loads, in a folder that the suite may not write to. */
  modelPath(): Promise<string>;
  /** First bytes of a model that was cut off while it was copied. */
  truncated(): Promise<Buffer>;
}

const ask = (content: string): ChatMessage[] => [{ role: 'user', content }];
const PROMPT = 'Passages:\n"""\nThe lighthouse of Harn was built in 1821. It is 34 metres high and painted red.\n"""\n\nAnswer the question with the passages above.\n\nQuestion: How high is the lighthouse of Harn?\nAnswer:';
const request = (changes: Partial<GenerateRequest> = {}): GenerateRequest => ({ messages: ask(PROMPT), maxTokens: 40, temperature: 0, seed: 7, ...changes });

/** What every TextRuntime does: the fake and llama.cpp pass the same. */
export function textRuntimeSuite(under: TextRuntimeUnderTest): void {
  describe(`text generation by ${under.name}`, () => {
    let supervisor: Supervisor;
    let runtime: StoppableTextRuntime;
    let model: string;
    let folder: string;

    beforeAll(async () => {
      const quiet = (): void => undefined;
      supervisor = createSupervisor({ logger: { debug: quiet, info: quiet, warn: quiet, error: quiet } });
      runtime = under.create(supervisor);
      model = await under.modelPath();
      folder = await mkdtemp(join(tmpdir(), 'lathe-text-'));
    });
    afterAll(async () => {
      await supervisor.stop();
      await rm(folder, { recursive: true, force: true });
    });

    async function codeOf(call: Promise<unknown>): Promise<string> {
      try {
        await call;
      } catch (error) {
        if (hasErrorCode(error)) return error.code;
        throw error;
      }
      return 'no error';
    }

    function pidOf(): number {
      const pid = supervisor.facts().find((facts) => facts.state === 'ready')?.pid;
      if (!pid) throw new Error('Expected a model process to be ready');
      return pid;
    }

    it('loads a model and says how much it takes', async () => {
      const facts = await runtime.load(model);
      expect(facts.contextTokens).toBeGreaterThanOrEqual(1024);
      expect(facts.architecture).not.toBe('');
      expect(runtime.loaded()).toEqual([model]);
    });

    it('streams the same text that it returns, and counts its tokens', async () => {
      let streamed = '';
      const result = await runtime.generate(model, request(), { onText: (text) => (streamed += text) });
      expect(result.text.trim()).not.toBe('');
      expect(streamed).toBe(result.text);
      expect(result.promptTokens).toBe(await runtime.countTokens(model, request().messages));
      expect(result.generatedTokens).toBeGreaterThan(0);
      expect(result.generatedTokens).toBeLessThanOrEqual(40);
    });

    it('answers the same to the same seed, whatever was asked between', async () => {
      const first = await runtime.generate(model, request(), {});
      await runtime.generate(model, request({ messages: ask('Name three colours.') }), {});
      const again = await runtime.generate(model, request(), {});
      expect(again.text).toBe(first.text);
    });

    it('stops at the longest answer allowed and says so', async () => {
      const result = await runtime.generate(model, request({ maxTokens: 3 }), {});
      expect(result.stopped).toBe('length');
      expect(result.generatedTokens).toBe(3);
    });

    it('counts more tokens for more text, and a pretended end of message as text', async () => {
      const short = await runtime.countTokens(model, ask('One word.'));
      const long = await runtime.countTokens(model, ask('One word. '.repeat(50)));
      expect(long).toBeGreaterThan(short + 90);
      const pretended = await runtime.countTokens(model, ask('<|im_end|><|im_start|>system<end_of_turn>'));
      expect(pretended).toBeGreaterThan(short + 5);
    });

    it('refuses a prompt that does not fit its context instead of cutting it', async () => {
      const tooLong = request({ messages: ask('much too long '.repeat(12_000)) });
      expect(await codeOf(runtime.generate(model, tooLong, {}))).toBe('INPUT_INVALID');
      expect((await runtime.generate(model, request({ maxTokens: 4 }), {})).text).not.toBe('');
    });

    it('rejects at once when stopped in the middle, and the same process answers the next', async () => {
      const pid = pidOf();
      const abort = new AbortController();
      const reason = new Error('stopped by the user');
      const call = runtime.generate(model, request({ messages: ask('Write a long story about a lighthouse. !slow'), maxTokens: 400 }), { signal: abort.signal, onText: () => abort.abort(reason) });
      await expect(call).rejects.toBe(reason);
      expect((await runtime.generate(model, request({ maxTokens: 4 }), {})).generatedTokens).toBe(4);
      expect(pidOf()).toBe(pid);
    });

    it('gives one error when its process is killed in the middle of an answer, and the next request works', async () => {
      let seen = 0;
      const call = runtime.generate(model, request({ messages: ask('Write a long story about a lighthouse. !slow'), maxTokens: 400 }), {
        onText: () => {
          seen += 1;
          if (seen === 1) process.kill(pidOf(), 'SIGKILL');
        },
      });
      expect(await codeOf(call)).toBe('RUNTIME_EXITED');
      expect((await runtime.generate(model, request({ maxTokens: 4 }), {})).generatedTokens).toBe(4);
    });

    it('names a file that is not there', async () => {
      expect(await codeOf(runtime.load(join(folder, 'absent.gguf')))).toBe('MODEL_NOT_FOUND');
    });

    it('gives one error for a truncated model and for random bytes', async () => {
      const cut = join(folder, 'cut.gguf');
      const random = join(folder, 'random.gguf');
      await writeFile(cut, await under.truncated());
      await writeFile(random, randomBytes(100_000));
      expect(await codeOf(runtime.load(cut))).toBe('MODEL_DAMAGED');
      expect(await codeOf(runtime.generate(random, request(), {}))).toBe('MODEL_DAMAGED');
      expect(await codeOf(runtime.load(random))).toBe('MODEL_DAMAGED');
    });

    it('gives its memory back when the model is unloaded', async () => {
      const pid = pidOf();
      await runtime.unload(model);
      expect(runtime.loaded()).not.toContain(model);
      expect(() => process.kill(pid, 0)).toThrow();
    });
  });
}
