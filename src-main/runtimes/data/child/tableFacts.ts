import type { DuckDBConnection } from '@duckdb/node-api';
import { digestOf } from '../../../base/canonicalJson.ts';
import type { TableFacts } from '../../types.ts';
import { text } from './quote.ts';

/**
 * Rows, columns and the digest of a Parquet file. Every row is hashed with its place, twice and in two ways, and the hashes are summed up: so
 * the digest says the same of the same rows however they were written, and of 10 million rows in seconds. DuckDB's hash is fast, not
 * cryptographic: it tells change, not forgery (the file's own SHA-256 does, see storage/artifacts.ts).
 */
export async function tableFacts(duck: DuckDBConnection, path: string): Promise<TableFacts> {
  const [counted] = (
    await duck.runAndReadAll(`
      SELECT count(*)::VARCHAR AS rows, coalesce(bit_xor(hash(file_row_number, t)), 0)::VARCHAR AS first, coalesce(sum(hash(t, file_row_number)), 0)::VARCHAR AS second
      FROM read_parquet(${text(path)}, file_row_number = true) AS t`)
  ).getRowObjectsJson() as { rows: string; first: string; second: string }[];
  const described = (await duck.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${text(path)})`)).getRowObjectsJson() as { column_name: string; column_type: string }[];
  const columns = described.map(({ column_name, column_type }) => ({ name: column_name, type: column_type }));
  const rows = Number(counted?.rows ?? 0);
  return { rows, columns, digest: digestOf({ columns, rows, first: counted?.first ?? '', second: counted?.second ?? '' }) };
}
