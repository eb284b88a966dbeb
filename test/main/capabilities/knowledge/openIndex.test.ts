import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveBase } from '../../../../src-main/capabilities/knowledge/knowledgeStore.ts';
import { createIndexDoor } from '../../../../src-main/capabilities/knowledge/openIndex.ts';
import { openTestDatabase } from '../../../helpers/openTestDatabase.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

type Deps = Parameters<typeof createIndexDoor>[0];

describe('the sweep of indexes', () => {
  it('deletes those of knowledge bases that have no row any more, and no other', async () => {
    const vectorsFolder = join(temporaryFolder(), 'vectors');
    const database = await openTestDatabase();
    await database.run(saveBase, { id: 'kept', slug: 'kept', name: 'Kept', sources: [], maxTokens: 256, atMs: 1 });
    // The sweep needs the rows and the folder; nothing here was opened.
    const door = createIndexDoor({ database, vectorsFolder } as unknown as Deps);
    await door.sweep();
    for (const id of ['kept', 'purged']) {
      mkdirSync(join(vectorsFolder, id, 'text-00000000'), { recursive: true });
      writeFileSync(join(vectorsFolder, id, 'text-00000000', 'data'), 'text of a document');
    }
    await door.sweep();
    expect(existsSync(join(vectorsFolder, 'purged'))).toBe(false);
    expect(existsSync(join(vectorsFolder, 'kept', 'text-00000000', 'data'))).toBe(true);
    await database.close();
  });
});
