import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { knownFiles, namedArtifacts } from '../../../src-main/capabilities/knowledge/documentStore.ts';
import { listBases } from '../../../src-main/capabilities/knowledge/knowledgeStore.ts';
import { chunksOf, indexedDocuments } from '../../../src-main/capabilities/knowledge/snapshots/entryStore.ts';
import { listSnapshots } from '../../../src-main/capabilities/knowledge/snapshots/snapshotStore.ts';
import { leakCheck } from '../../helpers/leakCheck.ts';
import { openTestDatabase } from '../../helpers/openTestDatabase.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

leakCheck();

const BASE = '01940000-0000-7000-8000-00000000000b';
const document = (number: number): string => `01940000-0000-7000-8000-0000000000d${number}`;

it('a database from before snapshots has one that serves, named as its base, with every entry and chunk', async () => {
  const file = join(temporaryFolder(), 'lathe.db');
  const old = new Sqlite(file);
  old.exec(readFileSync(new URL('../../fixtures/databases/project-0004.sql', import.meta.url), 'utf8'));
  old.close();
  const database = await openTestDatabase({ file });
  expect(await database.check()).toEqual([]);
  const [snapshot, ...others] = await database.run(listSnapshots, BASE);
  expect(others).toEqual([]);
  expect(snapshot).toMatchObject({ row: { id: BASE, knowledge_id: BASE, state: 'serving', max_tokens: 200, embedder: 'all-minilm-l6-v2', vectors_done: 0 }, documents: 1, chunks: 2, behind: 0 });
  // Live ones only; what is deleted keeps its entry, so that an undo finds it.
  expect(await database.run(indexedDocuments, BASE)).toEqual([{ id: document(1), index_id: 'i'.repeat(32), chunks: 2 }]);
  expect((await database.run(chunksOf, { snapshotId: BASE, documentId: document(1) })).map(({ ordinal, start, end, kind, page }) => [ordinal, start, end, kind, page])).toEqual([[0, 0, 120, 'paragraph', 1], [1, 122, 300, 'table', 2]]);
  expect(await database.run(chunksOf, { snapshotId: BASE, documentId: document(3) })).toHaveLength(1);
  const known = await database.run(knownFiles, BASE);
  expect(known.map(({ file: name, state, index_id: inIndex }) => [name, state, inIndex]).toSorted()).toEqual([['broken.pdf', 'failed', null], ['new.md', 'queued', null], ['pump.pdf', 'ready', 'i'.repeat(32)]]);
  const { counts } = await database.run(listBases, undefined);
  expect(counts.find(({ state }) => state === 'ready')).toMatchObject({ documents: 1, chunks: 2 });
  expect((await database.run(namedArtifacts, undefined)).toSorted()).toEqual(['a'.repeat(64), 'b'.repeat(64)]);
  await database.close();
});
