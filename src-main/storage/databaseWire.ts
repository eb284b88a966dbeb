import type { ErrorBody } from '#contract/errors.ts';

/** What a database's threads are started with. */
export interface DatabaseWorkerData {
  readonly file: string;
  readonly role: 'writer' | 'reader';
}

export interface Step {
  readonly name: string;
  readonly args: unknown;
}

/** One command, or several that succeed or fail together; the reply's value is a list in the order of the steps. */
export interface CommandRequest {
  readonly id: number;
  readonly steps: readonly Step[];
}

export type ToWorker =
  | { readonly kind: 'open' }
  | { readonly kind: 'commands'; readonly requests: readonly CommandRequest[] }
  | { readonly kind: 'backup'; readonly id: number; readonly to: string }
  | { readonly kind: 'check'; readonly id: number }
  | { readonly kind: 'compact'; readonly id: number }
  | { readonly kind: 'close' };

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown; readonly ms: number }
  | { readonly id: number; readonly ok: false; readonly error: ErrorBody; readonly ms: number };

/** What opening found and did. */
export interface OpenedDatabase {
  /** Ids of the migrations that this opening applied. */
  readonly migrated: readonly string[];
  /** The copy made before upgrading, or null. */
  readonly copy: string | null;
  /** The last process did not close the database: its write-ahead log was replayed. */
  readonly recovered: boolean;
}

export type FromWorker =
  | { readonly kind: 'opened'; readonly opened: OpenedDatabase }
  | { readonly kind: 'refused'; readonly error: ErrorBody }
  | { readonly kind: 'replies'; readonly replies: readonly Reply[]; readonly transactions: number }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'closed' };
