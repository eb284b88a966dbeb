import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { ExportedKnowledge, ImportedKnowledge, SearchResult } from '../../src-main/contract/commands.ts';
import type { KnowledgeBase } from '../../src-main/contract/knowledge.ts';
import type { Evaluation } from '../../src-main/contract/questions.ts';
import { FAILPOINTS } from '../../src-main/base/failpoint.ts';
import { because } from '../helpers/because.ts';
import { embedders, latheHome, type LatheHome } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { checkStores } from '../suites/checkStores.ts';

const missing = await embedders();

const NOTES: Readonly<Record<string, string>> = {
  'pump.md': '# Pump\n\nThe pump of the cellar runs at 50 Hz and needs oil in May.\n\n## Spare parts\n\nGaskets lie in the drawer under the bench.\n',
  'copy-of-pump.md': '# Pump\n\nThe pump of the cellar runs at 50 Hz and needs oil in May.\n\n## Spare parts\n\nGaskets lie in the drawer under the bench.\n',
  'lamp.md': '# Lamp\n\nThe lamp over the door is changed in November.\n',
  'roof.md': '# Roof\n\nThe roof was mended with slate from Wales.\n',
};
const QUESTIONS = ['When does the pump need lubrication?', 'slate', 'Where are the gaskets?'];

interface Carried {
  readonly lathe: LatheHome;
  readonly project: string;
  readonly file: string;
  readonly written: ExportedKnowledge;
}

async function prepare(): Promise<Carried> {
  const lathe = latheHome(temporaryFolder());
  const [project, notes] = [join(temporaryFolder(), 'project'), join(temporaryFolder(), 'notes')];
  mkdirSync(notes);
  for (const [name, text] of Object.entries(NOTES)) writeFileSync(join(notes, name), text);
  await lathe.json(['project', 'new', project]);
  await lathe.json(['knowledge', 'create', 'Notes', '--project', project]);
  await lathe.json(['knowledge', 'ingest', notes, '--project', project]);
  mkdirSync(join(project, 'knowledge', 'questions'));
  writeFileSync(join(project, 'knowledge', 'questions', 'notes.yaml'), 'version: 1\nquestions:\n  - id: 01890000-0000-7000-8000-000000000001\n    question: When does the pump need oil?\n    expected:\n      - file: pump.md\n        quote: needs oil in May\n');
  const file = join(temporaryFolder(), 'notes.lathe-knowledge');
  return { lathe, project, file, written: await lathe.json(['knowledge', 'export', '--to', file, '--project', project]) };
}
let made: Promise<Carried> | null = null;
const carried = (): Promise<Carried> => (made ??= prepare());

/** A copy of an empty project, which is made once. */
let empty: Promise<string> | null = null;
async function newProject({ lathe }: Carried): Promise<string> {
  empty ??= (async () => {
    const project = join(temporaryFolder(), 'project');
    await lathe.json(['project', 'new', project]);
    return project;
  })();
  const project = join(temporaryFolder(), 'project');
  cpSync(await empty, project, { recursive: true });
  return project;
}

/** What is found, without the ids of documents, which an import makes anew. */
async function asked({ lathe, project }: Pick<Carried, 'lathe' | 'project'>): Promise<SearchResult[]> {
  const queries = join(temporaryFolder(), 'queries.jsonl');
  writeFileSync(queries, QUESTIONS.map((question, id) => `${JSON.stringify({ id, question })}\n`).join(''));
  const { stdout, stderr, code } = await lathe.run(['knowledge', 'search', '--queries', queries, '--project', project, '--json']);
  expect(code, stderr).toBe(0);
  return stdout.trim().split('\n').map((line) => JSON.parse(line, (key, value: unknown) => (key === 'document' ? undefined : value)) as SearchResult);
}

function chunkIds(project: string): unknown[] {
  const database = new Database(join(project, '.lathe', 'lathe.db'), { readonly: true });
  const ids = database.prepare('SELECT id FROM knowledge_chunks ORDER BY id').pluck().all();
  database.close();
  return ids;
}

describe.skipIf(missing !== null)(`a knowledge base on another machine${because(missing)}`, () => {
  test('finds the same passages with the same scores, its vectors complete without embedding, and nothing left beside it', async () => {
    const from = await carried();
    expect(from.written).toMatchObject({ knowledge: 'Notes', documents: 4 });
    const to = { lathe: latheHome(temporaryFolder()), project: join(temporaryFolder(), 'project') };
    await to.lathe.json(['project', 'new', to.project]);
    const read = await to.lathe.json<ImportedKnowledge>(['knowledge', 'import', from.file, '--name', 'Carried', '--project', to.project]);
    const { chunks } = from.written;
    expect(read).toMatchObject({ name: 'Carried', documents: 4, chunks, questions: 1, vectors: { done: chunks, total: chunks }, notes: [] });
    expect(await asked(to)).toEqual(await asked(from));
    const window = await to.lathe.open(to.project);
    try {
      const projectId = window.projectId as never;
      const jobs = await window.client.jobs.list({ projectId });
      expect(jobs.map(({ kind }) => kind)).toEqual(['knowledge.import']);
      const [base] = await window.client.knowledge.list({ projectId });
      expect(base).toMatchObject({ sources: [], stages: { vectors: { state: 'complete', done: chunks } } });
      const { documents } = await window.client.knowledge.documents({ projectId, knowledgeId: base?.id as never });
      expect(documents.map(({ state }) => state).sort()).toEqual(['alias', 'ready', 'ready', 'ready']);
      const view = await window.client.knowledge.document({ projectId, documentId: documents[0]?.id as never });
      expect(view.text).toContain('pump of the cellar');
      expect(await window.client.knowledge.questions({ projectId, knowledgeId: base?.id as never })).toMatchObject([{ found: ['there'] }]);
    } finally {
      await window.close();
    }
    expect(readdirSync(join(to.project, '.lathe', 'imports'))).toEqual([]);
    const { vectorsComplete } = await to.lathe.json<Evaluation>(['knowledge', 'evaluate', '--project', to.project]);
    expect(vectorsComplete).toBe(true);
    expect(chunkIds(to.project)).toEqual(chunkIds(from.project));
    await checkStores(to.project, { vectors: 'complete' });
  }, 180_000);
});

const IMPORT_POINTS = FAILPOINTS.filter((name) => name.startsWith('import.'));
const WHOLE_FROM = IMPORT_POINTS.indexOf('import.after-file');

describe.skipIf(missing !== null)(`an export or import that is killed${because(missing)}`, () => {
  test('leaves no file under its name when an export is killed before it is whole, and the next one succeeds', async () => {
    const { lathe, project } = await carried();
    const folder = temporaryFolder();
    const file = join(folder, 'x.lathe-knowledge');
    const killed = await lathe.run(['knowledge', 'export', '--to', file, '--project', project], { env: { LATHE_FAILPOINT: 'export.before-rename' } });
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    expect(existsSync(file)).toBe(false);
    await lathe.json(['knowledge', 'export', '--to', file, '--project', project]);
    expect(readdirSync(folder)).toEqual(['x.lathe-knowledge']);
  }, 120_000);

  test.each(IMPORT_POINTS)('leaves no base or a whole one when it is killed at %s', async (point) => {
    const { lathe, file, written } = await carried();
    const project = await newProject(await carried());
    const killed = await lathe.run(['knowledge', 'import', file, '--project', project, '--trust'], { env: { LATHE_FAILPOINT: point } });
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    const bases = await lathe.json<KnowledgeBase[]>(['knowledge', 'status', '--project', project]);
    const isWhole = IMPORT_POINTS.indexOf(point) >= WHOLE_FROM;
    expect(bases.map(({ name, documents, chunks }) => ({ name, documents: documents.total, chunks }))).toEqual(isWhole ? [{ name: 'Notes', documents: 4, chunks: written.chunks }] : []);
    const state = join(project, '.lathe');
    expect(readdirSync(join(state, 'imports'))).toEqual([]);
    if (isWhole) {
      expect(readFileSync(join(project, 'knowledge', 'questions', 'notes.yaml'), 'utf8')).toContain('needs oil in May');
      if (point === 'import.after-commit') expect((await asked({ lathe, project }))[0]?.results[0]?.file).toMatch(/pump\.md$/);
    } else {
      expect(existsSync(join(project, 'knowledge', 'notes.yaml'))).toBe(false);
      const vectors = existsSync(join(state, 'vectors')) ? readdirSync(join(state, 'vectors')) : [];
      expect(vectors.flatMap((name) => (name === 'embeddings' ? readdirSync(join(state, 'vectors', name)) : [name]))).toEqual([]);
    }
    await checkStores(project);
  }, 120_000);
});
