import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CACHE = process.env['LATHE_TEST_CACHE'] ?? join(tmpdir(), 'lathe-test-cache');

/**
 * llama.cpp's own vocabulary files (GGUF headers without weights), from the source package of its Python binding: seeds for
 * mutants and valid controls. Fetched once with the pip client; the reason is given where that is not possible.
 */
export function vocabularyGgufs(): { readonly paths: readonly string[] } | { readonly reason: string } {
  const place = join(CACHE, 'gguf-vocabularies');
  if (!existsSync(place)) {
    try {
      fetchInto(place);
    } catch (error) {
      const reason = `needs the source package llama_cpp_python 0.3.36: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)}`;
      process.stderr.write(`skipped: ${reason}\n`);
      return { reason };
    }
  }
  return { paths: readdirSync(place).filter((name) => name.endsWith('.gguf')).map((name) => join(place, name)) };
}

function fetchInto(place: string): void {
  const work = `${place}.${process.pid}`;
  const backend = join(work, 'backend');
  mkdirSync(join(work, 'out'), { recursive: true });
  const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void => void execFileSync(program, args, { cwd: work, env, stdio: 'pipe', timeout: 200_000 });
  try {
    // pip asks a source package for its metadata, so its build backend must be there; nothing is built.
    run('python3', ['-m', 'pip', 'install', '--quiet', '--target', backend, 'scikit-build-core']);
    run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary=:all:', '--no-build-isolation', '--dest', work, 'llama_cpp_python==0.3.36'], { ...process.env, PYTHONPATH: backend });
    run('tar', ['-xzf', 'llama_cpp_python-0.3.36.tar.gz', '-C', 'out', '--strip-components=4', '--wildcards', '*/models/ggml-vocab-*.gguf']);
    renameSync(join(work, 'out'), place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
