import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { exportGit, linkTo } from '../../../../../src-main/capabilities/knowledge/sources/exportGit.ts';
import { brokerOver, closeLocalSites, serveLocally } from '../../../../helpers/localSite.ts';
import { temporaryFolder } from '../../../../helpers/temporaryFolder.ts';
import { workOver } from './sourceWork.ts';

afterEach(closeLocalSites);

const environment = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b.c', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@b.c', GIT_COMMITTER_DATE: '1780000000 +0200', GIT_AUTHOR_DATE: '1780000000 +0200' };
const git = (folder: string, ...args: string[]): string => execFileSync('git', ['-C', folder, ...args], { env: environment, encoding: 'utf8' }).trim();

function commitAll(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  git(folder, 'add', '-A', '-f');
  git(folder, 'commit', '-q', '-m', 'x');
  return git(folder, 'rev-parse', 'HEAD');
}

function repository(files: Readonly<Record<string, string>>): { folder: string; commit: string } {
  const folder = temporaryFolder();
  git(folder, 'init', '-q', '-b', 'main', '.');
  return { folder, commit: commitAll(folder, files) };
}

/** git's own server, as a CGI program behind node's. */
function gitOverHttp(root: string): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const child = spawn('git', ['http-backend'], { env: { ...environment, GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: url.pathname, QUERY_STRING: url.search.slice(1), REQUEST_METHOD: request.method ?? 'GET', CONTENT_TYPE: request.headers['content-type'] ?? '', HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''), GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''), REMOTE_USER: '' } });
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => chunks.push(bytes));
    child.on('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      const headers = Object.fromEntries(all.subarray(0, end).toString().split('\r\n').map((line) => line.split(': ') as [string, string]));
      response.writeHead(Number.parseInt(headers['Status'] ?? '200', 10), headers).end(all.subarray(end + 4));
    });
  };
}

describe('a repository on this machine', () => {
  test('gives its files as they were at a commit, by name, tag and folder, whatever was committed since', async () => {
    const { folder, commit } = repository({ 'README.md': '# One', 'docs/größe.md': 'two', '.github/x.yml': 'hidden' });
    git(folder, 'tag', 'v1');
    commitAll(folder, { 'README.md': '# Changed', 'docs/new.md': 'three' });
    const work = workOver([]);
    const found = await exportGit({ git: folder, commit: 'v1' }, folder, work);
    expect(found.commit).toBe(commit);
    expect(found.files.map(({ name }) => name)).toEqual(['README.md', 'docs/größe.md']);
    expect(found.files[0]).toMatchObject({ modifiedMs: 1_780_000_000_000, url: null, bytes: 5 });
    expect(readFileSync(found.files[0]?.path ?? '', 'utf8')).toBe('# One');
    expect(found.counts).toEqual({ hidden: 1 });
    const later = await exportGit({ git: folder, commit: 'main', folder: 'docs' }, folder, workOver([]));
    expect(later.files.map(({ name }) => name)).toEqual(['docs/größe.md', 'docs/new.md']);
  });

  test('runs no hook, filter or program of its configuration, and follows no link or submodule', async () => {
    const { folder } = repository({ 'a.txt': 'plain', '.gitattributes': '* filter=evil\n', 'big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n' });
    const mark = path.join(temporaryFolder(), 'ran');
    const evil = path.join(temporaryFolder(), 'evil.sh');
    writeFileSync(evil, `#!/bin/sh\ntouch ${mark}\ncat\n`);
    chmodSync(evil, 0o755);
    symlinkSync('/etc/passwd', path.join(folder, 'link'));
    git(folder, 'add', 'link');
    git(folder, 'update-index', '--add', '--cacheinfo', `160000,${git(folder, 'rev-parse', 'HEAD')},module`);
    git(folder, 'commit', '-q', '-m', 'x');
    for (const name of ['filter.evil.smudge', 'filter.evil.clean', 'core.fsmonitor', 'core.sshCommand', 'core.pager', 'gpg.program', 'uploadpack.packObjectsHook', 'core.alternateRefsCommand']) git(folder, 'config', name, evil);
    git(folder, 'config', 'log.showSignature', 'true');
    for (const hook of ['post-checkout', 'pre-auto-gc', 'reference-transaction', 'post-index-change']) writeFileSync(path.join(folder, '.git', 'hooks', hook), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    const found = await exportGit({ git: folder, commit: 'HEAD' }, folder, workOver([]));
    expect(found.files.map(({ name }) => name)).toEqual(['a.txt']);
    expect(found.problems.map(({ path: at }) => at)).toEqual(['link', 'module', 'big.bin']);
    expect(existsSync(mark)).toBe(false);
  });

  test('says what is wrong: no repository (one above the folder does not count), no commit, no folder, a commit that is an option', async () => {
    const { folder } = repository({ 'a.txt': 'x' });
    const outside = temporaryFolder();
    mkdirSync(path.join(folder, 'below'));
    for (const [repo, commit, inside, code] of [[path.join(folder, 'below'), 'HEAD', undefined, 'PATH_UNREADABLE'], [outside, 'HEAD', undefined, 'PATH_UNREADABLE'], [folder, 'nowhere', undefined, 'PATH_UNREADABLE'], [folder, 'HEAD', 'none', 'PATH_UNREADABLE'], [folder, '--upload-pack=x', undefined, 'INPUT_INVALID'], [folder, 'HEAD:a.txt', undefined, 'INPUT_INVALID']] as const) {
      await expect(exportGit({ git: repo, commit, ...(inside === undefined ? {} : { folder: inside }) }, repo, workOver([]))).rejects.toMatchObject({ code });
    }
  });

  test('links to the page of a file on the hosts that are known', () => {
    expect(linkTo('git@github.com:owner/name.git', 'abc')?.('docs/a b.md')).toBe('https://github.com/owner/name/blob/abc/docs/a%20b.md');
    expect(linkTo('https://gitlab.com/group/sub/name', 'abc')?.('a.md')).toBe('https://gitlab.com/group/sub/name/-/blob/abc/a.md');
    expect(linkTo('https://github.com.evil.test/a/b', 'abc')).toBeNull();
    expect(linkTo(null, 'abc')).toBeNull();
  });
});

describe('a repository on the web', () => {
  test('is fetched by branch and by commit through the proxy, and every connection is in the ledger', async () => {
    const { folder, commit } = repository({ 'a.md': 'first' });
    const origin = await serveLocally(gitOverHttp(path.dirname(folder)));
    const { broker, ledger } = brokerOver([origin]);
    const address = `${origin}/${path.basename(folder)}/.git`;
    const work = workOver([origin], { broker });
    expect((await exportGit({ git: address, commit: 'main' }, address, work)).commit).toBe(commit);
    const second = commitAll(folder, { 'a.md': 'second' });
    expect((await exportGit({ git: address, commit: 'main' }, address, work)).commit).toBe(second);
    const old = await exportGit({ git: address, commit }, address, workOver([origin], { broker }));
    expect(readFileSync(old.files[0]?.path ?? '', 'utf8')).toBe('first');
    expect(ledger.started.every(({ by, target }) => by === 'git' && target === origin)).toBe(true);
    expect(ledger.started.length).toBeGreaterThan(2);
  });

  test('is refused where the person did not allow its site, and where it redirects', async () => {
    const inside = await serveLocally((_request, response) => response.end());
    const origin = await serveLocally((request, response) => response.writeHead(302, { location: `${inside}${request.url}` }).end());
    await expect(exportGit({ git: `${origin}/x.git`, commit: 'main' }, `${origin}/x.git`, workOver([]))).rejects.toMatchObject({ code: 'NETWORK_REFUSED', hint: expect.stringContaining('knowledge allow') });
    await expect(exportGit({ git: `${origin}/x.git`, commit: 'main' }, `${origin}/x.git`, workOver([origin]))).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
  });
});
