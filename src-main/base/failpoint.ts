/**
 * Named places where a test may end the process as a power cut would. Owns the list of names, so that a test can visit every one.
 * Set LATHE_FAILPOINT=name or name:n (the n-th passing); without it a failpoint is one comparison.
 */
export const FAILPOINTS = [
  'artifact.before-write',
  'artifact.after-write',
  'artifact.after-fsync',
  'artifact.after-rename',
  'artifact.after-folder-fsync',
  'artifact.before-remove',
  'artifact.after-remove',
  'database.before-begin',
  'database.inside-transaction',
  'database.before-commit',
  'database.after-commit',
  'database.after-mark',
  'database.before-acknowledge',
  'migration.before-copy',
  'migration.after-copy-written',
  'migration.after-copy',
  'migration.inside',
  'migration.before-commit',
  'migration.after-commit',
  'lock.after-acquire',
  'lock.before-release',
  'knowledge.after-queue',
  'knowledge.before-artifacts',
  'knowledge.after-artifacts',
  'knowledge.after-index-add',
  'knowledge.after-publish',
  'knowledge.after-index-publish',
  'knowledge.after-index-remove',
  'knowledge.after-optimize',
  'embed.after-vectors',
  'embed.after-add',
  'snapshot.after-index-add',
  'snapshot.after-rows',
  'snapshot.after-index-publish',
  'snapshot.before-ready',
  'snapshot.after-drop',
  'swap.before-commit',
  'swap.after-commit',
  'export.before-rename',
  'import.after-staged',
  'import.after-begin',
  'import.after-rows',
  'import.after-index',
  'import.before-file',
  'import.after-file',
  'import.after-commit',
  'base.after-journal',
  'base.after-file-back',
  'purge.after-indexes',
  'purge.after-rows',
  'pipeline.before-artifacts',
  'pipeline.after-step',
  'job.before-run',
  'job.after-run',
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];

const armed = process.env['LATHE_FAILPOINT'];
const split = armed?.lastIndexOf(':') ?? -1;
const armedName = split > 0 ? armed?.slice(0, split) : armed;
let passesLeft = split > 0 ? Number(armed?.slice(split + 1)) : 1;

/** Ends the process with SIGKILL when this failpoint is armed; otherwise does nothing. */
export function failpoint(name: Failpoint): void {
  if (armedName === undefined || name !== armedName) return;
  passesLeft -= 1;
  if (passesLeft === 0) process.kill(process.pid, 'SIGKILL');
}
