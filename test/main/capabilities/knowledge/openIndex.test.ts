import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveBase } from '../../../../src-main/capabilities/knowledge/knowledgeStore.ts';
import { createIndexDoor } from '../../../../src-main/capabilities/knowledge/openIndex.ts';
import { projectOverFakes } from '../../../helpers/projectOverFakes.ts';
import { openTestDatabase } from '../../../helpers/openTestDatabase.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

type Deps = Parameters<typeof createIndexDoor>[0];

describe('the sweep of indexes', () => {
  it('deletes those of knowledge bases that have no row any more, and no other', async () => {
    const vectorsFolder = join(temporaryFolder(), 'vectors');
    const database = await openTestDatabase();
    await database.run(saveBase, { id: 'kept', slug: 'kept', name: 'Kept', sources: [], maxTokens: 256, embedder: 'all-minilm-l6-v2', atMs: 1 });
    // The sweep needs the rows and the folder; nothing here was opened.
    const door = createIndexDoor({ database, vectorsFolder } as unknown as Deps);
    await door.sweep();
    for (const id of ['kept', 'purged']) mkdirSync(join(vectorsFolder, 'embeddings', id), { recursive: true });
    for (const id of ['kept', 'purged']) {
      mkdirSync(join(vectorsFolder, id, 'text-00000000'), { recursive: true });
      writeFileSync(join(vectorsFolder, id, 'text-00000000', 'data'), 'text of a document');
    }
    await door.sweep();
    expect(existsSync(join(vectorsFolder, 'purged'))).toBe(false);
    expect(readdirSync(join(vectorsFolder, 'embeddings'))).toEqual(['kept']);
    expect(existsSync(join(vectorsFolder, 'kept', 'text-00000000', 'data'))).toBe(true);
    await database.close();
  });
});

describe('what opening an index says of itself', () => {
  it('is that the models are checked, then that the index is opened', async () => {
    const project = await projectOverFakes();
    const stages: string[] = [];
    await project.open.knowledge.door.open(await project.base(), new AbortController().signal, (now) => void stages.push(now));
    expect(stages).toEqual(['Checking the models', 'Opening the index']);
    await project.close();
  });

  it('names the model that is waited for, and does not say that the index is opened meanwhile', async () => {
    const stages: string[] = [];
    const embedder = (_: AbortSignal, onWait?: (slug: string) => void): Promise<never> => {
      onWait?.('all-minilm-l6-v2');
      return Promise.reject(new Error('It was cancelled'));
    };
    const database = await openTestDatabase();
    await database.run(saveBase, { id: 'any', slug: 'any', name: 'Any', sources: [], maxTokens: 256, embedder: 'all-minilm-l6-v2', atMs: 1 });
    const door = createIndexDoor({ database, models: { embedder }, vectorsFolder: temporaryFolder() } as unknown as Deps);
    await expect(door.open('any', new AbortController().signal, (now) => void stages.push(now))).rejects.toThrow('cancelled');
    expect(stages).toEqual(['Checking the models', 'Waiting for the model all-minilm-l6-v2']);
    await database.close();
  });
});
