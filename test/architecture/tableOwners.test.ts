import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesBelow } from './scanImports.ts';
import { tablesCreated, tableWrites, type SourceText } from './scanTables.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Who alone writes each table of `lathe.db` and `user.db`: one module of storage, one folder of a capability. Everybody else asks them. */
const OWNERS: Readonly<Record<string, string>> = {
  storage_state: 'src-main/storage/',
  storage_migrations: 'src-main/storage/migrateDatabase.ts',
  lineage_nodes: 'src-main/storage/lineage.ts',
  lineage_edges: 'src-main/storage/lineage.ts',
  undo_journal: 'src-main/storage/journal.ts',
  network_calls: 'src-main/storage/ledger.ts',
  jobs: 'src-main/jobs/jobCommands.ts',
  knowledge_bases: 'src-main/capabilities/knowledge/',
  knowledge_documents: 'src-main/capabilities/knowledge/',
  knowledge_chunks: 'src-main/capabilities/knowledge/',
  knowledge_snapshots: 'src-main/capabilities/knowledge/',
  knowledge_entries: 'src-main/capabilities/knowledge/',
  knowledge_forms: 'src-main/capabilities/knowledge/',
  knowledge_bands: 'src-main/capabilities/knowledge/',
  knowledge_evaluations: 'src-main/capabilities/knowledge/',
  knowledge_conversations: 'src-main/capabilities/knowledge/',
  knowledge_answers: 'src-main/capabilities/knowledge/',
  knowledge_citations: 'src-main/capabilities/knowledge/',
  pipelines_runs: 'src-main/capabilities/pipelines/',
  pipelines_steps: 'src-main/capabilities/pipelines/',
  pipelines_files: 'src-main/capabilities/pipelines/',
  models_local: 'src-main/capabilities/models/',
  projects_recent: 'src-main/capabilities/projects/',
  projects_settings: 'src-main/capabilities/projects/',
};

/** The index process has a database of its own (`index.db`), which nothing else opens. */
const INDEX = 'src-main/runtimes/index/child/';

const sources: readonly SourceText[] = filesBelow(join(ROOT, 'src-main')).map((file) => ({ path: relative(ROOT, file).replaceAll('\\', '/'), text: readFileSync(file, 'utf8') }));
const isMigration = ({ path }: SourceText): boolean => path.startsWith('src-main/storage/migrations/');
const shared = sources.filter(({ path }) => !path.startsWith(INDEX));

describe('each table', () => {
  it('has one owner, and every table that a migration makes is owned', () => {
    // A step that gives a table another key makes it anew.
    expect([...new Set(shared.flatMap(tablesCreated))].toSorted()).toEqual(Object.keys(OWNERS).toSorted());
  });

  it('is written by its owner alone', () => {
    const writes = shared.filter((source) => !isMigration(source)).flatMap(tableWrites);
    expect(writes.length).toBeGreaterThan(30);
    expect(writes.filter(({ path, table }) => !path.startsWith(OWNERS[table] ?? 'nobody'))).toEqual([]);
    expect(Object.keys(OWNERS).filter((table) => !writes.some((write) => write.table === table))).toEqual([]);
  });

  it('of a capability bears its noun, so that two of them cannot mean one table', () => {
    for (const [table, owner] of Object.entries(OWNERS)) {
      const noun = /^src-main\/capabilities\/([a-z]+)\/$/.exec(owner)?.[1];
      if (noun !== undefined) expect(table).toMatch(new RegExp(`^${noun}_`));
    }
  });

  it('of the index is made and written in the index process only', () => {
    const own = sources.filter(({ path }) => path.startsWith(INDEX));
    const made = new Set(own.flatMap(tablesCreated));
    expect(made.size).toBeGreaterThan(2);
    expect(own.flatMap(tableWrites).filter(({ table }) => !made.has(table))).toEqual([]);
  });
});

describe('this check', () => {
  it('sees every way in which a table is written', () => {
    const text = "db.insertInto('a').values(x); db.updateTable<T>('b'); db\n.deleteFrom(\n'c'); exec('INSERT OR IGNORE INTO d (x)'); `UPDATE e SET x = 1`; 'DELETE FROM f WHERE'; db.insertInto(name); 'REPLACE INTO \"g\"'";
    expect(tableWrites({ path: 'x.ts', text }).map(({ table }) => table).toSorted()).toEqual(['?', 'a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(tableWrites({ path: 'x.ts', text: "db.selectFrom('a'); 'ON CONFLICT DO UPDATE SET x = 1'" })).toEqual([]);
    expect(tablesCreated({ path: 'x.ts', text: 'CREATE TABLE IF NOT EXISTS a (x); CREATE VIRTUAL TABLE b USING fts5' })).toEqual(['a', 'b']);
  });
});
