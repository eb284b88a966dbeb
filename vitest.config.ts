import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // Two cores: two files at a time; children of one file must not starve another's.
    maxWorkers: 2,
    // Long enough that a machine busy with other things never decides a test; a test that hangs still ends.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
  },
});
