import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../../base/appError.ts';
import type { ReadFilesRequest, TableFacts, TableFormat } from '../../types.ts';
import { AS_PARQUET, text } from './quote.ts';
import { tableFacts } from './tableFacts.ts';
import { toDataError } from './toDataError.ts';

/** Rows from which types are guessed first: most files need no more, and reading all of them twice takes twice as long. */
const SAMPLED_ROWS = 20_480;
const ALL_ROWS = -1;
/** A longer line is damage (a quote that is never closed) more often than data. */
const LONGEST_LINE_BYTES = 16_000_000;

/** Reads files as one table into Parquet. A value that does not fit the type guessed from the first rows: guessed again from all of them. */
export async function readFiles(duck: DuckDBConnection, { paths, format, into }: ReadFilesRequest): Promise<TableFacts> {
  const read = (rows: number): Promise<unknown> => duck.run(`COPY (SELECT * FROM ${readerOf(format, paths, rows)}) TO ${text(into)} ${AS_PARQUET}`);
  try {
    await read(SAMPLED_ROWS).catch((error: unknown) => {
      if (format === 'parquet' || !mayBeType(error)) throw error;
      return read(ALL_ROWS);
    });
  } catch (error) {
    throw unreadable(error, paths);
  }
  return tableFacts(duck, into);
}

function readerOf(format: TableFormat, paths: readonly string[], rows: number): string {
  const files = `[${paths.map(text).join(', ')}]`;
  if (format === 'parquet') return `read_parquet(${files}, union_by_name = true)`;
  if (format === 'json' || format === 'jsonl') return `read_json(${files}, format = ${text(format === 'json' ? 'auto' : 'newline_delimited')}, sample_size = ${rows}, union_by_name = true, maximum_object_size = ${LONGEST_LINE_BYTES})`;
  const delimiter = format === 'tsv' ? `, delim = '\\t'` : '';
  return `read_csv(${files}, sample_size = ${rows}, union_by_name = true, max_line_size = ${LONGEST_LINE_BYTES}${delimiter})`;
}

function mayBeType(error: unknown): boolean {
  return error instanceof Error && /convert|cast|type|sniff/i.test(error.message);
}

function unreadable(thrown: unknown, paths: readonly string[]): unknown {
  const error = toDataError(thrown);
  if (!(error instanceof AppError) || (error.code !== 'QUERY_INVALID' && error.code !== 'TABLE_UNREADABLE')) return error;
  const names = paths.length === 1 ? paths[0] : `${paths.length} files from ${paths[0]} on`;
  return new AppError('TABLE_UNREADABLE', `${names} cannot be read as a table. ${error.message}`, { cause: error, hint: 'Look at the named line: quotes, the number of columns, the encoding (UTF-8 is expected).' });
}
