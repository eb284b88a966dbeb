import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CACHE = process.env['LATHE_TEST_CACHE'] ?? join(tmpdir(), 'lathe-test-cache');
const LIBRARIES = ['langchain-core==1.8.0', 'llama-index-core==0.14.25'];

/** A Python environment with LangChain's and LlamaIndex's cores, made once; or why it cannot be had. */
export function retrieverLibraries(): { readonly python: string } | { readonly reason: string } {
  const place = join(CACHE, 'retriever-libraries');
  const python = join(place, 'bin', 'python');
  if (existsSync(join(place, 'complete'))) return { python };
  try {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(CACHE, { recursive: true });
    execFileSync('python3', ['-m', 'venv', place], { stdio: 'pipe' });
    // uv takes seconds where pip takes most of a minute.
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv'], { stdio: 'pipe', timeout: 120_000 });
    execFileSync(join(place, 'bin', 'uv'), ['pip', 'install', '--quiet', '--python', python, ...LIBRARIES], { stdio: 'pipe', timeout: 240_000 });
    writeFileSync(join(place, 'complete'), '');
    return { python };
  } catch (error) {
    const reason = `needs ${LIBRARIES.join(' and ')}: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)}`;
    process.stderr.write(`skipped: ${reason}\n`);
    return { reason };
  }
}
