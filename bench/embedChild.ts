// Our side of `embed`: the onnx child's own functions in a process of their own, asked as baseline/embed.py is.
//   embedChild.ts MODEL.onnx TOKENIZER.json TEXTS.json SETTINGS.json
// reads a line {"detail", "from", "to"} at a time, answers one {"cpuSeconds", "first"}.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { EmbeddingSettings } from '../src-main/contract/models.ts';
import { createEmbeddingMethods } from '../src-main/runtimes/onnx/child/embeddingMethods.ts';
import type { EmbeddedTexts, EmbedRequest } from '../src-main/runtimes/types.ts';

const [weightsPath = '', tokenizerPath = '', textsPath = '', settingsPath = ''] = process.argv.slice(2);
const texts = JSON.parse(readFileSync(textsPath, 'utf8')) as string[];
const settings = JSON.parse(readFileSync(settingsPath, 'utf8')) as EmbeddingSettings;
/** Texts a call, as the second stage asks for them. */
const CALL_TEXTS = 32;
const { signal } = new AbortController();
const methods = createEmbeddingMethods() as unknown as { embed(request: EmbedRequest, call: { signal: AbortSignal }): Promise<EmbeddedTexts> };

process.stdout.write(`${JSON.stringify({ node: process.versions.node })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line) as { detail: boolean; from: number; to: number };
  const before = process.cpuUsage();
  let first: Float32Array | null = null;
  for (let from = asked.from; from < asked.to; from += CALL_TEXTS) {
    const request: EmbedRequest = { weightsPath, tokenizerPath, settings, threads: 1, kind: 'document', texts: texts.slice(from, Math.min(asked.to, from + CALL_TEXTS)), ...(asked.detail ? { detail: 'tokens' } : {}) };
    const { vectors } = await methods.embed(request, { signal });
    first ??= vectors.slice(0, settings.dimensions);
  }
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${JSON.stringify({ cpuSeconds: (user + system) / 1e6, first: [...(first ?? [])] })}\n`);
}
