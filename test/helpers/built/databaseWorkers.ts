import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** In the place of src-main/server/databaseWorkers.ts (vitest.config.ts): the threads' entries of the bundle that is tested. */
export const databaseWorker = (database: 'project' | 'user'): URL => pathToFileURL(join(dirname(String(process.env['LATHE_TEST_CLI'])), `${database}DatabaseWorker.js`));
