// Run by indexDamage.test.ts: adds documents for ever and prints each one's name when it is acknowledged.
import { createIndexHandlers } from '../../../../src-main/runtimes/index/child/handlers.ts';
import { filler, sampleDocument } from './sampleDocuments.ts';

const [folder = '', staticModelFolder = ''] = process.argv.slice(2);
const handlers = createIndexHandlers() as unknown as Record<string, (params: Record<string, unknown>) => Promise<unknown>>;
for (let i = 0; ; i++) {
  const name = `doc${i}`;
  await handlers['add']?.({ at: { folder, staticModelFolder }, documents: [sampleDocument(name, Array.from({ length: 20 }, (_, part) => filler(i * 20 + part, 8)))] });
  process.stdout.write(`${name}\n`);
}
