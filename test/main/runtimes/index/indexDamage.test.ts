import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createIndexHandlers } from '../../../../src-main/runtimes/index/child/handlers.ts';
import type { IndexLocation, SearchResult } from '../../../../src-main/runtimes/types.ts';
import { because } from '../../../helpers/because.ts';
import { startChild } from '../../../helpers/childProcess.ts';
import { starterModel } from '../../../helpers/starterModels.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';
import { filler, sampleDocument } from './sampleDocuments.ts';

const model = await starterModel('wordllama-l2-supercat-256');

type Handlers = Record<string, (params: Record<string, unknown>) => Promise<unknown>>;
const DOCUMENTS = Array.from({ length: 50 }, (_, i) => sampleDocument(`d${i}`, [filler(i, 10), filler(i + 100, 10)]));

async function builtIndex(): Promise<IndexLocation> {
  if ('reason' in model) throw new Error(model.reason);
  const at = { folder: mkdtempSync(join(temporaryFolder(), 'index-')), staticModelFolder: model.folder };
  const handlers = createIndexHandlers() as unknown as Handlers;
  await handlers['add']?.({ at, documents: DOCUMENTS });
  await handlers['publish']?.({ at, documentIds: DOCUMENTS.map((document) => document.documentId) });
  await handlers['close']?.({ at });
  return at;
}

/** Opens the index anew and searches: the code of what goes wrong, else `ok`. */
async function use(at: IndexLocation): Promise<string> {
  const handlers = createIndexHandlers() as unknown as Handlers;
  try {
    await handlers['documents']?.({ at });
    const result = (await handlers['search']?.({ at, request: { question: 'the server reads the file', limit: 5 } })) as SearchResult;
    return result.passages.length > 0 ? 'ok' : 'nothing found';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await handlers['close']?.({ at });
  }
}

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name));
}

function flipBytes(path: string): void {
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at += 7) bytes[at] = (bytes[at] as number) ^ 0xff;
  writeFileSync(path, bytes);
}

describe.skipIf('reason' in model)(`a damaged index${because(model)}`, () => {
  it('is whole before it is damaged', async () => {
    expect(await use(await builtIndex())).toBe('ok');
  });

  it.each(['.lance', '.manifest'])('is one error when LanceDB\'s %s files are cut short or overwritten', async (ending) => {
    for (const damage of [(path: string) => truncateSync(path, Math.floor(statSync(path).size / 2)), (path: string) => truncateSync(path, 0), flipBytes]) {
      const at = await builtIndex();
      const files = filesOf(at.folder, ending);
      expect(files.length).toBeGreaterThan(0);
      files.forEach(damage);
      expect(await use(at)).toBe('INDEX_DAMAGED');
    }
  });

  it('is one error when the full text is overwritten, cut short or no database', async () => {
    for (const damage of [flipBytes, (path: string) => truncateSync(path, 5000), (path: string) => writeFileSync(path, 'not a database at all '.repeat(400))]) {
      const at = await builtIndex();
      damage(join(at.folder, 'index.db'));
      expect(await use(at)).toBe('INDEX_DAMAGED');
    }
  });

  it('is one error when its version is lost, senseless or older, another when it is newer', async () => {
    const at = await builtIndex();
    const version = join(at.folder, 'version');
    writeFileSync(version, '99\n');
    expect(await use(at)).toBe('DATABASE_NEWER');
    writeFileSync(version, '1\n');
    expect(await use(at)).toBe('INDEX_DAMAGED');
    writeFileSync(version, 'x');
    expect(await use(at)).toBe('INDEX_DAMAGED');
    rmSync(version);
    expect(await use(at)).toBe('INDEX_DAMAGED');
  });

  it('can be deleted and built again in the same process', async () => {
    const at = await builtIndex();
    const handlers = createIndexHandlers() as unknown as Handlers;
    filesOf(at.folder, '.lance').forEach(flipBytes);
    await expect(handlers['documents']?.({ at }).then(() => handlers['search']?.({ at, request: { question: 'the file', limit: 5 } }))).rejects.toMatchObject({ code: 'INDEX_DAMAGED' });
    rmSync(at.folder, { recursive: true });
    await handlers['add']?.({ at, documents: DOCUMENTS.slice(0, 3) });
    expect(await handlers['documents']?.({ at })).toHaveLength(3);
    await handlers['close']?.({ at });
  });

  it('names a static embedding that is missing or broken', async () => {
    const at = await builtIndex();
    expect(await use({ ...at, staticModelFolder: temporaryFolder() })).toBe('MODEL_NOT_FOUND');
    const broken = temporaryFolder();
    writeFileSync(join(broken, 'model.safetensors'), 'x'.repeat(100));
    writeFileSync(join(broken, 'tokenizer.json'), '{}');
    expect(await use({ ...at, staticModelFolder: broken })).toBe('MODEL_DAMAGED');
  });
});

describe.skipIf('reason' in model)(`after a crash${because(model)}`, () => {
  it('forgets documents that only one of the two stores holds', async () => {
    const at = await builtIndex();
    const db = new Database(join(at.folder, 'index.db'));
    db.exec(`UPDATE documents SET complete = 0 WHERE id = 'd1'`);
    db.exec(`DELETE FROM documents WHERE id = 'd2'`);
    db.exec(`UPDATE documents SET chunks = 3 WHERE id = 'd3'`);
    db.close();
    const handlers = createIndexHandlers() as unknown as Handlers;
    const found = (await handlers['documents']?.({ at })) as { documentId: string }[];
    expect(found.map((document) => document.documentId).sort()).toEqual(DOCUMENTS.map((document) => document.documentId).filter((id) => !['d1', 'd2', 'd3'].includes(id)).sort());
    await handlers['add']?.({ at, documents: DOCUMENTS.slice(1, 4) });
    expect(await handlers['documents']?.({ at })).toHaveLength(DOCUMENTS.length);
    await handlers['close']?.({ at });
    expect(await use(at)).toBe('ok');
  });

  it('lists exactly what was acknowledged, or that and a document that was on its way, after kill -9 at any moment', async () => {
    if ('reason' in model) throw new Error(model.reason);
    for (const killAfter of [1, 4, 9]) {
      const folder = mkdtempSync(join(temporaryFolder(), 'killed-'));
      const acknowledged = new Set<string>();
      const child = startChild(new URL('./addUntilKilled.ts', import.meta.url), [folder, model.folder], {
        onLine: (line) => {
          acknowledged.add(line);
          if (acknowledged.size >= killAfter) child.process.kill('SIGKILL');
        },
      });
      expect((await child.ended).signal).toBe('SIGKILL');
      child.lines.forEach((line) => acknowledged.add(line));
      const at = { folder, staticModelFolder: model.folder };
      const handlers = createIndexHandlers() as unknown as Handlers;
      const found = (await handlers['documents']?.({ at })) as { documentId: string; chunks: number }[];
      const ids = new Set(found.map((document) => document.documentId));
      expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([]);
      expect(found.every((document) => document.chunks === 20)).toBe(true);
      expect(new Set(found.map((document) => document.documentId)).size).toBe(found.length);
      await handlers['close']?.({ at });
      expect(existsSync(join(folder, 'version'))).toBe(true);
    }
  });
});
