import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CACHE = process.env['LATHE_TEST_CACHE'] ?? join(tmpdir(), 'lathe-test-cache');
const ARCHIVE = 'pypdf-7.1.0.tar.gz';
const SHA256 = 'ca3fa902369e98a6d2cb7b56396de902b72ef9bb3c1e8706c1bfc7d8bd0cf0d7';

/** The real odd PDFs (encryption of every revision, broken outlines, loops) that pypdf's source package carries; fetched once, checked by digest. */
export function pypdfSamples(): { readonly paths: readonly string[] } | { readonly reason: string } {
  const place = join(CACHE, 'pypdf-7.1.0');
  if (!existsSync(place)) {
    try {
      fetchInto(place);
    } catch (error) {
      const reason = `needs the source package pypdf 7.1.0: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)}`;
      process.stderr.write(`skipped: ${reason}\n`);
      return { reason };
    }
  }
  const found = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((name) => name.toLowerCase().endsWith('.pdf'));
  return { paths: found.sort().map((name) => join(place, name)) };
}

function fetchInto(place: string): void {
  const work = `${place}.${process.pid}`;
  const backend = join(work, 'backend');
  mkdirSync(join(work, 'out'), { recursive: true });
  const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void => void execFileSync(program, args, { cwd: work, env, stdio: 'pipe', timeout: 100_000 });
  try {
    // pip asks a source package for its metadata, so its build backend must be there; nothing is built.
    run('python3', ['-m', 'pip', 'install', '--quiet', '--target', backend, 'flit_core']);
    run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary=:all:', '--no-build-isolation', '--dest', work, 'pypdf==7.1.0'], { ...process.env, PYTHONPATH: backend });
    const digest = createHash('sha256').update(readFileSync(join(work, ARCHIVE))).digest('hex');
    if (digest !== SHA256) throw new Error(`Expected SHA-256 ${SHA256} of ${ARCHIVE} but got ${digest}`);
    run('tar', ['-xzf', ARCHIVE, '-C', 'out', '--strip-components=1']);
    renameSync(join(work, 'out'), place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
