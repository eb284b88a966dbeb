import type { CellState, CellTable, RunStatus } from '#contract/pipelines.ts';
import type { Digest } from '#contract/ids.ts';

export interface RunRow {
  readonly id: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  /** JSON: what was set for this run alone. */
  readonly settings: string;
  /** JSON of an ErrorBody. */
  readonly error: string | null;
  readonly started_at_ms: number;
  readonly ended_at_ms: number | null;
}

export interface StepRow {
  readonly run_id: string;
  /** In the file, from 0. */
  readonly place: number;
  readonly cell: string;
  readonly kind: string;
  readonly state: CellState;
  readonly reason: string;
  readonly key: string | null;
  /** JSON of KeyParts. */
  readonly parts: string | null;
  /** JSON of StepOutputs; null where the cell gave none. */
  readonly outputs: string | null;
  readonly duration_ms: number;
}

/** A file as it was when its digest was computed. */
export interface FileRow {
  readonly path: string;
  readonly bytes: number;
  readonly mtime_ns: string;
  readonly inode: string;
  readonly read_at_ms: number;
  readonly digest: string;
}

export interface PipelineTables {
  pipelines_runs: RunRow & { readonly sequence: number };
  pipelines_steps: StepRow;
  pipelines_files: FileRow;
}

/** A table that a step gave, and the artifact (Parquet) that holds it. */
export interface MadeTable extends CellTable {
  readonly artifact: Digest;
  readonly bytes: number;
  /** Of the artifact when it was written: while it is the same, the bytes are. Nanoseconds. */
  readonly mtimeNs: string;
}

export interface StepOutputs {
  readonly tables: readonly MadeTable[];
}
