import { expect, it } from 'vitest';
import { AppError } from '../../../src-main/base/appError.ts';
import { reportFailure } from '../../../src-main/cli/terminal.ts';

it.each([
  ['CANCELLED', 130],
  ['PROJECT_UNTRUSTED', 3],
  ['INPUT_INVALID', 2],
  ['DISK_FULL', 1],
  ['INTERNAL', 1],
] as const)('a command that fails with %s ends with exit code %i, also when the error came over the wire', (code, exit) => {
  expect(reportFailure(new AppError(code, 'It did not work'))).toBe(exit);
  expect(reportFailure(Object.assign(new Error('It did not work'), { code }))).toBe(exit);
});
