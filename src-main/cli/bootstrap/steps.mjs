/**
 * Owns what the set-up says. Everything goes to stderr: stdout belongs to the command, so `--json` stays clean.
 * Does not decide what is done.
 */

/** A failure that names its cause and the next step; printed without a stack. */
export class SetupError extends Error {
  /** @param {string} message what happened, to which thing @param {string} hint the next step */
  constructor(message, hint) {
    super(message);
    this.name = 'SetupError';
    this.hint = hint;
  }
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = '';
  for (unit of units) {
    value /= 1000;
    if (value < 999.5) break;
  }
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

/** @param {number} milliseconds */
export function formatDuration(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A line that is rewritten on a terminal, and printed at most every ten seconds elsewhere (a log must stay readable). */
function createLine(stream) {
  const live = stream.isTTY === true;
  let drawn = false;
  let lastAt = 0;
  return {
    update(text) {
      const now = performance.now();
      if (now - lastAt < (live ? 200 : 10_000)) return;
      lastAt = now;
      stream.write(live ? `\r\u001b[2K  ${text}` : `  ${text}\n`);
      drawn = live;
    },
    clear() {
      if (drawn) stream.write('\r\u001b[2K');
      drawn = false;
    },
  };
}

/**
 * Starts a step and says so.
 * @param {string} title what is being done, and how large it is
 */
export function startStep(title, stream = process.stderr) {
  const startedAt = performance.now();
  const line = createLine(stream);
  stream.write(`▸ ${title}\n`);
  return {
    /** `done` of `total` bytes with the time left; an unknown total shows the amount alone. */
    bytes({ done, total, now = '' }) {
      const elapsed = performance.now() - startedAt;
      const left = total && done > total / 50 && done < total ? `, about ${formatDuration((elapsed / done) * (total - done))} left` : '';
      const of = total ? ` of about ${formatBytes(total)}` : '';
      line.update(`${formatBytes(done)}${of}${left}${now ? ` · ${now}` : ''}`);
    },
    say(text) {
      line.clear();
      stream.write(`  ${text}\n`);
    },
    done(detail = '') {
      line.clear();
      stream.write(`✓ ${title}: ${detail ? `${detail}, ` : ''}${formatDuration(performance.now() - startedAt)}\n`);
    },
    failed() {
      line.clear();
      stream.write(`✗ ${title}\n`);
    },
  };
}

/** Ends the process with the cause and the remedy; a stack is shown only for a bug of ours. */
export function reportFailure(error) {
  if (error instanceof SetupError) process.stderr.write(`\nLathe could not start: ${error.message}\n→ ${error.hint}\n`);
  else process.stderr.write(`\nLathe's set-up has a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
