import { expect, it } from 'vitest';
import { formatBytes } from '../../../src-main/base/formatBytes.ts';
import { formatBytes as formatInSetUp } from '../../../src-main/cli/bootstrap/steps.mjs';
import { formatBytes as formatInWindow } from '../../../src-renderer/lib/formatBytes.ts';

it('a size reads the same on the command line, in an error, in the window and in the set-up', () => {
  const sizes = [0, 999, 1_000, 1_540, 999_499, 999_900, 12_345_678, 200_000_000, 2_340_000_000, 4e12];
  expect(sizes.map(formatBytes)).toEqual(['0 B', '999 B', '1.0 kB', '1.5 kB', '999 kB', '1.0 MB', '12 MB', '200 MB', '2.3 GB', '4.0 TB']);
  for (const format of [formatInSetUp, formatInWindow]) expect(sizes.map(format)).toEqual(sizes.map(formatBytes));
});
