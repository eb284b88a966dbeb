import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openZip } from '../../src-main/runtimes/parse/child/zip/readZip.ts';

const CACHE = process.env['LATHE_TEST_CACHE'] ?? join(tmpdir(), 'lathe-test-cache');
const ARTIFACT = 'org.apache.commons:commons-compress:1.21:jar:tests';
const SHA256 = 'b5fc2f34c565669763aa32515e1352051e2abb6160472ada87ba1a4af323f4cc';

/** The archives of every kind that Apache Commons Compress is tested with, damaged and hostile ones among them; fetched once through Maven, checked by digest. */
export function compressSamples(): { readonly samples: readonly { readonly name: string; readonly bytes: Buffer }[] } | { readonly reason: string } {
  const jar = join(CACHE, 'commons-compress-1.21-tests.jar');
  if (!existsSync(jar)) {
    try {
      fetchInto(jar);
    } catch (error) {
      const reason = `needs the Maven package ${ARTIFACT}: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)}`;
      process.stderr.write(`skipped: ${reason}\n`);
      return { reason };
    }
  }
  const zip = openZip(readFileSync(jar), ARTIFACT, { left: 1_000_000_000 });
  // Two of them unpack to more than 200 times their size: bombs, as far as we can tell.
  const wanted = zip.entries.filter((entry) => !entry.folder && !/\.(?:class|MF)$/.test(entry.name) && entry.size < Math.max(4_000_000, entry.packedSize * 200));
  return { samples: wanted.map((entry) => ({ name: entry.name, bytes: zip.read(entry, 100_000_000) })) };
}

function fetchInto(jar: string): void {
  const work = `${jar}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    execFileSync('mvn', ['-q', '-B', 'dependency:get', `-Dartifact=${ARTIFACT}`, '-Dtransitive=false'], { cwd: work, stdio: 'pipe', timeout: 200_000 });
    execFileSync('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${work}`], { cwd: work, stdio: 'pipe', timeout: 100_000 });
    const made = join(work, 'commons-compress-1.21-tests.jar');
    const digest = createHash('sha256').update(readFileSync(made)).digest('hex');
    if (digest !== SHA256) throw new Error(`Expected SHA-256 ${SHA256} of ${ARTIFACT} but got ${digest}`);
    renameSync(made, jar);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
