import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { version, type DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../../base/appError.ts';
import type { CheckedCondition, CheckRequest, DataRuntime, NamedTable, QueryRequest, ReadFilesRequest, SplitRequest, TableFacts } from '../../types.ts';
import type { ChildCall, ChildMethods } from '../../wire.ts';
import { withDuck, type DuckPaths } from './openDuck.ts';
import { AS_PARQUET, name, text } from './quote.ts';
import { readFiles } from './readFiles.ts';
import { splitTable } from './splitTable.ts';
import { tableFacts } from './tableFacts.ts';

/** The methods of the data child, named as in DataRuntime; each takes one object. */
export function createDataHandlers(): ChildMethods & Record<keyof DataRuntime, unknown> {
  return {
    readFiles: (request: ReadFilesRequest, { signal }: ChildCall) => within({ reads: request.paths, writes: [request.into] }, signal, (duck) => readFiles(duck, request)),
    query: (request: QueryRequest, { signal }: ChildCall) => within({ reads: request.tables.map(({ path }) => path), writes: [request.into] }, signal, (duck) => query(duck, request)),
    split: (request: SplitRequest, { signal }: ChildCall) => within({ reads: [request.path], writes: request.parts.map(({ into }) => into) }, signal, (duck) => splitTable(duck, request)),
    check: (request: CheckRequest, { signal }: ChildCall) => within({ reads: [request.table.path], writes: [] }, signal, (duck) => check(duck, request)),
    version: () => version(),
  };
}

async function within<T>({ reads, writes }: Pick<DuckPaths, 'reads' | 'writes'>, signal: AbortSignal, work: (duck: DuckDBConnection) => Promise<T>): Promise<T> {
  const spill = await mkdtemp(join(writes[0] === undefined ? tmpdir() : dirname(writes[0]), 'spill-'));
  try {
    return await withDuck({ reads, writes, spill }, signal, work);
  } finally {
    await rm(spill, { recursive: true, force: true });
  }
}

async function showTables(duck: DuckDBConnection, tables: readonly NamedTable[]): Promise<void> {
  for (const table of tables) {
    const [first = '', second] = table.name.split('.');
    if (second !== undefined) await duck.run(`CREATE SCHEMA IF NOT EXISTS ${name(first)}`);
    const shown = second === undefined ? name(first) : `${name(first)}.${name(second)}`;
    await duck.run(`CREATE VIEW ${shown} AS SELECT * FROM read_parquet(${text(table.path)})`);
  }
}

async function query(duck: DuckDBConnection, { tables, sql, into }: QueryRequest): Promise<TableFacts> {
  await showTables(duck, tables);
  const statement = await onlySelect(duck, sql);
  await duck.run(`COPY (${statement}\n) TO ${text(into)} ${AS_PARQUET}`);
  return tableFacts(duck, into);
}

/** The statement without its semicolon. Throws QUERY_INVALID for none, several, or one that is no query. */
async function onlySelect(duck: DuckDBConnection, sql: string): Promise<string> {
  const count = await countStatements(duck, sql);
  if (count !== 1) throw new AppError('QUERY_INVALID', `Expected one statement but got ${count}`, { hint: 'Write each statement into a cell of its own.' });
  const statement = sql.trim().replace(/;+$/, '');
  // What cannot stand behind FROM ( … ) is no query: DuckDB's own grammar decides, not ours.
  const asTable = await countStatements(duck, `SELECT * FROM (${statement}\n)`).catch(() => 0);
  if (asTable !== 1) throw new AppError('QUERY_INVALID', 'Expected a query that gives a table (SELECT, WITH, FROM, VALUES …)', { hint: 'A cell reads the tables of other cells and gives a new one; it changes none.' });
  return statement;
}

async function countStatements(duck: DuckDBConnection, sql: string): Promise<number> {
  try {
    return (await duck.extractStatements(sql)).count;
  } catch (error) {
    // Of a text without any statement DuckDB says no more than that.
    if (error instanceof Error && error.message === 'Error in native callback') return 0;
    throw error;
  }
}

async function check(duck: DuckDBConnection, { table, conditions }: CheckRequest): Promise<{ rows: number; conditions: CheckedCondition[] }> {
  await showTables(duck, [{ ...table, name: 'checked' }]);
  const [{ rows } = { rows: '0' }] = (await duck.runAndReadAll('SELECT count(*)::VARCHAR AS rows FROM checked')).getRowObjectsJson() as { rows: string }[];
  const checked: CheckedCondition[] = [];
  for (const condition of conditions) {
    const [found] = (await duck.runAndReadAll(`SELECT count(*)::VARCHAR AS failed, first(to_json(checked))::VARCHAR AS example FROM checked WHERE NOT coalesce((${condition}\n), false)`)).getRowObjectsJson() as { failed: string; example: string | null }[];
    checked.push({ failed: Number(found?.failed ?? 0), example: found?.example ?? null });
  }
  return { rows: Number(rows), conditions: checked };
}
