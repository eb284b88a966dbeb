import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../src-main/base/logger.ts';
import { redact } from '../../../src-main/base/redact.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

leakCheck();

const linesOf = (file: string) => readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

describe('logger', () => {
  it('keeps order, level and area, tells at once, and writes JSON lines', () => {
    const folder = join(temporaryFolder(), 'logs');
    const told: string[] = [];
    const logger = createLogger({ folder, onLine: (line) => told.push(line.message) });
    const knowledge = logger.child('knowledge');
    knowledge.info('Read 3 files', { files: 3 });
    knowledge.child('ingest').warn('One was odd');
    logger.error('Failed', new Error('because'));
    expect(told).toEqual(['Read 3 files', 'One was odd', 'Failed']);
    expect(logger.recent().map(({ sequence, level, area }) => [sequence, level, area])).toEqual([[1, 'info', 'knowledge'], [2, 'warn', 'knowledge.ingest'], [3, 'error', '']]);
    const lines = linesOf(join(folder, 'lathe.log'));
    expect(lines[0]).toMatchObject({ sequence: 1, area: 'knowledge', message: 'Read 3 files', data: '{"files":3}' });
    expect(lines[2]?.['data']).toContain('because');
    expect(statSync(join(folder, 'lathe.log')).mode & 0o077).toBe(0);
    logger.close();
  });

  it('remembers the last 2,000 lines', () => {
    const logger = createLogger();
    for (let index = 1; index <= 2_500; index += 1) logger.debug(`line ${index}`);
    expect(logger.recent()).toHaveLength(2_000);
    expect(logger.recent()[0]?.message).toBe('line 501');
    expect(logger.recent(2).map((line) => line.sequence)).toEqual([2_499, 2_500]);
  });

  it('keeps five files of two megabytes at most, the newest lines in the first', () => {
    const folder = temporaryFolder();
    const logger = createLogger({ folder });
    const text = 'x'.repeat(3_000);
    for (let index = 0; index < 4_500; index += 1) logger.info(`${index} ${text}`);
    logger.close();
    expect(readdirSync(folder).toSorted()).toEqual(['lathe.1.log', 'lathe.2.log', 'lathe.3.log', 'lathe.4.log', 'lathe.log']);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect(linesOf(join(folder, 'lathe.log')).at(-1)?.['sequence']).toBe(4_500);
  });

  it('goes on after a restart where the file ended', () => {
    const folder = temporaryFolder();
    for (const text of ['first', 'second']) {
      const logger = createLogger({ folder });
      logger.info(text);
      logger.close();
    }
    expect(linesOf(join(folder, 'lathe.log')).map((line) => line['message'])).toEqual(['first', 'second']);
  });

  it('goes on without its file and counts what was not written', () => {
    const folder = temporaryFolder();
    const logger = createLogger({ folder });
    logger.info('written');
    logger.close();
    mkdirSync(join(folder, 'lathe.4.log', 'in the way'), { recursive: true });
    logger.info('after it was closed: opened again');
    expect(logger.lostLines()).toBe(0);
    for (let index = 0; index < 1_500; index += 1) logger.info('y'.repeat(3_000));
    expect(logger.lostLines()).toBeGreaterThan(0);
    expect(logger.recent(1)[0]?.message).toContain('yyy');
    logger.close();
  });

  it('takes any data: errors, big integers, circles, undefined', () => {
    const logger = createLogger({ folder: temporaryFolder() });
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const data of [new Error('e', { cause: new Error('c') }), { n: 1n }, circle, undefined, null, () => 1, 'text']) logger.info('said', data);
    expect(logger.lostLines()).toBe(0);
    expect(logger.recent()).toHaveLength(7);
    logger.close();
  });
});

describe('redaction', () => {
  it.each([
    'Authorization: Bearer abcdef1234567890',
    'curl -H "authorization: bearer abcdef1234567890"',
    'sk-abcdef1234567890abcdef',
    'hf_abcdefghijabcdef1234567890',
    'ghp_abcdef1234567890abcdef1234567890abcd',
    'AKIAabcdef1234567890',
    'https://user:abcdef1234567890@host/x',
    '{"apiKey":"abcdef1234567890"}',
    'LATHE_TOKEN=abcdef1234567890',
    'password: abcdef1234567890',
    'http://127.0.0.1:4711/?token=abcdef1234567890&x=1',
    'set-cookie: lathe-session=abcdef1234567890; HttpOnly',
    '-----BEGIN RSA PRIVATE KEY-----\nabcdef1234567890\n-----END RSA PRIVATE KEY-----',
  ])('hides the secret in %j', (text) => {
    expect(redact(text)).not.toContain('abcdef1234567890');
    expect(redact(text)).toContain('[hidden]');
  });

  it.each(['40,000 tokens in 75 ms', 'token count: 12', 'maxTokens=1024', 'https://example.test/a@b', 'The key of a cell is its digest', 'risk-free-approach-for-all', 'task-list-for-monday'])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('is quick on long hostile text', () => {
    const started = performance.now();
    for (const piece of ['token', 'a:', '-----BEGIN PRIVATE KEY-----', 'bearer ', 'a://a:', '"secret": "']) redact(piece.repeat(20_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
