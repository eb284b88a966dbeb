import { hostname } from 'node:os';
import path from 'node:path';
import { AppError } from '../base/appError.ts';
import { readLockInfo, tryLock } from '../storage/processLock.ts';

/** Takes the one lock of a project's state folder. Throws PROJECT_LOCKED with the name of its holder. */
export function lockProject(stateFolder: string, folder: string): { release(): void } {
  const file = path.join(stateFolder, 'owner.lock');
  const lock = tryLock(file);
  if (lock) return lock;
  const holder = readLockInfo(file);
  const who = holder ? `process ${holder.pid} on ${holder.host === hostname() ? 'this machine' : holder.host}` : 'another process';
  throw new AppError('PROJECT_LOCKED', `The project ${folder} is open in ${who}`, { hint: 'Use it there, or close it there first.' });
}
