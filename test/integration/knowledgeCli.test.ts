import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Project } from '#contract/projects.ts';
import { pickKnowledge } from '../../src-main/cli/withProject.ts';
import { because } from '../helpers/because.ts';
import { embedders, latheHome, type LatheHome } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();

interface Report {
  readonly ingested: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly skipped: number;
  readonly removed: number;
  readonly chunks: number;
  readonly passedOver: Record<string, number>;
  readonly documents: readonly { file: string; state: string; reason: string | null }[];
}

function makeMixedFolder(): string {
  const folder = join(temporaryFolder(), 'docs');
  mkdirSync(join(folder, 'guide'), { recursive: true });
  mkdirSync(join(folder, 'node_modules', 'left-pad'), { recursive: true });
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(folder, 'guide', 'pump.md'), '# Pump manual\n\n## Priming\n\nTo prime the pump, open valve **V-17** and run the motor for 40 seconds.\n\n## Error codes\n\n| code | meaning |\n|---|---|\n| E-4711 | The inlet filter is blocked |\n| E-4712 | The motor is too hot |\n');
  writeFileSync(join(folder, 'guide', 'safety.html'), '<!doctype html><title>Safety</title><nav><a href="/">Home</a></nav><main><h1>Safety</h1><p>Wear gloves when you open the housing. The housing reaches 80 degrees.</p></main>');
  writeFileSync(join(folder, 'notes.txt'), 'Maintenance happened in March.\n\nThe seal was replaced by Ada.\n');
  writeFileSync(join(folder, 'control.py'), 'def start_motor(seconds):\n    """Runs the motor for this many seconds."""\n    return seconds\n');
  writeFileSync(join(folder, 'empty.md'), '');
  writeFileSync(join(folder, 'picture.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  writeFileSync(join(folder, 'broken.pdf'), '%PDF-1.7\nthis is no pdf at all');
  writeFileSync(join(folder, '.hidden.md'), 'secret');
  writeFileSync(join(folder, 'node_modules', 'left-pad', 'README.md'), 'left pad');
  symlinkSync('/etc/passwd', join(folder, 'link.md'));
  return folder;
}

describe.skipIf(missing !== null)(`a folder of mixed files on the command line${because(missing)}`, () => {
  let lathe: LatheHome;
  let folder: string;
  let project: string;
  let report: Report;

  beforeAll(async () => {
    lathe = latheHome(temporaryFolder());
    folder = makeMixedFolder();
    project = join(temporaryFolder(), 'project');
    await lathe.json(['project', 'new', project]);
    await lathe.json(['knowledge', 'create', 'Pumps', '--project', project]);
    report = await lathe.json<Report>(['knowledge', 'ingest', folder, '--knowledge', 'Pumps', '--stage', 'text', '--project', project]);
  }, 120_000);

  test('each file has a state, and each that was not read has its reason', () => {
    const states = Object.fromEntries(report.documents.map((document) => [document.file, document.state]));
    expect(states).toEqual({ 'broken.pdf': 'failed', 'control.py': 'ready', 'empty.md': 'skipped', 'guide/pump.md': 'ready', 'guide/safety.html': 'ready', 'notes.txt': 'ready', 'picture.png': 'skipped' });
    for (const document of report.documents) expect(document.reason === null, document.file).toBe(document.state === 'ready');
    expect(report).toMatchObject({ ingested: 4, failed: 1, skipped: 2 });
  });

  test('hidden entries, dependencies and links are passed over and counted', () => {
    expect(report.passedOver).toEqual({ 'hidden': 1, 'dependencies and version control': 2, 'symbolic link': 1 });
  });

  test('an exact identifier finds its table row, as plain text of the file', async () => {
    const found = await lathe.json<{ confidence: number; results: { file: string; text: string; score: number }[] }>(['knowledge', 'search', 'E-4711', '--project', project]);
    expect(found.results[0]?.file).toBe('guide/pump.md');
    expect(found.results[0]?.text).toContain('The inlet filter is blocked');
    expect(found.results[0]?.text).not.toContain('|');
    expect(typeof found.confidence).toBe('number');
  });

  test('a file of queries, with a byte order mark and Windows line ends, gives one line for each, in order, and unknown fields are not read', async () => {
    const queries = join(temporaryFolder(), 'queries.jsonl');
    writeFileSync(queries, '\uFEFF{"id":"a","question":"How long must the motor run to prime the pump?","expected":{"toString":1}}\r\n \r\n{"id":2,"question":"Who replaced the seal?","file":"/etc/passwd"}\n');
    const done = await lathe.run(['knowledge', 'search', '--queries', queries, '--json', '--limit', '3', '--project', project]);
    const lines = done.stdout.trim().split('\n').map((line) => JSON.parse(line) as { id: unknown; answerable: boolean; confidence: number; results: { file: string; text: string }[] });
    expect(lines.map((line) => line.id)).toEqual(['a', 2]);
    expect(lines[0]?.results[0]?.text).toContain('40 seconds');
    expect(lines[1]?.results[0]?.file).toBe('notes.txt');
    for (const line of lines) for (const result of line.results) expect(result.text.length).toBeLessThanOrEqual(1500);
  });

  test('in a small folder a word that stands nowhere does not make a question unanswerable, a foreign question is', async () => {
    const ask = (question: string) => lathe.json<{ answerable: boolean; confidence: number }>(['knowledge', 'search', question, '--project', project]);
    const asked = await ask('How many minutes must the motor run to prime the pump?');
    const foreign = await ask('What is the capital of France?');
    expect(asked.answerable, `confidence ${asked.confidence}`).toBe(true);
    expect(foreign.answerable, `confidence ${foreign.confidence}`).toBe(false);
  });

  test('ingesting again reads nothing, and a changed, a new and a vanished file are each noticed', async () => {
    const again = await lathe.json<Report>(['knowledge', 'ingest', '--stage', 'text', '--project', project]);
    expect(again).toMatchObject({ ingested: 0, failed: 0 });
    writeFileSync(join(folder, 'notes.txt'), 'Maintenance happened in April.\n\nThe seal was replaced by Grace.\n');
    writeFileSync(join(folder, 'new.md'), '# Spare parts\n\nThe gasket is part 99-ZX.\n');
    truncateSync(join(folder, 'control.py'), 0);
    const changed = await lathe.json<Report>(['knowledge', 'ingest', '--stage', 'text', '--project', project]);
    expect(changed).toMatchObject({ ingested: 2 });
    const found = await lathe.json<{ results: { text: string }[] }>(['knowledge', 'search', 'Who replaced the seal?', '--project', project]);
    expect(found.results.map((result) => result.text).join()).toContain('Grace');
    expect(found.results.map((result) => result.text).join()).not.toContain('Ada');
  });

  test('what a search goes on without is said on stderr, once for all queries, and in the JSON', async () => {
    const file = join(project, 'lathe.yaml');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, `${before}models:\n  reranker: nobody\n`);
    const queries = join(temporaryFolder(), 'queries.jsonl');
    writeFileSync(queries, '{"id":1,"question":"motor pump seal"}\n{"id":2,"question":"housing motor gasket"}\n');
    const done = await lathe.run(['knowledge', 'search', '--queries', queries, '--json', '--project', project]);
    writeFileSync(file, before);
    const sentence = 'The passages stay in their first order: the cross-encoder nobody cannot be used (No model is called "nobody").';
    expect(done.stderr.split(sentence)).toHaveLength(2);
    const lines = done.stdout.trim().split('\n').map((line) => JSON.parse(line) as { notes?: string[] });
    expect(lines.map(({ notes }) => notes?.[0]?.startsWith(sentence))).toEqual([true, true]);
  });

  test('status counts what is there', async () => {
    const [base] = await lathe.json<{ name: string; documents: Record<string, number>; stages: { text: { done: number; total: number } } }[]>(['knowledge', 'status', '--project', project]);
    expect(base).toMatchObject({ name: 'Pumps', documents: { ready: 4, queued: 0 }, stages: { text: { done: 4, total: 4 } } });
  });

  test('wrong usage, unknown names and a project that is none end with their own codes and words', async () => {
    const unknown = await lathe.run(['knowledge', 'search', 'x', '--knowledge', 'Nothing', '--project', project]);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('KNOWLEDGE_NOT_FOUND');
    expect(unknown.stderr).toContain('Pumps');
    expect((await lathe.run(['knowledge', 'search', '--project', project])).code).toBe(2);
    const noCommand = await lathe.run(['no-such-command']);
    expect(noCommand.code).toBe(2);
    expect(noCommand.stderr).toContain('no-such-command is no command');
    const nowhere = await lathe.run(['knowledge', 'status', '--project', temporaryFolder()]);
    expect(nowhere.code).toBe(1);
    expect(nowhere.stderr).toContain('PROJECT_NOT_FOUND');
    const path = await lathe.run(['knowledge', 'ingest', '--stage', 'text', '/no/such/folder', '--project', project]);
    expect(path.code).toBe(1);
    expect(path.stderr).toContain('PATH_UNREADABLE');
  });

  test('a knowledge base is found by its name as written, else by its slug, else whatever the case', async () => {
    const other = join(temporaryFolder(), 'names');
    const made = await lathe.json<Project>(['project', 'new', other]);
    const window = await lathe.open(other);
    for (const name of ['Papers', 'papers', 'Notes 2']) await window.client.knowledge.create({ projectId: made.id, name });
    const named = async (wanted: string): Promise<string> => (await pickKnowledge(window, made, wanted)).name;
    expect(await named('papers')).toBe('papers');
    expect(await named('Papers')).toBe('Papers');
    expect(await named('papers-2')).toBe('papers');
    expect(await named('NOTES 2')).toBe('Notes 2');
    await expect(named('PAPERS')).rejects.toMatchObject({ code: 'KNOWLEDGE_NOT_FOUND' });
    await window.close();
  });

  test('an empty question is wrong usage', async () => {
    for (const command of [['knowledge', 'search', ' '], ['ask', '']]) expect(await lathe.run([...command, '--json', '--project', project])).toMatchObject({ code: 2, stdout: '' });
  });

  test('two commands at once on one project both finish', async () => {
    const both = await Promise.all([lathe.run(['knowledge', 'search', 'priming', '--json', '--project', project]), lathe.run(['knowledge', 'search', 'gloves', '--json', '--project', project]), lathe.run(['knowledge', 'status', '--json', '--project', project])]);
    expect(both.map((done) => [done.code, done.code === 0 ? '' : done.stderr])).toEqual([[0, ''], [0, ''], [0, '']]);
  });

  test('--trust counts while a window is open, and for the named project alone', async () => {
    const copies = ['first', 'second'].map((name) => join(temporaryFolder(), name));
    for (const copy of copies) {
      mkdirSync(join(copy, 'knowledge'), { recursive: true });
      for (const file of ['lathe.yaml', join('knowledge', 'pumps.yaml')]) writeFileSync(join(copy, file), readFileSync(join(project, file)));
    }
    const [first = '', second = ''] = copies;
    const window = await lathe.open(project, { env: { LATHE_TRUST: '1' } });
    expect((await lathe.run(['knowledge', 'ingest', '--stage', 'text', '--project', first])).code).toBe(3);
    expect((await lathe.run(['knowledge', 'ingest', '--stage', 'text', '--project', first, '--trust'])).code).toBe(0);
    expect((await window.client.projects.open({ folder: second })).trusted).toBe(false);
    await window.close();
    expect((await lathe.json<{ trusted: boolean }>(['project', 'open', second])).trusted).toBe(false);
    expect((await lathe.json<{ trusted: boolean }>(['project', 'open', first])).trusted).toBe(true);
  });

  test('a project that somebody else made is not read outside its folder before a yes', async () => {
    const copy = join(temporaryFolder(), 'copy');
    mkdirSync(join(copy, 'knowledge'), { recursive: true });
    for (const file of ['lathe.yaml', join('knowledge', 'pumps.yaml')]) writeFileSync(join(copy, file), readFileSync(join(project, file)));
    const refused = await lathe.run(['knowledge', 'ingest', '--stage', 'text', '--project', copy]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(folder);
    expect((await lathe.run(['knowledge', 'ingest', '--stage', 'text', '--project', copy, '--trust'])).code).toBe(0);
  });
});
