import type { CallOptions } from './types.ts';

/** What capabilities see of the process that reads, asks and writes tables (DuckDB). Tables are Parquet files; paths are absolute. */

export interface TableColumn {
  readonly name: string;
  /** As DuckDB names it: BIGINT, DECIMAL(18,3), VARCHAR[] … */
  readonly type: string;
}

/** What is known of a table that was written. */
export interface TableFacts {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
  /** Of columns, values and their order, whatever the bytes of the file: SHA-256. */
  readonly digest: string;
}

export type TableFormat = 'csv' | 'tsv' | 'json' | 'jsonl' | 'parquet';

export interface ReadFilesRequest {
  /** Files of one format, in the order of their rows. */
  readonly paths: readonly string[];
  readonly format: TableFormat;
  /** Parquet file that is written; there is none yet. */
  readonly into: string;
}

/** A table by the name that SQL calls it: `name`, or `name.part` for one of several that a cell gives. */
export interface NamedTable {
  readonly name: string;
  readonly path: string;
}

export interface QueryRequest {
  readonly tables: readonly NamedTable[];
  /** One statement that reads. */
  readonly sql: string;
  readonly into: string;
}

export type SplitRule =
  | { readonly by: 'random'; readonly seed: number; readonly stratify?: string }
  | { readonly by: 'time'; readonly column: string }
  | { readonly by: 'group'; readonly column: string; readonly seed: number };

export interface SplitRequest {
  readonly path: string;
  readonly rule: SplitRule;
  /** In order, with the share of the rows that each gets; the shares' sum is 1. */
  readonly parts: readonly { readonly share: number; readonly into: string }[];
}

export interface CheckRequest {
  readonly table: NamedTable;
  /** Conditions over a row, in SQL. */
  readonly conditions: readonly string[];
}

export interface CheckedCondition {
  /** Rows for which it is false or unknown. */
  readonly failed: number;
  /** The first of these rows, as JSON; null when there are none. */
  readonly example: string | null;
}

/** Rejects with TABLE_UNREADABLE for files, QUERY_INVALID for SQL, DISK_FULL, or the signal's reason. */
export interface DataRuntime {
  /** Reads files as one table. A column's type is that of all its values. */
  readFiles(request: ReadFilesRequest, options?: CallOptions): Promise<TableFacts>;
  query(request: QueryRequest, options?: CallOptions): Promise<TableFacts>;
  /** Parts of a table; each row is in one of them. The same rows and rule give the same parts. */
  split(request: SplitRequest, options?: CallOptions): Promise<readonly TableFacts[]>;
  check(request: CheckRequest, options?: CallOptions): Promise<{ readonly rows: number; readonly conditions: readonly CheckedCondition[] }>;
  /** Version of what computes tables: another one may give other values. */
  version(): Promise<string>;
}
