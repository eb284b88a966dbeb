import type { DuckDBConnection } from '@duckdb/node-api';
import type { SplitRequest, SplitRule, TableFacts } from '../../types.ts';
import { AS_PARQUET, name, text } from './quote.ts';
import { tableFacts } from './tableFacts.ts';

/** Cuts a table at shares of its rows, in an order that the rule gives; the rows of a part keep theirs. */
export async function splitTable(duck: DuckDBConnection, { path, rule, parts }: SplitRequest): Promise<TableFacts[]> {
  await duck.run(`CREATE TEMP TABLE places AS SELECT row, place FROM (${placesOf(rule, path)})`);
  const facts: TableFacts[] = [];
  let from = 0;
  for (const [at, { share, into }] of parts.entries()) {
    const last = at === parts.length - 1;
    const to = from + share;
    await duck.run(`
      COPY (
        SELECT t.* EXCLUDE (file_row_number) FROM read_parquet(${text(path)}, file_row_number = true) AS t
        JOIN places ON places.row = t.file_row_number
        WHERE place >= ${from} ${last ? '' : `AND place < ${to}`} ORDER BY t.file_row_number
      ) TO ${text(into)} ${AS_PARQUET}`);
    facts.push(await tableFacts(duck, into));
    from = to;
  }
  return facts;
}

/** Each row with its place in [0, 1): the share of what comes before it. */
function placesOf(rule: SplitRule, path: string): string {
  const rows = `read_parquet(${text(path)}, file_row_number = true)`;
  if (rule.by === 'time') {
    // Rows of one moment stay together: else the same event could be learnt from and tested on.
    return `SELECT file_row_number AS row, (rank() OVER (ORDER BY ${name(rule.column)} NULLS FIRST) - 1)::DOUBLE / count(*) OVER () AS place FROM ${rows}`;
  }
  if (rule.by === 'group') {
    const drawn = `hash(${name(rule.column)}, ${rule.seed}::UBIGINT)`;
    return `SELECT file_row_number AS row, (rank() OVER (ORDER BY ${drawn}) - 1)::DOUBLE / count(*) OVER () AS place FROM ${rows}`;
  }
  const within = rule.stratify === undefined ? '' : `PARTITION BY ${name(rule.stratify)}`;
  const order = `ORDER BY hash(file_row_number, ${rule.seed}::UBIGINT), file_row_number`;
  return `SELECT file_row_number AS row, (row_number() OVER (${within} ${order}) - 1)::DOUBLE / count(*) OVER (${within}) AS place FROM ${rows}`;
}
