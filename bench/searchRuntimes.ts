import { existsSync, readFileSync } from 'node:fs';
import { residentMemory } from '../src-main/runtimes/supervisor/residentMemory.ts';
import { createSupervisor } from '../src-main/runtimes/supervisor/createSupervisor.ts';
import { createIndexRuntime } from '../src-main/runtimes/index/indexRuntime.ts';
import { createOnnxRuntime } from '../src-main/runtimes/onnx/onnxRuntime.ts';
import type { DeepQuestion, DeepVectors, EmbedRequest, EmbeddedTexts, IndexDocument, IndexLocation, IndexRuntime } from '../src-main/runtimes/types.ts';
import type { NewVector } from '../src-main/runtimes/index/child/vectorFile.ts';
import { MINILM } from '../test/helpers/minilmSettings.ts';
import type { StarterModel } from '../test/helpers/starterModels.ts';
import { quantile } from './result.ts';

const SAMPLED_MS = 50;
const BATCH_CHUNKS = 1000;

/** What one step of work took, and the most memory that the index's process held meanwhile. */
export interface Phase {
  readonly seconds: number;
  readonly peakBytes: number;
  /** When it was done. */
  readonly bytes: number;
  /** Of the index's process and the one that embeds questions, all threads: what a busy machine leaves about as it is. */
  readonly cpuSeconds: number;
}

export interface SearchRuntimes {
  readonly index: IndexRuntime;
  phase<T>(work: () => Promise<T>): Promise<{ readonly phase: Phase; readonly result: T }>;
  /** Adds and shows all of them, a thousand chunks at a time; answers how many chunks. */
  addAll(at: IndexLocation, documents: AsyncIterable<IndexDocument>): Promise<number>;
  embedDocuments(texts: readonly string[]): Promise<Omit<NewVector, 'digest'>[]>;
  embedQuestion(vectors: DeepVectors, text: string): Promise<DeepQuestion>;
  stop(): Promise<void>;
}

/** The processes of the product, started as the product starts them: their memory is the product's, and a search is timed with what the pipe to them costs. */
export function createSearchRuntimes(model: StarterModel): SearchRuntimes {
  const quiet = (): void => undefined;
  const loud = (line: string): void => void process.stderr.write(`${line}\n`);
  const supervisor = createSupervisor({ logger: { debug: quiet, info: quiet, warn: loud, error: loud } });
  const index = createIndexRuntime(supervisor);
  const onnx = createOnnxRuntime(supervisor);
  const embed = (texts: readonly string[], kind: EmbedRequest['kind']): Promise<EmbeddedTexts> =>
    onnx.embed({ weightsPath: model.weightsPath, tokenizerPath: `${model.folder}/tokenizer.json`, settings: MINILM, texts, kind, detail: 'tokens' });

  const pidOf = (name: string): number | null => supervisor.facts().find(({ id }) => id === name)?.pid ?? null;
  async function memory(): Promise<number> {
    const pid = pidOf('index');
    return (pid ? await residentMemory(pid) : null) ?? 0;
  }
  const cpuSeconds = (): number => cpuSecondsOf(pidOf('index')) + cpuSecondsOf(pidOf('onnx'));

  return {
    index,
    async phase(work) {
      let peakBytes = await memory();
      const cpuBefore = cpuSeconds();
      const timer = setInterval(() => void memory().then((bytes) => (peakBytes = Math.max(peakBytes, bytes))), SAMPLED_MS);
      const startedAt = performance.now();
      try {
        const result = await work();
        const bytes = await memory();
        return { result, phase: { seconds: (performance.now() - startedAt) / 1000, peakBytes: Math.max(peakBytes, bytes), bytes, cpuSeconds: cpuSeconds() - cpuBefore } };
      } finally {
        clearInterval(timer);
      }
    },
    async addAll(at, documents) {
      let batch: IndexDocument[] = [];
      let [waiting, total] = [0, 0];
      const flush = async (): Promise<void> => {
        await index.add(at, batch);
        await index.publish(at, batch.map(({ documentId }) => documentId));
        batch = [];
        waiting = 0;
      };
      for await (const document of documents) {
        batch.push(document);
        waiting += document.chunks.length;
        total += document.chunks.length;
        if (waiting >= BATCH_CHUNKS) await flush();
      }
      await flush();
      return total;
    },
    async embedDocuments(texts) {
      const { vectors, tokens } = await embed(texts, 'document');
      return texts.map((_, row) => ({ vector: vectors.slice(row * MINILM.dimensions, (row + 1) * MINILM.dimensions), detail: (tokens?.[row] as Uint8Array | undefined) ?? null }));
    },
    async embedQuestion(vectors, text) {
      const embedded = await embed([text], 'question');
      const own = embedded.tokens?.[0];
      return { vectors, vector: Float32Array.from(embedded.vectors), tokens: own instanceof Float32Array ? own : new Float32Array() };
    },
    stop: () => supervisor.stop(),
  };
}

const TICKS_A_SECOND = 100;

/** 0 where the system does not tell (it is Linux's /proc). */
function cpuSecondsOf(pid: number | null): number {
  if (pid === null || !existsSync(`/proc/${pid}/stat`)) return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

export type Times = Readonly<Record<string, { readonly p50: number; readonly p95: number; readonly max: number }>>;

/** Milliseconds of each step, over all that were asked. */
export function summariseTimes(asked: readonly Readonly<Record<string, number>>[]): Times {
  const steps = [...new Set(asked.flatMap((times) => Object.keys(times)))];
  return Object.fromEntries(
    steps.map((step) => {
      const times = asked.flatMap((each) => each[step] ?? []);
      return [step, { p50: quantile(times, 0.5), p95: quantile(times, 0.95), max: Math.max(...times) }];
    }),
  );
}
