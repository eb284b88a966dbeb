import { describe, expect, test } from 'vitest';
import type { Job } from '#contract/jobs.ts';
import { AppError } from '../../../src-main/base/appError.ts';
import { describeJob } from '../../../src-main/cli/followJob.ts';
import { harmless, nameOnOneLine, reportFailure } from '../../../src-main/cli/terminal.ts';

describe('what a terminal is shown', () => {
  test('cannot colour, move or turn round what stands beside it', () => {
    expect(harmless('esc\u001b[31mred \u202egnp.exe\u2069 \u009b1m\r\b')).toBe('esc\\u001b[31mred \\u202egnp.exe\\u2069 \\u009b1m\\u000d\\u0008');
  });

  test('keeps lines, columns and every script as they are', () => {
    const text = 'one\ttwo\nשלום, 日本語, é 😀';
    expect(harmless(text)).toBe(text);
  });

  test('has the name of a file on one line', () => {
    expect(nameOnOneLine('new\nline\tand tab.txt')).toBe('new\\nline\\tand tab.txt');
  });
});

describe('the line of a running job', () => {
  const job = (progress: Partial<NonNullable<Job['progress']>>): Job => ({ title: 'Ingest Papers', progress: { done: 0, total: null, unit: 'files', rate: null, leftMs: null, now: '', ...progress } }) as Job;

  test('says what is done before anything can be counted', () => {
    expect(describeJob(job({ rate: 0, now: 'Looking through the sources' }))).toBe('Ingest Papers: Looking through the sources');
  });

  test('has amount, speed, time left and the file at hand', () => {
    expect(describeJob(job({ done: 3, total: 10, rate: 1.5, leftMs: 4_700, now: 'a\nb.md' }))).toBe('Ingest Papers: 3 of 10 files, 1.5 files/s, 5 s left (a\\nb.md)');
    expect(describeJob(job({ done: 21_000_000, total: 23_400_000, unit: 'bytes', rate: 4_200_000, leftMs: 1_000, now: 'pip' }))).toBe('Ingest Papers: 21 MB of 23 MB, 4.2 MB/s, 1 s left (pip)');
  });

  test('is the title alone where there is nothing to say', () => {
    expect(describeJob(job({}))).toBe('Ingest Papers');
  });
});

test.each([
  ['CANCELLED', 130],
  ['PROJECT_UNTRUSTED', 3],
  ['INPUT_INVALID', 2],
  ['DISK_FULL', 1],
  ['INTERNAL', 1],
] as const)('a command that fails with %s ends with exit code %i, also when the error came over the wire', (code, exit) => {
  expect(reportFailure(new AppError(code, 'It did not work'))).toBe(exit);
  expect(reportFailure(Object.assign(new Error('It did not work'), { code }))).toBe(exit);
});
