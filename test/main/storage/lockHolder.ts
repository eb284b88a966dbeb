import { readLockInfo, tryLock } from '../../../src-main/storage/processLock.ts';

/** Tries for the lock at a given moment and says how it went; a winner holds it until it is killed or told to let go. */
const [file = '', startAtMs = '0', holdMs = '60000'] = process.argv.slice(2);
await new Promise((resolve) => setTimeout(resolve, Math.max(0, Number(startAtMs) - 20 - Date.now())));
// The last moments awake, so that two of these start within microseconds of each other.
while (Date.now() < Number(startAtMs));
const lock = tryLock(file);
if (lock) {
  lock.update({ endpoint: `http://127.0.0.1/${process.pid}` });
  console.log('won');
  await new Promise((resolve) => setTimeout(resolve, Number(holdMs)));
  lock.release();
  console.log('released');
} else {
  console.log(`lost to ${readLockInfo(file)?.pid ?? 'nobody'}`);
}
