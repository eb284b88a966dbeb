import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './build.mjs';
import { checkNode } from './checks.mjs';
import { fetchElectron, wantsElectron } from './electron.mjs';
import { install, isInstalled } from './install.mjs';
import { takeSetupLock } from './setupLock.mjs';
import { startStep } from './steps.mjs';

/** The checkout that this bootstrap belongs to. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/**
 * Installs and builds what is missing or older than its sources; does nothing, and contacts nothing, when all is in place.
 * Several processes may call it at once: one works, the others wait and find it done.
 */
export async function setUp(root = ROOT, { needsBuild = true } = {}) {
  checkNode();
  const ready = () => isInstalled(root) && !wantsElectron(root) && (!needsBuild || isBuilt(root));
  if (ready()) return;
  const release = await takeSetupLock(join(root, 'dist', '.setup.lock'), ({ pid }) => {
    startStep(`Waiting: process ${pid} is setting up this folder`);
  });
  try {
    if (!isInstalled(root)) await install(root);
    // Also where npm itself installed the packages, and where the first start had no display.
    await fetchElectron(root);
    if (needsBuild && !isBuilt(root)) await build(root);
  } finally {
    release();
  }
}
