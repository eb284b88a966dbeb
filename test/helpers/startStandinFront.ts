import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Rectangle } from 'electron';
import { afterAll } from 'vitest';
import { startAppFront, type AppFrontSettings, type AppOwner } from '../../src-main/app/createAppFront.ts';
import { standinElectron } from './standinElectron.ts';

export interface StandinFrontOptions extends Partial<AppFrontSettings> {
  readonly firstInstance?: boolean;
  /** Work areas of the displays, the primary first. */
  readonly areas?: readonly Rectangle[];
  readonly owner?: Partial<AppOwner>;
  readonly openOwner?: () => Promise<AppOwner>;
}

const folders = mkdtempSync(path.join(os.tmpdir(), 'lathe-app-'));
afterAll(() => rmSync(folders, { recursive: true, force: true }));

/** Starts the real front over the stand-in Electron and plays what Electron does when a window's page comes to be. */
export async function startStandinFront(options: StandinFrontOptions = {}) {
  const { firstInstance, areas, owner, openOwner, ...settings } = options;
  const standin = standinElectron({ ...(firstInstance === undefined ? {} : { firstInstance }), ...(areas === undefined ? {} : { areas }) });
  const folder = mkdtempSync(path.join(folders, 'profile-'));
  const warnings: string[] = [];
  const failures: string[] = [];
  let codes = 0;
  const ownerParts: AppOwner = {
    handle: async () => new Response('hello'),
    startPath: async ({ project }) => `/#code=${(codes += 1)}${project === null ? '' : `&project=${encodeURIComponent(project)}`}`,
    close: async () => {},
    ...owner,
  };
  const started = await startAppFront({
    electron: standin.electron,
    openOwner: openOwner ?? (async () => ownerParts),
    settings: {
      userDataFolder: folder,
      windowStateFile: path.join(folder, 'window.json'),
      preloadPath: '/app/preload.cjs',
      argv: [],
      workingFolder: '/work-here',
      closeTimeoutMs: 1_000,
      ...settings,
    },
    warn: (message) => warnings.push(message),
    fail: (what, error) => failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`),
  });
  const window = standin.windows[0];
  if (window) standin.app.emit('web-contents-created', {}, window.webContents);
  return { ...standin, started, folder, warnings, failures, window };
}
