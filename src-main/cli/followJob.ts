import type { Job } from '#contract/jobs.ts';
import { AppError, isErrorCode } from '../base/appError.ts';
import { formatBytes } from '../base/formatBytes.ts';
import type { Connection } from './connect.ts';
import { EXIT, formatDuration, harmless, nameOnOneLine, say } from './terminal.ts';

const QUIET_BETWEEN_MS = 5_000;
/** npm and the shell pass one Ctrl+C on several times; a person's second press comes later than this. */
const SAME_PRESS_MS = 1_000;

/** What a job does now, in one line. */
export function describeJob({ title, progress }: Job): string {
  if (!progress) return title;
  const bytes = progress.unit === 'bytes';
  const amount = (value: number): string => (bytes ? formatBytes(value) : `${value}`);
  const unit = bytes ? '' : ` ${progress.unit}`;
  const parts = [
    progress.total !== null ? `${amount(progress.done)} of ${amount(progress.total)}${unit}` : progress.done > 0 ? `${amount(progress.done)}${unit}` : '',
    progress.rate === null || progress.done === 0 ? '' : bytes ? `${formatBytes(progress.rate)}/s` : `${progress.rate.toFixed(1)} ${progress.unit}/s`,
    progress.leftMs === null ? '' : `${formatDuration(progress.leftMs)} left`,
  ].filter((part) => part !== '');
  const now = progress.now === '' ? [] : [parts.length === 0 ? nameOnOneLine(progress.now) : `(${nameOnOneLine(progress.now)})`];
  const said = [parts.join(', '), ...now].filter((part) => part !== '').join(' ');
  return said === '' ? title : `${title}: ${said}`;
}

/** One line that is written over on a terminal, one line every few seconds elsewhere. */
function progressLine(): { show(text: string): void; end(): void } {
  const terminal = process.stderr.isTTY;
  let shown = 0;
  let last = '';
  return {
    show(text) {
      if (text === last) return;
      if (terminal) {
        const width = process.stderr.columns || 80;
        process.stderr.write(`\r\x1b[K${harmless(text).slice(0, width - 1)}`);
      } else if (performance.now() - shown > QUIET_BETWEEN_MS) {
        say(text);
        shown = performance.now();
      }
      last = text;
    },
    end() {
      if (terminal && last !== '') process.stderr.write('\r\x1b[K');
    },
  };
}

const ENDED = new Set<Job['state']>(['done', 'failed', 'cancelled', 'interrupted']);

function outcome(job: Job): Job {
  if (job.state === 'done') return job;
  if (job.state === 'cancelled') throw new AppError('CANCELLED', `${job.title} was cancelled; what was finished before is kept`);
  const { error } = job;
  const code = error && isErrorCode(error.code) ? error.code : 'INTERNAL';
  throw new AppError(code, error?.message ?? `${job.title} ended as ${job.state}`, error?.hint === undefined ? {} : { hint: error.hint });
}

/**
 * Shows a job's progress on stderr until it has ended and answers the ended job; throws what it failed with.
 * Ctrl+C cancels the job and waits for it to stop; a second one does not wait.
 */
export async function followJob({ client, events }: Connection, start: () => Promise<string>): Promise<Job> {
  const stop = new AbortController();
  const line = progressLine();
  const stream = events(stop.signal);
  await stream.next();
  const id = await start();
  let pressedMs: number | null = null;
  const cancel = (): void => {
    if (pressedMs !== null) {
      if (performance.now() - pressedMs > SAME_PRESS_MS) process.exit(EXIT.cancelled);
      return;
    }
    pressedMs = performance.now();
    say('Cancelling…');
    void client.jobs.cancel({ id: id as Job['id'] });
  };
  process.on('SIGINT', cancel);
  try {
    const first = await client.jobs.get({ id: id as Job['id'] });
    if (ENDED.has(first.state)) return outcome(first);
    for await (const { topic, payload } of stream) {
      // After a gap in the stream the job itself is asked.
      if (topic === 'stream.reread') {
        const now = await client.jobs.get({ id: id as Job['id'] });
        if (ENDED.has(now.state)) return outcome(now);
      }
      if (payload?.topic !== 'job.changed' || payload.job.id !== id) continue;
      if (ENDED.has(payload.job.state)) return outcome(payload.job);
      line.show(describeJob(payload.job));
    }
    throw new AppError('INTERNAL', 'The running Lathe went away before the job ended', { hint: 'Run the command again: finished work is kept.' });
  } finally {
    line.end();
    process.removeListener('SIGINT', cancel);
    stop.abort();
  }
}
