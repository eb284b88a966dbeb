import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openZip } from '../../src-main/runtimes/parse/child/zip/readZip.ts';

const CACHE = process.env['LATHE_TEST_CACHE'] ?? join(tmpdir(), 'lathe-test-cache');
const ARTIFACT = 'org.apache.tika:tika-parsers:1.28.5:jar:tests';
const SHA256 = 'f1325fe3c81409252c97aee590600603d7460928d2717299f4b69284daf0fcf2';
const FOLDER = 'test-documents/';

/** The 816 documents of every format that Apache Tika is tested with, damaged and hostile ones among them; fetched once through Maven, checked by digest. */
export function tikaDocuments(): { readonly paths: readonly string[] } | { readonly reason: string } {
  const place = join(CACHE, 'tika-parsers-1.28.5-tests');
  if (!existsSync(place)) {
    try {
      fetchInto(place);
    } catch (error) {
      const reason = `needs the Maven package ${ARTIFACT}: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)}`;
      process.stderr.write(`skipped: ${reason}\n`);
      return { reason };
    }
  }
  const found = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return { paths: found.map((entry) => join(entry.parentPath, entry.name)).sort() };
}

function fetchInto(place: string): void {
  const work = `${place}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    const copy = ['-q', '-B', 'dependency:copy', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${work}`];
    execFileSync('mvn', ['-q', '-B', 'dependency:get', `-Dartifact=${ARTIFACT}`, '-Dtransitive=false'], { cwd: work, stdio: 'pipe', timeout: 200_000 });
    execFileSync('mvn', copy, { cwd: work, stdio: 'pipe', timeout: 100_000 });
    const bytes = readFileSync(join(work, 'tika-parsers-1.28.5-tests.jar'));
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest !== SHA256) throw new Error(`Expected SHA-256 ${SHA256} of ${ARTIFACT} but got ${digest}`);
    unpack(bytes, join(work, 'out'));
    renameSync(join(work, 'out'), place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function unpack(bytes: Buffer, out: string): void {
  const zip = openZip(bytes, ARTIFACT, { left: 1_000_000_000 });
  for (const entry of zip.entries) {
    if (entry.folder || !entry.name.startsWith(FOLDER)) continue;
    const target = join(out, entry.name.slice(FOLDER.length));
    if (!target.startsWith(`${out}/`)) throw new Error(`${entry.name} leads out of its folder`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, zip.read(entry, 100_000_000));
  }
}
