import type { LookupFunction } from 'node:net';

export interface CallStart {
  /** Which part of Lathe asks: `models`, `pip` … */
  readonly by: string;
  /** scheme://host:port, never a path. */
  readonly target: string;
}

export interface CallEnd {
  readonly outcome: 'done' | 'failed' | 'refused' | 'cancelled';
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly durationMs: number;
  readonly reason: string | null;
}

/** Where calls are recorded; `open` resolves before anything is sent. */
export interface CallRecord {
  open(call: CallStart): Promise<number>;
  close(sequence: number, end: CallEnd): Promise<void>;
}

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** A call that passed the checks and is in the ledger. */
export interface AdmittedCall {
  readonly addresses: readonly Address[];
  /** Ends the ledger entry; a second call does nothing. */
  end(result: Omit<CallEnd, 'durationMs'>): Promise<void>;
}

/** Checks and records one connection to an origin. */
export type Admit = (by: string, url: URL) => Promise<AdmittedCall>;

/** The name is not asked again: a resolver that changes its answer after the check changes nothing. */
export function pinnedLookup(addresses: readonly Address[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses;
    if (options.all === true) done(null, addresses.map(({ address, family }) => ({ address, family })));
    else done(null, first?.address ?? '', first?.family ?? 4);
  };
}

export function targetOf(url: URL): string {
  return `${url.protocol}//${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}

export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
