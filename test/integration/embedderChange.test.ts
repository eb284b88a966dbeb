import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { AskResult, IngestReport, SearchResult } from '#contract/commands.ts';
import type { Model } from '#contract/models.ts';
import type { Evaluation } from '#contract/questions.ts';
import type { Snapshot, SnapshotComparison } from '#contract/snapshots.ts';
import type { AnswerTrace } from '#contract/why.ts';
import { because } from '../helpers/because.ts';
import { embedders, latheHome, type Window } from '../helpers/latheHome.ts';
import { DIMENSIONS, embedderGraph, writeTransformer } from '../helpers/standInTransformer.ts';
import { starterModel } from '../helpers/starterModels.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();
const writer = await starterModel('gemma-3-270m');
const withoutWriter = missing ?? ('reason' in writer ? writer.reason : null);

const NOTES = {
  'cat.md': '# The cat\n\nThe cat of the mill is called Minka and sleeps on the flour sacks.\n',
  'dog.md': '# The dog\n\nThe dog of the mill is called Brutus and guards the gate at night.\n',
  'wheel.md': '# The wheel\n\nThe wheel of the mill turns nine times a minute and is greased on Mondays.\n',
};
const QUESTIONS = [
  { question: 'What is the cat of the mill called?', expected: [{ file: 'cat.md', quote: 'is called Minka' }] },
  { question: 'Who guards the gate at night?', expected: [{ file: 'dog.md', quote: 'guards the gate' }] },
  { question: 'Who painted the Mona Lisa?', expected: [] },
];

/** A BERT-like embedder of 4 dimensions; the one that a knowledge base begins with has 384. */
describe.skipIf(missing !== null)(`another embedder on the command line${because(missing)}`, () => {
  const lathe = latheHome(temporaryFolder());
  const project = join(temporaryFolder(), 'project');
  const added = join(temporaryFolder(), 'four-dimensions');
  let window: Window | undefined;
  let first: Snapshot;
  let second: Snapshot;

  const knowledge = <T>(...args: string[]): Promise<T> => lathe.json<T>(['knowledge', ...args, '--project', project]);
  const search = (): Promise<SearchResult> => knowledge<SearchResult>('search', 'Who guards the gate at night?');

  beforeAll(async () => {
    const notes = join(temporaryFolder(), 'notes');
    mkdirSync(notes);
    for (const [name, text] of Object.entries(NOTES)) writeFileSync(join(notes, name), text);
    writeTransformer(added, embedderGraph(), { files: { 'config.json': { model_type: 'bert', hidden_size: DIMENSIONS, max_position_embeddings: 512 } } });
    await lathe.json(['project', 'new', project]);
    window = await lathe.open(project);
    await knowledge('create', 'Mill');
    expect((await knowledge<IngestReport>('ingest', notes)).vectors).toEqual({ done: 3, total: 3 });
    mkdirSync(join(project, 'knowledge', 'questions'));
    writeFileSync(join(project, 'knowledge', 'questions', 'mill.yaml'), stringify({ version: 1, questions: QUESTIONS.map((question, at) => ({ id: `01890000-0000-7000-8000-00000000000${at}`, ...question })) }));
    const [only] = await knowledge<Snapshot[]>('snapshot', 'list');
    if (only) first = only;
  }, 600_000);

  /** From then on each command starts an owner of its own, which has no model loaded. */
  async function closeWindow(): Promise<void> {
    await window?.close();
    window = undefined;
  }
  afterAll(closeWindow);

  test('is added, and its index is built beside the one that serves, with a vector for every chunk', async () => {
    const model = await lathe.json<Model>(['models', 'add', added]);
    expect(model).toMatchObject({ slug: 'four-dimensions', task: 'embedding', state: 'ready' });
    second = await knowledge<Snapshot>('snapshot', 'new', '--embedder', model.slug);
    expect(second).toMatchObject({ state: 'ready', embedder: 'four-dimensions', documents: 3, chunks: 3, failure: null, vectors: { state: 'complete', done: 3, total: 3 } });
    expect(second.id).not.toBe(first.id);
    expect((await knowledge<Snapshot[]>('snapshot', 'list'))[0]).toMatchObject({ id: first.id, state: 'serving', embedder: first.embedder });
  });

  test('is measured against the one that serves: the saved questions are asked of both', async () => {
    const comparison = await knowledge<SnapshotComparison>('snapshot', 'compare', second.id);
    expect(comparison).toMatchObject({ before: first.id, after: second.id, questions: 3, metrics: { before: { answerable: 2, unanswerable: 1, hitAt5: 1 }, after: { answerable: 2, unanswerable: 1, hitAt5: 1 } } });
    for (const { id } of [first, second]) expect(await knowledge<Evaluation>('evaluate', '--snapshot', id)).toMatchObject({ snapshotId: id, vectorsComplete: true });
  });

  test('can be swapped in and taken back while people search: each of 300 searches finds the passage', async () => {
    const { client, projectId } = window as Window;
    const [base] = await client.knowledge.list({ projectId: projectId as never });
    const place = { projectId: projectId as never, knowledgeId: base?.id as never };
    const found: (string | undefined)[] = [];
    const searchers = Array.from({ length: 6 }, async () => {
      for (let asked = 0; asked < 50; asked += 1) {
        const { results } = await client.knowledge.search({ ...place, question: 'Who guards the gate at night?', limit: 3 });
        found.push(results[0]?.file);
      }
    });
    const ended = async ({ job }: { readonly job: string }): Promise<void> => {
      while (!['done', 'failed', 'cancelled'].includes((await client.jobs.get({ id: job as never })).state)) await delay(20);
      expect((await client.jobs.get({ id: job as never })).error).toBeNull();
    };
    const swapped: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await ended(await client.knowledge.swapSnapshot({ ...place, snapshotId: second.id }));
      swapped.push(found.length);
      await ended(await client.knowledge.undoSwap(place));
    }
    swapped.push(found.length);
    await Promise.all(searchers);
    expect(found).toEqual(Array.from({ length: 300 }, () => 'dog.md'));
    expect(swapped.at(-1), 'searches went on between the first swap and the last undo').toBeGreaterThan(swapped[0] as number);
    expect((await client.knowledge.snapshots(place)).map(({ id, state }) => [id, state])).toEqual([[first.id, 'serving'], [second.id, 'ready']]);
  });

  test('serves after a swap: searches are by its vectors', async () => {
    await closeWindow();
    expect(await knowledge<Snapshot>('snapshot', 'swap', second.id)).toMatchObject({ id: second.id, state: 'serving', vectors: { state: 'complete' } });
    const found = await search();
    expect(found.results[0]?.file).toBe('dog.md');
    expect(found.notes).toBeUndefined();
    // Without its files a search goes on without its vectors and names it: no other embedder stood in for it.
    renameSync(added, `${added}.away`);
    const without = await search();
    expect([without.results[0]?.file, without.notes]).toEqual(['dog.md', [expect.stringContaining('four-dimensions')]]);
    renameSync(`${added}.away`, added);
  });

  test.skipIf(withoutWriter !== null)(`answers questions with quotes that were found by its vectors too${because(withoutWriter)}`, async () => {
    const answer = await lathe.json<AskResult>(['ask', 'Who guards the gate at night?', '--model', 'gemma-3-270m', '--project', project]);
    expect(answer.citations.map(({ file }) => file)).toContain('dog.md');
    expect(answer.notes).toBeUndefined();
    expect((await knowledge<AnswerTrace>('why', answer.id)).funnel.deep).toBe(3);
  });

  test('gives way again: after an undo the former one serves with its own vectors, and the files of the other are not asked for', async () => {
    expect(await knowledge<Snapshot>('snapshot', 'undo')).toMatchObject({ id: first.id, state: 'serving', vectors: { state: 'complete', done: 3, total: 3 } });
    renameSync(added, `${added}.away`);
    const found = await search();
    expect([found.results[0]?.file, found.notes]).toEqual(['dog.md', undefined]);
    expect(await knowledge<Evaluation>('evaluate')).toMatchObject({ snapshotId: first.id, vectorsComplete: true });
    expect((await knowledge<Snapshot[]>('snapshot', 'list')).map(({ id, state }) => [id, state])).toEqual([[first.id, 'serving'], [second.id, 'ready']]);
  });
});
