import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expandFile } from '../../src-main/runtimes/parse/child/expand/expandFile.ts';
import { MemberWriter } from '../../src-main/runtimes/parse/child/expand/memberWriter.ts';
import { makeTar } from '../helpers/makeTar.ts';
import { makeZip } from '../helpers/makeZip.ts';
import { mutate } from '../helpers/mutate.ts';
import { seededRandom } from '../helpers/seededRandom.ts';

export interface ExpandReport {
  readonly seed: number;
  readonly tried: number;
  /** Mutants that gave members. */
  readonly expanded: number;
  /** Refusals by error code. */
  readonly refused: Record<string, number>;
  /** What broke a promise: the seed, the mutant's number, its original and what happened. Empty = all is well. */
  readonly failures: string[];
}

const EXPORTS = new URL('../fixtures/exports/', import.meta.url);
const MBOX = 'From ada@example.org Tue Jan  2 10:00:00 2024\nFrom: Ada <ada@example.org>\nDate: Tue, 02 Jan 2024 10:00:00 +0000\nSubject: one\n\nwords\n\nFrom bo@example.org Tue Jan  2 10:00:00 2024\nFrom: bo@example.org\nSubject: two\n\nmore\n';

function originals(): { name: string; bytes: Buffer }[] {
  const exports = readdirSync(EXPORTS).filter((name) => name !== 'README.md').map((name) => ({ name, bytes: readFileSync(new URL(name, EXPORTS)) }));
  const files = [{ name: 'a/b.txt', data: 'words' }, { name: 'c.md', data: '# C' }, { name: 'inner.zip', data: makeZip([{ name: 'd.txt', data: 'deep', stored: true }]) }];
  const slack = JSON.parse(readFileSync(new URL('slack.json', EXPORTS), 'utf8')) as { channels: unknown; users: unknown; day: unknown };
  return [
    ...exports,
    { name: 'made.zip', bytes: makeZip(files) }, { name: 'stored.zip', bytes: makeZip(files.map((file) => ({ ...file, stored: true }))) },
    { name: 'made.tar', bytes: makeTar([...files, { name: 'link', type: '2', link: '/etc/passwd' }]) }, { name: 'made.tgz', bytes: gzipSync(makeTar(files)) }, { name: 'made.mbox', bytes: Buffer.from(MBOX) },
    { name: 'slack.zip', bytes: makeZip([['channels.json', slack.channels], ['users.json', slack.users], ['pumps/2024-01-02.json', slack.day]].map(([name, value]) => ({ name: String(name), data: JSON.stringify(value), stored: true }))) },
    { name: 'space.zip', bytes: makeZip([{ name: 'entities.xml', data: readFileSync(new URL('confluence-entities.xml', EXPORTS)), stored: true }]) },
  ];
}

/** Expands `count` damaged containers. Each gives members that lead nowhere, or null, or one of the document errors. */
export async function expandMutants(options: { readonly count: number; readonly seed: number }): Promise<ExpandReport> {
  const random = seededRandom(options.seed);
  const sources = originals();
  const refused: Record<string, number> = {};
  const failures: string[] = [];
  let expanded = 0;
  for (let number = 0; number < options.count; number++) {
    const original = sources[number % sources.length];
    if (!original) break;
    const into = mkdtempSync(join(tmpdir(), 'lathe-expand-'));
    const where = `seed ${options.seed}, mutant ${number} of ${original.name}`;
    try {
      const writer = new MemberWriter(into, new AbortController().signal);
      const kind = await expandFile(mutate(original.bytes, random), original.name, writer);
      if (kind !== null && writer.members.length > 0) expanded++;
      for (const fault of memberFaults(writer, into)) failures.push(`${where}: ${fault}`);
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'none';
      refused[code] = (refused[code] ?? 0) + 1;
      if (!code.startsWith('DOCUMENT_')) failures.push(`${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    } finally {
      rmSync(into, { recursive: true, force: true });
    }
  }
  return { seed: options.seed, tried: options.count, expanded, refused, failures };
}

function memberFaults(writer: MemberWriter, into: string): string[] {
  const faults: string[] = [];
  const names = writer.members.map((member) => member.name);
  if (new Set(names).size !== names.length) faults.push('a name occurs twice');
  for (const name of names) if (/(?:^|\/)\.\.?(?:\/|$)|^\/|\\|[\u0000-\u001f]/.test(name) || name === '') faults.push(`the name ${JSON.stringify(name)} leads out`);
  if (readdirSync(into).some((file) => !/^\d+$/.test(file))) faults.push('a file is not called by number');
  if (readdirSync(into).length !== writer.members.length) faults.push('files and members differ in number');
  return faults;
}
