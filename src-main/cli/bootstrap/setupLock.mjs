import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BEAT_MS = 5_000;
const SILENT_MS = 60_000;

/**
 * Lets one process at a time set up this checkout. A holder that died is taken over at once (its process id is gone);
 * one whose process id cannot be judged (another host, a reused number) after a minute without a heartbeat.
 * @param {string} file
 * @param {(holder: { pid: number }) => void} onWait called once when another process holds it
 * @returns {Promise<() => void>} releases the lock
 */
export async function takeSetupLock(file, onWait) {
  mkdirSync(dirname(file), { recursive: true });
  const token = JSON.stringify({ pid: process.pid, host: hostname(), at: Date.now(), salt: Math.random() });
  for (let told = false; !create(file, token); ) {
    const holder = readHolder(file);
    if (holder?.stale) removeStale(file, holder.text);
    else if (holder && !told) {
      onWait(holder);
      told = true;
    }
    await sleep(holder?.stale ? 10 : 300);
  }
  const beat = setInterval(() => touch(file), BEAT_MS);
  beat.unref();
  return () => {
    clearInterval(beat);
    if (readHolder(file)?.text === token) rmSync(file, { force: true });
  };
}

function create(file, token) {
  try {
    writeFileSync(file, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file) {
  try {
    const text = readFileSync(file, 'utf8');
    const silentMs = Date.now() - statSync(file).mtimeMs;
    const holder = parse(text);
    const here = holder?.host === hostname();
    // An empty file is a holder between create and write: only time tells.
    return { text, pid: holder?.pid ?? 0, stale: silentMs > SILENT_MS || (here && !isAlive(holder.pid)) };
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** A second lock guards the takeover: without it two waiters could each remove the other's fresh lock. */
function removeStale(file, text) {
  const guard = `${file}.takeover`;
  if (!create(guard, String(process.pid))) {
    if (Date.now() - modifiedAt(guard) > SILENT_MS) rmSync(guard, { force: true });
    return;
  }
  if (readHolder(file)?.text === text) rmSync(file, { force: true });
  rmSync(guard, { force: true });
}

function modifiedAt(file) {
  try {
    return statSync(file).mtimeMs;
  } catch (error) {
    if (error.code === 'ENOENT') return Date.now();
    throw error;
  }
}

function touch(file) {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
