import { sql as raw } from 'kysely';
import type { ErrorBody } from '#contract/errors.ts';
import type { Job, JobProgress, JobState } from '#contract/jobs.ts';
import { readCommand, tables, writeCommand, type Command, type Sql } from '../storage/command.ts';

/** Owns the SQL of the table `jobs`. A state changes only from the states named here, so that two requests cannot both win. */
export interface JobRow {
  readonly sequence: number;
  readonly id: string;
  readonly project_id: string | null;
  readonly kind: string;
  readonly title: string;
  readonly params: string;
  readonly state: JobState;
  readonly progress: string | null;
  readonly error: string | null;
  readonly result: string | null;
  readonly created_at_ms: number;
  readonly started_at_ms: number | null;
  readonly ended_at_ms: number | null;
  readonly resumed: number;
}

interface JobTables {
  jobs: JobRow;
}

const db = tables<JobTables>();

/** A job with what only its run needs to know. */
export interface StoredJob {
  readonly job: Job;
  readonly params: unknown;
}

function toStored(row: JobRow): StoredJob {
  const job = {
    id: row.id,
    projectId: row.project_id,
    kind: row.kind,
    title: row.title,
    state: row.state,
    progress: parse(row.progress),
    error: parse(row.error),
    result: parse(row.result),
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    resumed: row.resumed,
  };
  return { job: job as Job, params: JSON.parse(row.params) as unknown };
}

function parse(text: string | null): unknown {
  return text === null ? null : (JSON.parse(text) as unknown);
}

function find(sql: Sql, id: string): StoredJob | null {
  const row = sql.first(db.selectFrom('jobs').selectAll().where('id', '=', id));
  return row ? toStored(row) : null;
}

export interface NewJob {
  readonly id: string;
  readonly projectId: string | null;
  readonly kind: string;
  readonly title: string;
  /** JSON. */
  readonly params: string;
  readonly atMs: number;
}

export const addJob = writeCommand('jobs.add', (sql, added: NewJob): StoredJob => {
  const row = { id: added.id, project_id: added.projectId, kind: added.kind, title: added.title, params: added.params, state: 'queued' as const, created_at_ms: added.atMs, resumed: 0 };
  sql.run(db.insertInto('jobs').values(row as JobRow));
  return find(sql, added.id) as StoredJob;
});

/** queued → running. Null when the job was cancelled meanwhile. */
export const startJob = writeCommand('jobs.start', (sql, { id, atMs }: { id: string; atMs: number }): StoredJob | null => {
  const { changes } = sql.run(db.updateTable('jobs').set({ state: 'running', started_at_ms: atMs }).where('id', '=', id).where('state', '=', 'queued'));
  return changes === 0 ? null : find(sql, id);
});

/** queued → cancelled, running → cancelling; an ended job stays as it is. Null when there is no such job. */
export const cancelJob = writeCommand('jobs.cancel', (sql, { id, atMs }: { id: string; atMs: number }): StoredJob | null => {
  sql.run(db.updateTable('jobs').set({ state: 'cancelled', ended_at_ms: atMs }).where('id', '=', id).where('state', '=', 'queued'));
  sql.run(db.updateTable('jobs').set({ state: 'cancelling' }).where('id', '=', id).where('state', '=', 'running'));
  return find(sql, id);
});

export interface JobEnd {
  readonly id: string;
  readonly state: 'done' | 'failed' | 'cancelled' | 'interrupted';
  readonly progress: JobProgress | null;
  readonly error: ErrorBody | null;
  readonly result: Record<string, unknown> | null;
  readonly atMs: number;
}

/** running or cancelling → an end. */
export const endJob = writeCommand('jobs.end', (sql, end: JobEnd): void => {
  const set = { state: end.state, progress: text(end.progress), error: text(end.error), result: text(end.result), ended_at_ms: end.atMs };
  sql.run(db.updateTable('jobs').set(set).where('id', '=', end.id).where('state', 'in', ['running', 'cancelling']));
});

/** running → queued, for work that its process could not finish. */
export const requeueJob = writeCommand('jobs.requeue', (sql, { id }: { id: string }): void => {
  sql.run(
    db
      .updateTable('jobs')
      .set((row) => ({ state: 'queued' as const, started_at_ms: null, resumed: row('resumed', '+', 1) }))
      .where('id', '=', id)
      .where('state', '=', 'running'),
  );
});

export const saveJobProgress = writeCommand('jobs.saveProgress', (sql, { id, progress }: { id: string; progress: JobProgress }): void => {
  sql.run(db.updateTable('jobs').set({ progress: JSON.stringify(progress) }).where('id', '=', id).where('state', 'in', ['running', 'cancelling']));
});

export const getJob = readCommand('jobs.get', (sql, id: string): StoredJob | null => find(sql, id));

/** Newest first. */
export const listJobs = readCommand('jobs.list', (sql, { projectId, limit }: { projectId: string | null; limit: number }): StoredJob[] => {
  const query = db.selectFrom('jobs').selectAll().where('project_id', projectId === null ? 'is' : '=', projectId);
  return sql.all(query.orderBy('sequence', 'desc').limit(limit)).map(toStored);
});

export interface NewestJobs {
  readonly kind: string;
  /** The field of the jobs' parameters that names what they work on. */
  readonly names: string;
}

/** The newest job of a kind for each thing that such jobs work on. */
export const newestJobs = readCommand('jobs.newest', (sql, { kind, names }: NewestJobs): { named: string; job: Job }[] => {
  const newest = db.selectFrom('jobs').select(({ fn }) => fn.max('sequence').as('sequence')).where('kind', '=', kind).groupBy(raw`params ->> ${names}`);
  return sql.all(db.selectFrom('jobs').selectAll().where('sequence', 'in', newest)).map((row) => {
    const { job, params } = toStored(row);
    return { named: String((params as Record<string, unknown>)[names]), job };
  });
});

/** Everything that has not ended, oldest first. */
export const listOpenJobs = readCommand('jobs.listOpen', (sql, _: null): StoredJob[] =>
  sql.all(db.selectFrom('jobs').selectAll().where('state', 'in', ['queued', 'running', 'cancelling']).orderBy('sequence')).map(toStored),
);

export interface DropJobs {
  readonly kind: string;
  /** The field of the jobs' parameters that names what they made. */
  readonly names: string;
  readonly kept: readonly string[];
}

/** Ended jobs whose work was purged go too: their titles and errors can quote it. */
export const dropEndedJobs = writeCommand('jobs.dropEnded', (sql, { kind, names, kept }: DropJobs): void => {
  const still = new Set<unknown>(kept);
  const ended = sql.all(db.selectFrom('jobs').select(['id', 'params']).where('kind', '=', kind).where('ended_at_ms', 'is not', null));
  const gone = ended.filter(({ params }) => !still.has((JSON.parse(params) as Record<string, unknown>)[names]));
  for (const { id } of gone) sql.run(db.deleteFrom('jobs').where('id', '=', id));
});

function text(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

export const jobCommands: readonly Command[] = [addJob, startJob, cancelJob, endJob, requeueJob, saveJobProgress, getJob, listJobs, newestJobs, listOpenJobs, dropEndedJobs];
