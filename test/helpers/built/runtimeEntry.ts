import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RuntimeId } from '../../../src-main/runtimes/runtimeEntry.ts';

/** In the place of src-main/runtimes/runtimeEntry.ts (vitest.config.ts): the children's entries of the bundle that is tested. */
export const runtimeEntry = (id: RuntimeId): URL => pathToFileURL(join(dirname(String(process.env['LATHE_TEST_CLI'])), `runtime-${id}.js`));
