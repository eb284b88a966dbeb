import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Doctor } from '#contract/system.ts';
import { latheHome, type Finished, type RunOptions } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const EVERY_PART = [
  'lathe', 'node', 'processor', 'memory', 'gpu', 'log', 'data folder', 'state folder', 'disk', 'sqlite', 'user database',
  'runtime parse', 'runtime index', 'runtime llama', 'runtime data', 'runtime onnx', 'runtime fake', 'lancedb', 'python', 'pip', 'git',
  'model gemma-3-270m', 'model all-minilm-l6-v2', 'model wordllama-l2-supercat-256', 'model for answers', 'electron', 'browser',
];
const EVERY_VALUE = ['project', 'trust', 'home', 'config', 'data', 'state', 'cache', 'textModel', 'embeddingModel', 'answers.maxTokens', 'answers.passages', 'answers.seed', 'parseProcesses', 'theme', 'offline'];

const lathe = latheHome(join(temporaryFolder(), 'home'));

/** Also checks what holds for every run: stdout is one JSON document of the contract's shape. */
async function doctor(options: RunOptions = {}, args: readonly string[] = []): Promise<{ done: Finished; report: Doctor; part(name: string): Doctor['parts'][number] | undefined; value(name: string): unknown }> {
  const done = await lathe.run(['doctor', '--json', ...args], options);
  const report = Doctor.parse(JSON.parse(done.stdout));
  expect(done.stdout.trim().split('\n')).toHaveLength(1);
  expect(report.ok, done.stdout).toBe(done.code === 0);
  return { done, report, part: (name) => report.parts.find((part) => part.name === name), value: (name) => report.settings.find((setting) => setting.name === name) };
}

describe('doctor', () => {
  test('names every part and every effective value on a healthy machine, as JSON alone, and ends with 0', async () => {
    const { done, report, part } = await doctor();
    expect(done.code, done.stdout).toBe(0);
    expect(report.parts.map(({ name }) => name).toSorted()).toEqual(EVERY_PART.toSorted());
    expect(report.settings.map(({ name }) => name).toSorted()).toEqual(EVERY_VALUE.toSorted());
    for (const id of ['parse', 'index', 'llama', 'onnx', 'fake']) expect(part(`runtime ${id}`), id).toMatchObject({ state: 'ok', detail: expect.stringContaining('started in') });
    for (const name of ['sqlite', 'lancedb', 'node']) expect(part(name)?.detail).toMatch(/^\d+\.\d+\.\d+/);
    expect(report.parts.filter((each) => each.state !== 'ok').every((each) => (each.hint ?? '') !== '')).toBe(true);
  });

  test('says of each value which option, variable or file it comes from', async () => {
    const project = join(temporaryFolder(), 'project');
    await lathe.json(['project', 'new', project]);
    writeFileSync(join(project, 'lathe.yaml'), 'version: 1\nid: 01a20bac-ae51-731a-bda1-5532ff9f3a77\nname: Pinned\nmodels:\n  text: smollm2-135m\nsettings:\n  answers:\n    seed: 11\n');
    const byFile = await doctor({ env: { LATHE_PROJECT: project } });
    expect(byFile.value('project')).toEqual({ name: 'project', value: project, from: 'environment', by: 'LATHE_PROJECT' });
    expect(byFile.value('textModel')).toEqual({ name: 'textModel', value: 'smollm2-135m', from: 'project', by: 'lathe.yaml' });
    expect(byFile.value('answers.seed')).toEqual({ name: 'answers.seed', value: '11', from: 'project', by: 'lathe.yaml' });
    expect(byFile.value('data')).toEqual({ name: 'data', value: join(lathe.home, 'data'), from: 'environment', by: 'LATHE_HOME' });
    expect(byFile.value('parseProcesses')).toMatchObject({ from: 'default' });

    const byFlag = await doctor({ env: { LATHE_PROJECT: '/nowhere', LATHE_TRUST: '1', LATHE_TEXT_MODEL: 'gemma-3-270m', LATHE_HOME: '', XDG_DATA_HOME: join(lathe.home, 'xdg') } }, ['--project', project]);
    expect(byFlag.value('project')).toEqual({ name: 'project', value: project, from: 'flag', by: '--project' });
    expect(byFlag.value('trust')).toMatchObject({ from: 'environment', by: 'LATHE_TRUST' });
    expect(byFlag.value('textModel')).toEqual({ name: 'textModel', value: 'gemma-3-270m', from: 'environment', by: 'LATHE_TEXT_MODEL' });
    expect(byFlag.value('data')).toEqual({ name: 'data', value: join(lathe.home, 'xdg', 'lathe'), from: 'environment', by: 'XDG_DATA_HOME' });
    expect(byFlag.value('cache')).toMatchObject({ from: 'default' });
  });

  test('names a model for answers that does not exist, with the next step, and ends with 1', async () => {
    const { done, part } = await doctor({ env: { LATHE_TEXT_MODEL: 'nonsense' } });
    expect(done.code).toBe(1);
    expect(part('model for answers')).toMatchObject({ state: 'failed', detail: expect.stringContaining('nonsense (from LATHE_TEXT_MODEL)'), hint: expect.stringContaining('gemma-3-270m') });
    const embedder = await doctor({ env: { LATHE_TEXT_MODEL: 'all-minilm-l6-v2' } });
    expect(embedder.part('model for answers')).toMatchObject({ state: 'failed', detail: expect.stringContaining('not for answers') });
  });

  test('names a project file that cannot be used, and a damaged database before it is opened', async () => {
    const project = temporaryFolder();
    writeFileSync(join(project, 'lathe.yaml'), 'version: 1\nname: 7\n');
    const broken = await doctor({}, ['--project', project]);
    expect(broken.part('project')).toMatchObject({ state: 'failed', detail: expect.stringContaining('PROJECT_FILE_INVALID') });
    const other = latheHome(join(temporaryFolder(), 'home'));
    writeFileSync(join(other.home, 'data', 'user.db'), Buffer.alloc(40_000, 'x'));
    const done = await other.run(['doctor', '--json']);
    const report = Doctor.parse(JSON.parse(done.stdout));
    expect([done.code, report.ok, report.parts.map(({ name, state }) => [name, state])]).toEqual([1, false, [['lathe process', 'failed']]]);
    expect(report.parts[0]?.detail).toContain('user.db');
    expect(report.parts[0]?.hint).not.toBe('');
  });

  test('counts optional programs that are not there as missing, which is no failure', async () => {
    const empty = temporaryFolder();
    mkdirSync(join(empty, 'bin'));
    // A Python without pip.
    writeFileSync(join(empty, 'bin', 'python3'), '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.99.1" || exit 1\n');
    chmodSync(join(empty, 'bin', 'python3'), 0o755);
    const { done, part } = await doctor({ env: { PATH: join(empty, 'bin') } });
    expect(done.code).toBe(0);
    expect(part('python')).toEqual({ name: 'python', state: 'ok', detail: '3.99.1' });
    expect(part('pip')).toMatchObject({ state: 'missing', hint: expect.stringContaining('pip') });
    expect(part('git')).toMatchObject({ state: 'missing' });
  });
});
