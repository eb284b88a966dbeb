import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '#contract/snapshots.ts';
import { because } from '../helpers/because.ts';
import { embedders, latheHome, type Finished, type Window } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();

describe.skipIf(missing !== null)(`looking at answers from the command line${because(missing)}`, () => {
  const lathe = latheHome(temporaryFolder());
  const project = join(temporaryFolder(), 'project');
  let window: Window;

  const knowledge = <T = unknown>(...args: string[]): Promise<T> => lathe.json<T>(['knowledge', ...args, '--project', project]);
  const run = (...args: string[]): Promise<Finished> => lathe.run(['knowledge', ...args, '--project', project]);
  function writeQuestions(yaml: readonly string[]): void {
    const questions = yaml.map((lines, at) => `  - id: 01890000-0000-7000-8000-00000000000${at}\n${lines}`);
    writeFileSync(join(project, 'knowledge', 'questions', 'notes.yaml'), `version: 1\nquestions:\n${questions.join('')}`);
  }
  const PUMP = '    question: When does the pump of the cellar need oil?\n    expected:\n      - file: pump.md\n        quote: needs oil in May\n';

  beforeAll(async () => {
    const notes = join(temporaryFolder(), 'notes');
    mkdirSync(notes);
    writeFileSync(join(notes, 'pump.md'), '# Pump\n\nThe pump of the cellar runs at 50 Hz and needs oil in May.\n');
    writeFileSync(join(notes, 'lamp.md'), '# Lamp\n\nThe lamp over the door is changed in November.\n');
    await lathe.json(['project', 'new', project]);
    window = await lathe.open(project);
    await knowledge('create', 'Notes');
    await knowledge('ingest', notes, '--stage', 'text');
    mkdirSync(join(project, 'knowledge', 'questions'));
  }, 300_000);
  afterAll(() => window?.close());

  test('measures the saved questions, and names where a passage was lost or that it was found', async () => {
    writeQuestions([PUMP, '    question: Who painted the Mona Lisa?\n    expected: []\n']);
    const evaluation = await knowledge('evaluate');
    expect(evaluation).toMatchObject({ metrics: { answerable: 1, unanswerable: 1, hitAt1: 1, mrr10: 1, ndcg10: 1 }, vectorsComplete: false });
    const lost = await knowledge('autopsy', 'When does the pump need oil?', '--file', 'attic.md', '--quote', 'needs oil');
    expect(lost).toMatchObject({ stage: 'not-ingested', fixes: [{ kind: 'ingest', command: 'knowledge ingest --knowledge notes' }] });
    const found = await knowledge('autopsy', 'When does the pump need oil?', '--file', 'pump.md', '--quote', 'needs oil in May');
    expect(found).toMatchObject({ stage: 'found', ranks: { passage: 1 } });
  });

  test('prints which questions went wrong, and what is expected in vain', async () => {
    // A sure search for which nothing is expected, and a passage that no file holds.
    writeQuestions([PUMP.replace(/expected:[^]*/, 'expected: []\n'), '    question: What does the attic hold?\n    expected:\n      - file: attic.md\n        quote: old chairs\n']);
    const { code, stdout } = await run('evaluate');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^metric +value$/m);
    expect(stdout).toContain('  not found: What does the attic hold?\n');
    expect(stdout).toContain('  declared answerable, nothing is expected: When does the pump of the cellar need oil?\n');
    expect(stdout).toContain('  expected in vain by “What does the attic hold?”: the file attic.md is not in the knowledge base\n');
    expect(stdout.match(/not found/g)).toHaveLength(1);
  });

  test('refuses an embedder that there is not, and an index like the one that serves, before anything is built, and an answer that there is not with the next step', async () => {
    const refused = await run('snapshot', 'new', '--embedder', 'nope');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/^MODEL_NOT_FOUND: /m)]);
    const same = await run('snapshot', 'new');
    expect([same.code, same.stderr]).toEqual([2, expect.stringMatching(/a new one would be the same[^]*--max-tokens/)]);
    const writer = await run('snapshot', 'new', '--embedder', 'gemma-3-270m');
    expect([writer.code, writer.stderr]).toEqual([1, expect.stringMatching(/^MODEL_UNSUPPORTED: /m)]);
    expect(await knowledge<Snapshot[]>('snapshot', 'list')).toHaveLength(1);
    const why = await run('why', 'nonsense');
    expect([why.code, why.stderr]).toEqual([1, expect.stringMatching(/^ANSWER_NOT_FOUND: No answer has the id nonsense\n.*knowledge why last/m)]);
  });

  test('says that transformer vectors are paused, and how to go on', async () => {
    await knowledge('snapshot', 'pause');
    const { code, stdout, stderr } = await run('ingest');
    expect([code, stdout]).toEqual([0, expect.stringContaining('0 of 2 chunks have a transformer vector')]);
    expect(stderr).toContain('Transformer vectors are paused: 2 chunks are searched without one. Go on with `knowledge snapshot resume --knowledge notes`.');
    expect(await knowledge<Snapshot>('snapshot', 'resume')).toMatchObject({ vectors: { state: 'complete', done: 2, total: 2 } });
    expect((await run('ingest')).stderr).not.toContain('paused');
  });
});
