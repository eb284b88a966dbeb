import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../../src-main/base/appError.ts';
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

function nameReranker(slug = 'mine'): void {
  const file = join(project.folder, 'lathe.yaml');
  const text = readFileSync(file, 'utf8').replace(/models:\n.*\n/, '');
  writeFileSync(file, `${text}models:\n  reranker: ${slug}\n`);
}

const warnings = (): string[] => project.logger.recent().map(({ message }) => message).filter((message) => message.includes('out of breath'));

describe('a cross-encoder', () => {
  test('orders the passages of a project that names one, before the best are taken', async () => {
    await withNotes({ rerank: shortest });
    const before = (await project.search('zebra')).files;
    expect(before[0]).not.toBe('short.txt');
    nameReranker();
    expect(await project.search('zebra')).toMatchObject({ files: ['short.txt', 'middle.txt', 'long.txt'], notes: [] });
    expect((await project.search('zebra', 1)).files).toEqual(['short.txt']);
  });

  test('that fails is said beside what was found, and is not loaded again at each search', async () => {
    let tried = 0;
    await withNotes({ rerank: () => Promise.reject(new Error(`out of breath ${++tried}`)) });
    const before = (await project.search('zebra')).files;
    nameReranker();
    const note = 'The passages stay in their first order: the cross-encoder mine cannot be used (out of breath 1).';
    for (const limit of [10, 11, 12]) expect(await project.search('zebra', limit)).toEqual({ files: before, answerable: true, notes: [note] });
    expect([tried, warnings().length]).toEqual([1, 1]);
  });

  test('that failed is tried again when its file changes, and when the project names another one', async () => {
    let digest = 'a';
    let broken = true;
    const tried: string[] = [];
    await withNotes({
      rerankDigest: () => digest,
      rerank: async (question, passages, signal) => {
        tried.push(digest);
        if (broken) throw new AppError('MODEL_DAMAGED', 'out of breath', { hint: 'Add it again.' });
        return shortest(question, passages, signal);
      },
    });
    nameReranker();
    expect((await project.search('zebra')).notes[0]).toContain('(out of breath). Add it again.');
    digest = 'b';
    await project.search('zebra');
    await project.search('zebra');
    expect(tried).toEqual(['a', 'b']);
    broken = false;
    nameReranker('other');
    expect(await project.search('zebra')).toMatchObject({ files: ['short.txt', 'middle.txt', 'long.txt'], notes: [] });
  });

  test('whose process ended is given another try after a while', async () => {
    let ended = true;
    await withNotes({ rerank: async (...asked) => (ended ? Promise.reject(new AppError('RUNTIME_EXITED', 'out of breath')) : shortest(...asked)) });
    nameReranker();
    expect((await project.search('zebra')).notes).toHaveLength(1);
    ended = false;
    expect((await project.search('zebra')).notes).toHaveLength(1);
    project.clock.advance(61_000);
    expect(await project.search('zebra')).toMatchObject({ files: ['short.txt', 'middle.txt', 'long.txt'], notes: [] });
  });

  test('that a stranger\'s project names is not used, which is said once beside what was found, until the project is trusted', async () => {
    let trusted = true;
    let asked = 0;
    await withNotes({ trusted: () => trusted, rerank: (...scored) => (asked++, shortest(...scored)) });
    const before = (await project.search('zebra')).files;
    nameReranker();
    trusted = false;
    const untrusted = await project.search('zebra');
    expect(untrusted).toMatchObject({ files: before, notes: [expect.stringMatching(/^The passages stay in their first order: the project names the cross-encoder mine, but .*--trust/)] });
    expect(asked).toBe(0);
    trusted = true;
    expect(await project.search('zebra')).toMatchObject({ files: ['short.txt', 'middle.txt', 'long.txt'], notes: [] });
  });
});
