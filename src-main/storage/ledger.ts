import type { NetworkCall } from '#contract/system.ts';
import { readCommand, tables, writeCommand, type Command } from './command.ts';

/** Owns the table of every call to the outside. A call is on disk before its first byte is sent, so a kill cannot hide it. */
interface LedgerTables {
  network_calls: {
    sequence: number;
    at_ms: number;
    by: string;
    target: string;
    outcome: NetworkCall['outcome'];
    sent_bytes: number;
    received_bytes: number;
    duration_ms: number | null;
    reason: string | null;
  };
}

type Row = LedgerTables['network_calls'];

const db = tables<LedgerTables>();

function toCall(row: Row): NetworkCall {
  return {
    sequence: row.sequence,
    atMs: row.at_ms,
    by: row.by,
    target: row.target,
    outcome: row.outcome,
    sentBytes: row.sent_bytes,
    receivedBytes: row.received_bytes,
    durationMs: row.duration_ms,
    reason: row.reason,
  };
}

export interface OpenedCall {
  readonly atMs: number;
  /** Which part of Lathe asks. */
  readonly by: string;
  /** scheme://host:port only. */
  readonly target: string;
  /** `refused` for a call that was not allowed and so never made. */
  readonly outcome: 'open' | 'refused';
  readonly reason: string | null;
}

export const openCall = writeCommand('network.openCall', (sql, call: OpenedCall): NetworkCall => {
  const row = { at_ms: call.atMs, by: call.by, target: call.target, outcome: call.outcome, sent_bytes: 0, received_bytes: 0, duration_ms: null, reason: call.reason };
  const sequence = Number(sql.run(db.insertInto('network_calls').values(row as Row)).lastInsertRowid);
  return toCall({ ...row, sequence });
});

export interface ClosedCall {
  readonly sequence: number;
  readonly outcome: 'done' | 'failed' | 'cancelled' | 'refused';
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly durationMs: number;
  readonly reason: string | null;
}

/** Null when there is no open call of this sequence. */
export const closeCall = writeCommand('network.closeCall', (sql, call: ClosedCall): NetworkCall | null => {
  const set = { outcome: call.outcome, sent_bytes: call.sentBytes, received_bytes: call.receivedBytes, duration_ms: call.durationMs, reason: call.reason };
  const row = sql.first(db.updateTable('network_calls').set(set).where('sequence', '=', call.sequence).where('outcome', '=', 'open').returningAll());
  return row ? toCall(row) : null;
});

/** To be run at the start: calls that a killed process left open. Answers how many. */
export const closeAbandonedCalls = writeCommand('network.closeAbandonedCalls', (sql, _: null): number =>
  sql.run(db.updateTable('network_calls').set({ outcome: 'failed', reason: 'Lathe ended during the call' }).where('outcome', '=', 'open')).changes,
);

/** Newest first. */
export const listCalls = readCommand('network.listCalls', (sql, { limit }: { limit: number }): NetworkCall[] =>
  sql.all(db.selectFrom('network_calls').selectAll().orderBy('sequence', 'desc').limit(limit)).map(toCall),
);

export interface CallCounts {
  /** Calls that were made, whatever became of them. */
  readonly calls: number;
  readonly refused: number;
}

/** Counts the calls after this sequence; 0 counts all. */
export const countCalls = readCommand('network.countCalls', (sql, { afterSequence }: { afterSequence: number }): CallCounts => {
  const rows = sql.all(
    db
      .selectFrom('network_calls')
      .select((row) => ['outcome', row.fn.countAll<number>().as('count')])
      .where('sequence', '>', afterSequence)
      .groupBy('outcome'),
  );
  const refused = rows.find((row) => row.outcome === 'refused')?.count ?? 0;
  return { calls: rows.reduce((sum, row) => sum + row.count, 0) - refused, refused };
});

export const ledgerCommands: readonly Command[] = [openCall, closeCall, closeAbandonedCalls, listCalls, countCalls];
