import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RestoredProject } from '#contract/commands.ts';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import type { DatabaseCopy } from '#contract/projects.ts';
import { latheHome } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

test('a copy of the database is put back by one command after the database was damaged, and what was there is kept', async () => {
  const lathe = latheHome(join(temporaryFolder(), 'home'));
  const project = join(temporaryFolder(), 'project');
  await lathe.json(['project', 'new', project]);
  await lathe.json(['knowledge', 'create', 'First', '--project', project]);
  const copy = await lathe.json<DatabaseCopy>(['project', 'backup', '--project', project]);
  expect(readdirSync(join(project, '.lathe', 'copies'))).toEqual([copy.name]);
  const damaged = Buffer.alloc(60_000, 'x');
  for (const name of ['lathe.db', 'lathe.db-wal']) writeFileSync(join(project, '.lathe', name), damaged);
  const refused = await lathe.run(['knowledge', 'status', '--json', '--project', project]);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('DATABASE_DAMAGED')]);
  expect(refused.stderr).toContain('project restore');

  const restored = await lathe.json<RestoredProject>(['project', 'restore', '--project', project]);
  expect(restored.restored.name).toBe(copy.name);
  expect(readFileSync(join(restored.replaced, 'lathe.db')).equals(damaged)).toBe(true);
  const bases = await lathe.json<KnowledgeBase[]>(['knowledge', 'status', '--project', project]);
  expect(bases.map((base) => base.name)).toEqual(['First']);
});
