import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_CHUNKER } from '#contract/document.ts';
import { createLogger } from '../../../src-main/base/logger.ts';
import { userFolders } from '../../../src-main/base/paths.ts';
import { productFolders } from '../../../src-main/cli/productFolders.ts';
import { launchChild, type Launch } from '../../../src-main/runtimes/supervisor/launchChild.ts';
import { openMachine } from '../../../src-main/server/openMachine.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

test('a process that nobody could keep off the network stays counted when it has ended', async () => {
  const home = temporaryFolder();
  // As on a system without network namespaces.
  const unwatched: Launch = async (request, listener) => ({ ...(await launchChild(request, listener)), network: 'not-observed' });
  const machine = await openMachine({
    version: '0',
    folders: userFolders({ env: { LATHE_HOME: home }, platform: process.platform, home }),
    cataloguePath: productFolders().catalogue,
    logger: createLogger(),
    textModel: null,
    publish: () => undefined,
    launch: unwatched,
  });
  try {
    expect(await machine.network()).toEqual({ calls: 0, refused: 0, notObserved: 0 });
    // Whether it can be read plays no part: the process runs.
    await expect(machine.parse.parse({ path: join(home, 'absent.md'), name: 'absent.md', chunker: DEFAULT_CHUNKER, tokenizerPath: join(home, 'absent.json') })).rejects.toThrow();
    expect((await machine.network()).notObserved).toBe(1);
    await machine.parse.stop();
    expect(machine.runtimes().filter((runtime) => runtime.pid !== null)).toEqual([]);
    expect(await machine.network()).toEqual({ calls: 0, refused: 0, notObserved: 1 });
  } finally {
    await machine.close();
  }
});
