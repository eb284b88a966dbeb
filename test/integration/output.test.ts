import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { latheHome } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** More than any pipe holds, and less than the megabyte up to which a project file is read. */
const SOURCES = 8_000;

test('a large result arrives whole, however slowly it is read', async () => {
  const lathe = latheHome(join(temporaryFolder(), 'home'));
  const project = join(temporaryFolder(), 'project');
  await lathe.json(['project', 'new', project]);
  const sources = Array.from({ length: SOURCES }, (_, at) => `notes/${String(at).padStart(100, '0')}`);
  mkdirSync(join(project, 'knowledge'), { recursive: true });
  writeFileSync(join(project, 'knowledge', 'many.yaml'), `version: 1\nid: 01a20bac-ae51-731a-bda1-5532ff9f3a78\nname: Many\nsources:\n${sources.map((source) => `  - ${source}\n`).join('')}`);

  const child = lathe.start(['knowledge', 'status', '--json', '--project', project]);
  child.stderr?.resume();
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const pieces: Buffer[] = [];
  // The first look comes when the command has long written what it had to say.
  const first = await new Promise<Buffer>((resolve) => child.stdout?.once('readable', () => resolve(child.stdout?.read(1) as Buffer)));
  pieces.push(first);
  await delay(2_000);
  child.stdout?.on('data', (piece: Buffer) => pieces.push(piece));
  expect(await ended).toBe(0);
  const [base] = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { sources: string[] }[];
  expect(base?.sources).toEqual(sources);
});
