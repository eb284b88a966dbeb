import { extname, posix } from 'node:path';
import type { GitSource } from '#contract/sources.ts';
import { AppError } from '../../../base/appError.ts';
import { splitRelative, toNfc, toPosix } from '../../../base/paths.ts';
import { createNameBook } from './fileNames.ts';
import type { FetchedFiles, FetchWork } from './fetchedFiles.ts';
import { fetchRepository, isRemote } from './fetchRepository.ts';
import { openMirror, type MirrorEntry } from './mirrorFolder.ts';
import { runGit } from './runGit.ts';

const TIMEOUT_MS = 120_000;
const MAX_LIST_BYTES = 256 * 1024 * 1024;
/** As for a file in a folder. */
const MAX_FILE_BYTES = 200 * 1024 * 1024;
const MAX_TREE_BYTES = 8 * 1024 ** 3;
/** So many bytes of contents are asked of one git process. */
const BATCH_BYTES = 32 * 1024 * 1024;
const MAX_PROBLEMS = 200;

interface TreeFile {
  readonly mode: string;
  readonly kind: string;
  readonly id: string;
  readonly bytes: number;
  readonly name: string;
}

/**
 * The files of a repository at a commit, read from its objects: nothing is checked out, so no filter, hook, submodule or large-file
 * download runs. `repository` is absolute, or an address that the person must have allowed.
 * Throws PATH_UNREADABLE (no repository, no such commit), NETWORK_REFUSED, NETWORK_FAILED, CANCELLED.
 */
export async function exportGit(spec: GitSource, repository: string, work: FetchWork): Promise<FetchedFiles> {
  if (spec.commit.startsWith('-') || /[\u0000-\u0020\u007f:^~?*[\\]|\.\.|@\{/.test(spec.commit)) throw new AppError('INPUT_INVALID', `${JSON.stringify(spec.commit)} is not a commit, tag or branch.`, { hint: 'Name it as git log shows it.' });
  const remote = isRemote(repository);
  const mirror = await openMirror(work.folder, `${spec.git}#${spec.folder ?? ''}`);
  const folder = remote ? await fetchRepository(repository, spec.commit, work) : repository;
  const git = (args: readonly string[], maxBytes = 1024 * 1024) => runGit({ folder, args, signal: work.signal, timeoutMs: TIMEOUT_MS, maxBytes });
  const commit = await resolveCommit(git, spec, remote);
  const at = await commitTime(git, commit);
  const permalink = linkTo(remote ? repository : await originOf(git), commit);
  const listed = await git(['ls-tree', '-r', '-z', '-l', '--full-tree', commit, ...(spec.folder === undefined ? [] : ['--', `${toPosix(spec.folder).replace(/^\/+|\/+$/g, '')}/`])], MAX_LIST_BYTES);
  if (!listed.ok) throw new AppError('PATH_UNREADABLE', `The files of ${spec.git} at ${commit.slice(0, 12)} cannot be listed: ${listed.said}`, { hint: 'Check the repository with git fsck.' });
  const tree = readTree(listed.output.toString('utf8'));
  if (spec.folder !== undefined && tree.length === 0) throw new AppError('PATH_UNREADABLE', `${spec.git} has no folder ${spec.folder} at ${commit.slice(0, 12)}.`, { hint: 'Correct the folder in the knowledge base\'s file.' });
  const problems: { path: string; reason: string }[] = [];
  const counts: Record<string, number> = {};
  const skip = (file: TreeFile, why: string, reason: string | null): void => {
    counts[why] = (counts[why] ?? 0) + 1;
    if (reason !== null && problems.length < MAX_PROBLEMS) problems.push({ path: file.name, reason });
  };
  const wanted = chooseFiles(tree, skip);
  const names = createNameBook(new Map());
  const entries: MirrorEntry[] = [];
  for (const batch of inBatches(wanted)) {
    work.onProgress({ done: entries.length, known: wanted.length, unit: 'files', now: batch[0]?.name ?? '' });
    const contents = await readBlobs(folder, batch, work.signal);
    for (const [index, file] of batch.entries()) {
      const bytes = contents[index];
      if (bytes === undefined) skip(file, 'unreadable', 'git has not its content.');
      else if (bytes.length < 1_024 && bytes.toString('utf8').startsWith('version https://git-lfs.github.com/spec/v1')) skip(file, 'large file kept elsewhere (LFS)', 'Only a pointer is in the repository: its content is kept by Git LFS and is not fetched.');
      else {
        const kept = await mirror.keep(bytes, extname(file.name).toLowerCase());
        entries.push({ ...kept, key: file.name, name: names.take(file.name, file.name), url: permalink?.(file.name) ?? null, title: null, etag: file.id, lastModified: null, modifiedMs: at, fetchedAtMs: work.clock.now(), status: null });
      }
    }
  }
  await mirror.save(entries);
  await mirror.sweep();
  return { root: spec.git, folder: work.folder, files: entries.map((entry) => mirror.toFile(entry)), problems, counts, commit };
}

type Git = (args: readonly string[]) => ReturnType<typeof runGit>;

async function resolveCommit(git: Git, spec: GitSource, remote: boolean): Promise<string> {
  const candidates = remote ? ['refs/lathe/wanted', `refs/lathe/heads/${spec.commit}`] : [];
  for (const name of remote && /^[0-9a-f]{7,64}$/.test(spec.commit) ? [spec.commit, ...candidates] : remote ? candidates : [spec.commit]) {
    const answer = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    if (answer.ok) return answer.output.toString('utf8').trim();
    if (/dubious ownership/.test(answer.said)) throw new AppError('PATH_UNREADABLE', `git does not read ${spec.git}, because it belongs to another account.`, { hint: 'Clone it into a folder of yours and name that one.' });
    if (/not a git repository|cannot change to/i.test(answer.said)) throw new AppError('PATH_UNREADABLE', `${spec.git} is not a git repository.`, { hint: 'Name the folder that holds .git, or a bare repository.' });
  }
  throw new AppError('PATH_UNREADABLE', `${spec.git} has no commit ${spec.commit}.`, { hint: 'Check it with git log; a commit of a branch that is not fetched is not there.' });
}

async function commitTime(git: Git, commit: string): Promise<number | null> {
  const answer = await git(['cat-file', 'commit', commit]);
  const seconds = answer.ok ? /^committer .* (\d{1,12}) [+-]\d{4}$/m.exec(answer.output.toString('utf8'))?.[1] : undefined;
  return seconds === undefined ? null : Number(seconds) * 1000;
}

async function originOf(git: Git): Promise<string | null> {
  const answer = await git(['config', '--local', '--no-includes', '--get', 'remote.origin.url']);
  return answer.ok ? answer.output.toString('utf8').trim() : null;
}

/** The page that shows a file at this commit, for hosts whose addresses are known. */
export function linkTo(remote: string | null, commit: string): ((name: string) => string) | null {
  const place = /^(?:https?:\/\/(?:[^/@]*@)?|ssh:\/\/git@|git@)(github\.com|gitlab\.com)[/:](.+?)(?:\.git)?\/?$/.exec(remote ?? '');
  const [, host, repository] = place ?? [];
  if (host === undefined || repository === undefined || !/^[\w.-]+(\/[\w.-]+)+$/.test(repository)) return null;
  const middle = host === 'gitlab.com' ? '/-/blob/' : '/blob/';
  return (name) => `https://${host}/${repository}${middle}${commit}/${name.split('/').map(encodeURIComponent).join('/')}`;
}

function readTree(text: string): TreeFile[] {
  return text.split('\0').flatMap((line) => {
    const found = /^(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t([\s\S]+)$/.exec(line);
    const [, mode = '', kind = '', id = '', bytes = '', name = ''] = found ?? [];
    return found ? [{ mode, kind, id, bytes: bytes === '-' ? 0 : Number(bytes), name: toNfc(name) }] : [];
  });
}

function chooseFiles(tree: readonly TreeFile[], skip: (file: TreeFile, why: string, reason: string | null) => void): TreeFile[] {
  let total = 0;
  return tree.filter((file) => {
    if (file.kind === 'commit') return (skip(file, 'submodule', 'A submodule is another repository: add it as a source of its own.'), false);
    if (file.mode === '120000') return (skip(file, 'symbolic link', 'A symbolic link is not followed.'), false);
    if (file.name.split('/').some((part) => part.startsWith('.'))) return (skip(file, 'hidden', null), false);
    if (file.name.includes('\uFFFD')) return (skip(file, 'unreadable', 'Its name is not valid UTF-8.'), false);
    if (!isPlainName(file.name)) return (skip(file, 'unsafe name', 'Its name is no file name on every system.'), false);
    if (file.bytes > MAX_FILE_BYTES) return (skip(file, 'too large', `It has ${file.bytes} bytes; at most ${MAX_FILE_BYTES} are read.`), false);
    total += file.bytes;
    return total <= MAX_TREE_BYTES || (skip(file, 'too large', `The files before it have ${MAX_TREE_BYTES} bytes together, which is the limit.`), false);
  });
}

function isPlainName(name: string): boolean {
  try {
    return posix.join(...splitRelative(name)) === name;
  } catch {
    return false;
  }
}

function inBatches(files: readonly TreeFile[]): TreeFile[][] {
  const batches: TreeFile[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    if (bytes + file.bytes > BATCH_BYTES || (batches.at(-1)?.length ?? 0) >= 1_000) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(file);
    bytes += file.bytes;
  }
  return batches;
}

/** Contents in the order of the files, as git's objects hold them; undefined for one that is missing. */
async function readBlobs(folder: string, files: readonly TreeFile[], signal: AbortSignal): Promise<(Buffer | undefined)[]> {
  const bound = files.reduce((sum, file) => sum + file.bytes + 200, 0);
  const answer = await runGit({ folder, args: ['cat-file', '--batch'], signal, timeoutMs: TIMEOUT_MS, maxBytes: bound, input: `${files.map(({ id }) => id).join('\n')}\n` });
  if (!answer.ok) throw new AppError('PATH_UNREADABLE', `The contents of the repository cannot be read: ${answer.said}`, { hint: 'Check the repository with git fsck.' });
  let at = 0;
  return files.map(() => {
    const end = answer.output.indexOf(10, at);
    const [, kind, size] = answer.output.subarray(at, end).toString('latin1').split(' ');
    at = end + 1;
    if (kind !== 'blob') return undefined;
    const bytes = answer.output.subarray(at, at + Number(size));
    at += Number(size) + 1;
    return bytes;
  });
}
