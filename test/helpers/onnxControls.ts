import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CACHE = process.env['LATHE_TEST_CACHE'] ?? join(tmpdir(), 'lathe-test-cache');

/** The 1,072 valid models of ONNX's own tests, from Debian's package libonnx-testdata; fetched once, or the reason why not. */
export function onnxControls(): { readonly paths: readonly string[] } | { readonly reason: string } {
  const place = join(CACHE, 'onnx-testdata');
  if (!existsSync(place)) {
    const work = `${place}.${process.pid}`;
    try {
      mkdirSync(work, { recursive: true });
      const run = (program: string, args: readonly string[]): void => void execFileSync(program, args, { cwd: work, stdio: 'pipe', timeout: 120_000 });
      run('apt-get', ['download', '--quiet', 'libonnx-testdata']);
      const deb = readdirSync(work).find((name) => name.endsWith('.deb')) ?? '';
      run('dpkg-deb', ['-x', deb, 'out']);
      renameSync(join(work, 'out'), place);
    } catch (error) {
      const reason = `needs Debian's package libonnx-testdata: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)}`;
      process.stderr.write(`skipped: ${reason}\n`);
      return { reason };
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return { paths: filesBelow(place).filter((path) => path.endsWith('.onnx')).toSorted() };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : []));
}
