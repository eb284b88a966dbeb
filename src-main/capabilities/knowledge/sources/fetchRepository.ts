import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../base/appError.ts';
import type { FetchWork } from './fetchedFiles.ts';
import { runGit, type GitAnswer } from './runGit.ts';

const FETCH_TIMEOUT_MS = 30 * 60_000;
/** Of one fetch, packed. */
const MAX_PACK_BYTES = 2 * 1024 ** 3;
const POLL_MS = 500;

/** True for an address; everything else is a path. git's own `host:path` would start ssh, and is taken as a path that is not there. */
export function isRemote(repository: string): boolean {
  return /^https?:\/\//i.test(repository);
}

/**
 * Brings one commit of a repository on the web into a bare one of ours, through the broker's proxy, and answers its folder.
 * Throws NETWORK_REFUSED where the person did not allow the site, NETWORK_FAILED, CANCELLED.
 */
export async function fetchRepository(url: string, commit: string, work: FetchWork): Promise<string> {
  const address = new URL(url);
  if (address.username !== '' || address.password !== '') throw new AppError('NETWORK_REFUSED', `The address of the repository at ${address.host} carries a user name or password.`, { hint: 'Remove it from the address.' });
  const folder = path.join(work.folder, 'repository.git');
  await mkdir(folder, { recursive: true });
  const quick = { folder, signal: work.signal, timeoutMs: 60_000, maxBytes: 1024 * 1024 };
  const made = await runGit({ ...quick, args: ['init', '--bare', '--quiet', '.'] });
  if (!made.ok) throw new AppError('STORAGE_FAILED', `A copy of the repository cannot be made in ${folder}: ${made.said}`);
  const whole = /^[0-9a-f]{40,64}$/.test(commit);
  if (whole && (await runGit({ ...quick, args: ['cat-file', '-e', `${commit}^{commit}`] })).ok) return folder;
  const proxy = await work.proxy('git', { fetchableOnly: true });
  const stop = new AbortController();
  const meter = setInterval(() => void watchSize(folder, stop), POLL_MS);
  try {
    const goOut = (args: readonly string[]): Promise<GitAnswer> => runGit({ folder, args: ['fetch', '--quiet', '--force', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', ...args], signal: AbortSignal.any([work.signal, stop.signal]), timeoutMs: FETCH_TIMEOUT_MS, maxBytes: 1024 * 1024, proxy: proxy.environment });
    let answer = await goOut(['--depth=1', '--', url, `+${commit}:refs/lathe/wanted`]);
    // A server may refuse to give a commit by its id, and a short id means nothing to it: then all branches are fetched.
    if (!answer.ok && proxy.refusal() === null && !stop.signal.aborted && /^[0-9a-f]{7,64}$/.test(commit)) answer = await goOut(['--', url, '+refs/heads/*:refs/lathe/heads/*', '+refs/tags/*:refs/lathe/tags/*']);
    const refusal = proxy.refusal();
    if (refusal) throw refusal;
    if (!answer.ok) throw new AppError('NETWORK_FAILED', `${commit} of ${address.origin}${address.pathname} could not be fetched: ${answer.said}`, { hint: 'Check the address and the commit, then ingest again.' });
    return folder;
  } catch (error) {
    if (stop.signal.aborted && !work.signal.aborted) {
      await rm(folder, { recursive: true, force: true });
      throw new AppError('NETWORK_FAILED', `${address.origin}${address.pathname} is larger than the ${MAX_PACK_BYTES} bytes that are fetched of a repository.`, { hint: 'Clone it yourself and name the folder as the source.', cause: error });
    }
    throw error;
  } finally {
    clearInterval(meter);
    await proxy.close();
  }
}

async function watchSize(folder: string, stop: AbortController): Promise<void> {
  const packs = path.join(folder, 'objects', 'pack');
  const names = await readdir(packs).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(path.join(packs, name)).then(({ size }) => size, () => 0)));
  if (sizes.reduce((sum, size) => sum + size, 0) > MAX_PACK_BYTES) stop.abort();
}
