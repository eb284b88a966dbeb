import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { projectOverFakes, type FakeParts, type FakeProject } from '../../../helpers/projectOverFakes.ts';

let project: FakeProject;
afterEach(() => project.close());

/** A cross-encoder for which the shortest passage is the best one. */
const shortest: FakeParts['rerank'] = async (_question, passages) => Float32Array.from(passages, (text) => -text.length);

async function withNotes(parts: FakeParts): Promise<void> {
  project = await projectOverFakes(parts);
  project.note('long.txt', 'zebra zebra zebra zebra zebra');
  project.note('middle.txt', 'zebra zebra zebra');
  project.note('short.txt', 'a zebra');
  await project.ingest();
}

function nameReranker(): void {
  const file = join(project.folder, 'lathe.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}models:\n  reranker: mine\n`);
}

describe('a cross-encoder', () => {
  test('orders the passages of a project that names one, before the best are taken', async () => {
    await withNotes({ rerank: shortest });
    const before = (await project.search('zebra')).files;
    expect(before[0]).not.toBe('short.txt');
    nameReranker();
    expect((await project.search('zebra')).files).toEqual(['short.txt', 'middle.txt', 'long.txt']);
    expect((await project.search('zebra', 1)).files).toEqual(['short.txt']);
  });

  test('that fails costs a warning, not the search', async () => {
    await withNotes({ rerank: () => Promise.reject(new Error('out of breath')) });
    const before = (await project.search('zebra')).files;
    nameReranker();
    expect((await project.search('zebra')).files).toEqual(before);
    expect(project.logger.recent().map(({ message }) => message).join()).toContain('out of breath');
  });
});
