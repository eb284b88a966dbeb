/** Both ends are bytes that are sent. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const LONGEST_NUMBER = 15;

/**
 * What a Range header asks of a resource of this size: one range, `whole` where there is none that we serve (no header, several
 * ranges, another unit, a spelling that is none: RFC 9110 lets all of them be ignored), or `outside` when no byte of it exists.
 */
export function parseRange(header: string | null, size: number): ByteRange | 'whole' | 'outside' {
  const match = header === null ? null : /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  const [, from = '', to = ''] = match ?? [];
  if (!match || (from === '' && to === '') || from.length > LONGEST_NUMBER || to.length > LONGEST_NUMBER) return 'whole';
  if (from === '') return Number(to) === 0 || size === 0 ? 'outside' : { start: Math.max(0, size - Number(to)), end: size - 1 };
  const start = Number(from);
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < start) return 'whole';
  return start >= size ? 'outside' : { start, end };
}
