// What a CSV costs DuckDB alone: argv are the CSV and the Parquet file to write; prints the milliseconds of the COPY.
import { DuckDBInstance } from '@duckdb/node-api';

const [csv = '', parquet = ''] = process.argv.slice(2);
const duck = await (await DuckDBInstance.create(':memory:')).connect();
const startedAt = performance.now();
await duck.run(`COPY (SELECT * FROM read_csv('${csv}')) TO '${parquet}' (FORMAT parquet, COMPRESSION zstd)`);
process.stdout.write(String(performance.now() - startedAt));
