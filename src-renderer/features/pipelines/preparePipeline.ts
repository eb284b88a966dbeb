import type { Cell, CellOutcome, CellTable, ListedPipeline, PipelineView } from '#contract/pipelines.ts';
import { formatCount } from '../../lib/formatCount.ts';
import { formatDuration } from '../../lib/formatDuration.ts';
import type { Meaning } from '../../ui/StateMark.tsx';

export interface CellRow {
  readonly name: string;
  readonly kind: string;
  readonly meaning: Meaning;
  readonly word: string;
  /** Why it ran, was reused or not run; of a cell that never ran, nothing. */
  readonly reason: string;
  readonly time: string;
  /** Rows and columns of its tables. */
  readonly gives: string;
  /** What it does, as its file says. */
  readonly text: string;
}

const STATES: Record<CellOutcome['state'], { meaning: Meaning; word: string }> = {
  ran: { meaning: 'good', word: 'Ran' },
  reused: { meaning: 'good', word: 'Reused' },
  failed: { meaning: 'bad', word: 'Failed' },
  skipped: { meaning: 'skipped', word: 'Skipped' },
};

/** The cells of the file in their order, with what became of each in the last run. */
export function prepareCells({ cells, run, tables, stale }: PipelineView): CellRow[] {
  const outcomes = new Map(run?.cells.map((outcome) => [outcome.name, outcome]));
  const staleReasons = new Map(stale.map((each) => [each.cell, each.reason]));
  return cells.map((cell) => {
    const outcome = outcomes.get(cell.name);
    // What failed or was not run says so itself.
    const staleReason = outcome?.state === 'failed' || outcome?.state === 'skipped' ? undefined : staleReasons.get(cell.name);
    const isWords = cell.kind === 'markdown';
    return {
      name: cell.name,
      kind: cell.kind,
      ...(isWords ? { meaning: 'empty' as const, word: 'Words' } : staleReason !== undefined ? { meaning: 'warning' as const, word: 'Stale' } : outcome === undefined ? { meaning: 'waiting' as const, word: 'Never ran' } : STATES[outcome.state]),
      reason: isWords ? '' : (staleReason ?? outcome?.reason ?? ''),
      time: outcome === undefined || outcome.state === 'skipped' ? '' : formatDuration(outcome.durationMs),
      gives: tables.filter(({ name }) => name === cell.name || name.startsWith(`${cell.name}.`)).map(sizeOf).join(' · '),
      text: textOf(cell),
    };
  });
}

function sizeOf({ name, rows, columns }: CellTable): string {
  const part = name.split('.')[1];
  return `${part === undefined ? '' : `${part} `}${formatCount(rows)} × ${columns.length}`;
}

function textOf(cell: Cell): string {
  switch (cell.kind) {
    case 'markdown':
      return cell.text;
    case 'source':
      return cell.path;
    case 'sql':
      return cell.sql;
    case 'expect':
      return [`${cell.input}:`, ...(cell.rows?.min === undefined ? [] : [`at least ${formatCount(cell.rows.min)} rows`]), ...(cell.rows?.max === undefined ? [] : [`at most ${formatCount(cell.rows.max)} rows`]), ...cell.rules.map(({ rule, atMost }) => (atMost === undefined ? rule : `${rule} (all but ${atMost * 100} %)`))].join('\n');
    case 'split':
      return `${cell.input} by ${cell.by}${cell.column === undefined ? '' : ` (${cell.column})`}: ${cell.test * 100} % test${cell.validation === undefined ? '' : `, ${cell.validation * 100} % validation`}`;
  }
}

/** How a pipeline's last run ended. */
export function runState(status: NonNullable<ListedPipeline['lastRun']>['status'] | null): { readonly meaning: Meaning; readonly word: string } {
  switch (status) {
    case null:
      return { meaning: 'waiting', word: 'Never ran' };
    case 'running':
      return { meaning: 'running', word: 'Running' };
    case 'done':
      return { meaning: 'good', word: 'Done' };
    case 'failed':
      return { meaning: 'bad', word: 'Failed' };
    case 'cancelled':
      return { meaning: 'stopped', word: 'Cancelled' };
    case 'interrupted':
      return { meaning: 'warning', word: 'Interrupted' };
  }
}
