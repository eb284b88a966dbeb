const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** Relative while that is what one wants to know: `just now`, `5 min ago`, `today 14:02`, `3 Mar`. */
export function formatRelative(atMs: number, nowMs: number): string {
  const ago = nowMs - atMs;
  if (ago < 45_000 && ago > -45_000) return 'just now';
  if (ago >= 0 && ago < 3_600_000) return `${Math.min(59, Math.max(1, Math.round(ago / 60_000)))} min ago`;
  const at = new Date(atMs);
  const now = new Date(nowMs);
  if (at.toDateString() === now.toDateString()) return `today ${clock.format(at)}`;
  return at.getFullYear() === now.getFullYear() ? `${day.format(at)} ${clock.format(at)}` : dayYear.format(at);
}

/** The moment to the second without its zone, which the tooltip names: `14:02:07`, on another day `3 Mar 14:02:07`. */
export function formatMoment(atMs: number, nowMs: number = Date.now()): string {
  const today = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return today ? formatClock(atMs) : `${day.format(new Date(atMs))} ${formatClock(atMs)}`;
}

/** The exact moment, for a tooltip. */
export function formatExact(atMs: number): string {
  return exact.format(new Date(atMs));
}

export function formatDay(atMs: number): string {
  return dayYear.format(new Date(atMs));
}

/** `14:02:07`, for logs. */
export function formatClock(atMs: number): string {
  return new Date(atMs).toTimeString().slice(0, 8);
}
