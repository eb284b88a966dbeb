// Run by deepVectors.test.ts: adds documents, embeds what is pending and prints the digests that are acknowledged, for ever.
import { join } from 'node:path';
import { createIndexHandlers } from '../../../../src-main/runtimes/index/child/handlers.ts';
import type { PendingChunk } from '../../../../src-main/runtimes/types.ts';
import { filler, sampleDocument } from './sampleDocuments.ts';
import { standinVector } from './standinVectors.ts';

const [root = '', staticModelFolder = ''] = process.argv.slice(2);
const handlers = createIndexHandlers() as unknown as Record<'add' | 'publish' | 'pendingVectors' | 'addVectors', (params: Record<string, unknown>) => Promise<unknown>>;
const at = { folder: join(root, 'one'), staticModelFolder };
const deep = { file: join(root, 'vectors.db'), name: '0a1b2c3d', dimensions: 32 };
for (let i = 0; ; i++) {
  await handlers.add({ at, documents: [sampleDocument(`doc${i}`, Array.from({ length: 400 }, (_, part) => filler(i * 400 + part, 3)))] });
  await handlers.publish({ at, documentIds: [`doc${i}`] });
  for (;;) {
    const { chunks } = (await handlers.pendingVectors({ at, deep, limit: 64 })) as { chunks: PendingChunk[] };
    if (chunks.length === 0) break;
    await handlers.addVectors({ at, deep, rows: chunks.map(({ digest, text }) => ({ digest, vector: standinVector(text, 32), detail: null })) });
    process.stdout.write(chunks.map(({ digest }) => `${digest}\n`).join(''));
  }
}
