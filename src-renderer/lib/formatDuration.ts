/** How long something takes, in the largest unit that says enough: `340 ms`, `4.2 s`, `3 min`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** Time left, never falsely exact: `a few seconds left`, `40 s left`, `3 min left`. */
export function formatLeft(ms: number): string {
  if (ms < 5000) return 'a few seconds left';
  if (ms < 60_000) return `${Math.ceil(ms / 5000) * 5} s left`;
  return `${formatDuration(ms)} left`;
}
