import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const standIn = (name: string): string => fileURLToPath(new URL(`./test/helpers/built/${name}`, import.meta.url));

/** `npm test` names the bundle: threads and children start from it, which is what ships and takes a fraction of the time that their sources take. */
const fromBundle = process.env['LATHE_TEST_CLI']?.endsWith('.js') === true;
const ENTRIES = [
  { find: /^(\.{1,2}\/)+(src-main\/server\/)?databaseWorkers\.ts$/, replacement: standIn('databaseWorkers.ts') },
  { find: /^\.{1,2}\/runtimeEntry\.ts$/, replacement: standIn('runtimeEntry.ts') },
];

export default defineConfig({
  resolve: { alias: fromBundle ? ENTRIES : [] },
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
