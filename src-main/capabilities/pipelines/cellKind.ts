import type { Cell } from '#contract/pipelines.ts';
import type { DataRuntime, NamedTable, TableFacts } from '../../runtimes/types.ts';

export interface FoundFile {
  /** As messages and keys name it: relative to the project where it lies in it. */
  readonly shown: string;
  readonly path: string;
  /** SHA-256 of its bytes. */
  readonly digest: string;
}

/** What a cell's key needs beside the digests of its inputs. */
export interface CellParts {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly files: readonly FoundFile[];
}

export interface GivenTable extends TableFacts {
  readonly name: string;
  /** Of its Parquet file. */
  readonly path: string;
}

export interface CellWork {
  readonly data: DataRuntime;
  readonly inputs: readonly NamedTable[];
  readonly parts: CellParts;
  /** Where the file of a table is to be written. */
  place(table: string): string;
  readonly signal: AbortSignal;
}

/** One kind of cell: what its result depends on, and how it is made. `version` grows when equal parts would give something else. */
export interface CellKind<C extends Cell> {
  readonly version: number;
  /** @param find files that a path of the project stands for, in the order of their names. */
  parts(cell: C, find: (path: string) => Promise<readonly FoundFile[]>): Promise<CellParts>;
  run(cell: C, work: CellWork): Promise<readonly GivenTable[]>;
}
