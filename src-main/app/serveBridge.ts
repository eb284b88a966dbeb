import { access } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserWindow, IpcMain, IpcMainInvokeEvent, Dialog, Shell } from 'electron';
import type { BridgeAnswer } from '#contract/desktopBridge.ts';
import { AppError, toErrorBody } from '../base/appError.ts';
import { isOwnPage } from './appScheme.ts';
import { BRIDGE_CHANNELS, type BridgeChannel } from './bridgeChannels.ts';
import type { OpenExternal } from './createOpenExternal.ts';

const MAX_PATH = 4_096;

export interface BridgeParts {
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  readonly dialog: Pick<Dialog, 'showOpenDialog'>;
  readonly shell: Pick<Shell, 'showItemInFolder'>;
  readonly window: () => BrowserWindow | null;
  readonly openExternal: OpenExternal;
}

/** The window whose own page, in its main frame, sent this. Throws ORIGIN_REFUSED for any other sender. */
function checkSender(event: IpcMainInvokeEvent, window: BrowserWindow | null): BrowserWindow {
  const frame = event.senderFrame;
  if (window !== null && frame !== null && event.sender === window.webContents && frame.parent === null && isOwnPage(frame.url)) return window;
  throw new AppError('ORIGIN_REFUSED', `Only Lathe's own window may call the desktop bridge, not "${(frame?.url ?? 'a frame that is gone').slice(0, 120)}"`);
}

function oneArgument(args: readonly unknown[], count: 0 | 1): unknown {
  if (args.length !== count) throw new AppError('INPUT_INVALID', `Expected ${count} arguments but got ${args.length}`);
  return args[0];
}

/** An absolute path on this machine that exists. Throws INPUT_INVALID or PATH_UNREADABLE. */
async function checkPath(value: unknown): Promise<string> {
  if (typeof value !== 'string' || value.length > MAX_PATH || /\p{Cc}/u.test(value) || !path.isAbsolute(value)) {
    throw new AppError('INPUT_INVALID', `Expected an absolute path of at most ${MAX_PATH} characters`);
  }
  // Looking at a share hands the user's password hash to the machine that it names.
  if (/^[\\/]{2}/.test(value)) throw new AppError('INPUT_INVALID', 'Paths on other machines are not shown');
  const normal = path.normalize(value);
  await access(normal).catch((cause: unknown) => {
    throw new AppError('PATH_UNREADABLE', `There is nothing at ${normal.slice(0, 200)}`, { cause });
  });
  return normal;
}

/** Answers every channel of the bridge. Each call is checked for its sender and its arguments before it does anything. */
export function serveBridge(parts: BridgeParts): void {
  async function choose(window: BrowserWindow, properties: ('openFile' | 'openDirectory' | 'multiSelections')[]): Promise<readonly string[]> {
    const { canceled, filePaths } = await parts.dialog.showOpenDialog(window, { properties });
    return canceled ? [] : filePaths;
  }

  const work: Record<BridgeChannel, (window: BrowserWindow, args: readonly unknown[]) => Promise<unknown>> = {
    [BRIDGE_CHANNELS.openFiles]: (window, args) => {
      oneArgument(args, 0);
      return choose(window, ['openFile', 'multiSelections']);
    },
    [BRIDGE_CHANNELS.openFolder]: async (window, args) => {
      oneArgument(args, 0);
      return (await choose(window, ['openDirectory']))[0] ?? null;
    },
    [BRIDGE_CHANNELS.showInFolder]: async (_window, args) => {
      parts.shell.showItemInFolder(await checkPath(oneArgument(args, 1)));
      return null;
    },
    [BRIDGE_CHANNELS.openExternal]: async (_window, args) => parts.openExternal(oneArgument(args, 1)),
  };

  for (const channel of Object.values(BRIDGE_CHANNELS)) {
    parts.ipcMain.handle(channel, async (event, ...args: unknown[]): Promise<BridgeAnswer<unknown>> => {
      try {
        return { ok: true, value: await work[channel](checkSender(event, parts.window()), args) };
      } catch (error) {
        return { ok: false, error: toErrorBody(error) };
      }
    });
  }
}
