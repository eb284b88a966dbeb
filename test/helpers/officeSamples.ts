import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CACHE = process.env['LATHE_TEST_CACHE'] ?? join(tmpdir(), 'lathe-test-cache');
/** Source packages that carry the documents which their readers are tested with. */
const ARCHIVES = {
  'python_docx-1.2.0.tar.gz': '7bc9d7b7d8a69c9c02ca09216118c86552704edc23bac179283f2e38f86220ce',
  'python_pptx-1.0.2.tar.gz': '479a8af0eaf0f0d76b6f00b0887732874ad2e3188230315290cd1f9dd9cc7095',
  'mammoth-1.13.0.tgz': 'fe778792e43b06dbbff93d20e22951fe1bc55a05eb04ec823961e8639c62260b',
} as const;

/** The documents of python-docx, python-pptx and mammoth (strict, with a byte-order mark, with outside pictures …); fetched once, checked by digest. */
export function officeSamples(): { readonly paths: readonly string[] } | { readonly reason: string } {
  const place = join(CACHE, 'office-samples-1');
  if (!existsSync(place)) {
    try {
      fetchInto(place);
    } catch (error) {
      const reason = `needs the packages python-docx 1.2.0, python-pptx 1.0.2 and mammoth 1.13.0: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)}`;
      process.stderr.write(`skipped: ${reason}\n`);
      return { reason };
    }
  }
  const found = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:docx|dotx|pptx|xlsx)$/i.test(name));
  return { paths: found.sort().map((name) => join(place, name)) };
}

function fetchInto(place: string): void {
  const work = `${place}.${process.pid}`;
  const backend = join(work, 'backend');
  mkdirSync(join(work, 'out'), { recursive: true });
  const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void => void execFileSync(program, args, { cwd: work, env, stdio: 'pipe', timeout: 100_000 });
  try {
    // pip asks a source package for its metadata, so its build backend must be there; nothing is built.
    run('python3', ['-m', 'pip', 'install', '--quiet', '--target', backend, 'setuptools', 'wheel']);
    run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary=:all:', '--no-build-isolation', '--dest', work, 'python-docx==1.2.0', 'python-pptx==1.0.2'], { ...process.env, PYTHONPATH: backend });
    run('npm', ['pack', '--silent', 'mammoth@1.13.0']);
    for (const [archive, expected] of Object.entries(ARCHIVES)) {
      const digest = createHash('sha256').update(readFileSync(join(work, archive))).digest('hex');
      if (digest !== expected) throw new Error(`Expected SHA-256 ${expected} of ${archive} but got ${digest}`);
      const folder = join('out', archive.replace(/\.t.*$/, ''));
      mkdirSync(join(work, folder));
      run('tar', ['-xzf', archive, '-C', folder, '--strip-components=1']);
    }
    renameSync(join(work, 'out'), place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
