/** How a number is shown: as a date or time, with a share of digits, or as it is. */
export type NumberFormat =
  | { readonly kind: 'general' }
  | { readonly kind: 'date'; readonly date: boolean; readonly time: boolean; readonly elapsed: boolean }
  | { readonly kind: 'number'; readonly decimals: number; readonly grouped: boolean; readonly percent: boolean; readonly before: string; readonly after: string };

const GENERAL: NumberFormat = { kind: 'general' };
/** The formats that files name by number only. */
const BUILT_IN: Readonly<Record<number, string>> = {
  1: '0', 2: '0.00', 3: '#,##0', 4: '#,##0.00', 9: '0%', 10: '0.00%', 14: 'yyyy-mm-dd', 15: 'd-mmm-yy', 16: 'd-mmm', 17: 'mmm-yy', 18: 'h:mm', 19: 'h:mm:ss', 20: 'h:mm', 21: 'h:mm:ss', 22: 'yyyy-mm-dd h:mm',
  37: '#,##0', 38: '#,##0', 39: '#,##0.00', 40: '#,##0.00', 45: 'mm:ss', 46: '[h]:mm:ss', 47: 'mm:ss',
};
const EAST_ASIAN_DATES = (id: number): boolean => (id >= 27 && id <= 36) || (id >= 50 && id <= 58);

/** The format that a cell's style names: `code` is what the file defines for `id`, if it does. */
export function numberFormat(id: number, code: string | undefined): NumberFormat {
  const written = code ?? BUILT_IN[id] ?? (EAST_ASIAN_DATES(id) ? 'yyyy-mm-dd' : '');
  const [first = ''] = written.split(';');
  const bare = first.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  if (bare === '' || /general|@/i.test(bare)) return GENERAL;
  if (/[ymdhs]/i.test(bare)) {
    const time = /[hs]/i.test(bare);
    const date = /[yd]/i.test(bare) || (!time && /m/i.test(bare));
    return { kind: 'date', date, time: time || !date, elapsed: /\[[hms]+\]/i.test(bare) };
  }
  if (/e[+-]|\?\/|\//i.test(bare) || !/[0#?]/.test(bare)) return GENERAL;
  const digits = /[0#?][0#?.,\s]*/.exec(bare)?.[0] ?? '';
  const [before = '', after = ''] = literals(first);
  return { kind: 'number', decimals: Math.min(15, (/\.([0#?]*)/.exec(digits)?.[1] ?? '').length), grouped: /[#0?],[#0?]/.test(digits), percent: bare.includes('%'), before, after };
}

/** Currency marks and words around the digits. */
function literals(code: string): [string, string] {
  const plain = code.replace(/\[\$([^\]-]*)[^\]]*\]/g, (_, mark: string) => `"${mark}"`).replace(/\[[^\]]*\]|_.|\*./g, '');
  const at = /[0#?]/.exec(plain)?.index ?? 0;
  const end = Math.max(plain.lastIndexOf('0'), plain.lastIndexOf('#'), plain.lastIndexOf('?'));
  const clean = (part: string): string => part.replace(/"([^"]*)"|\\(.)|[.,%()+]/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? '').trim();
  return [clean(plain.slice(0, at)).slice(0, 12), clean(plain.slice(end + 1)).slice(0, 12)];
}

/** A stored number as the sheet shows it; dates as ISO 8601, whatever order the sheet shows them in. */
export function showNumber(stored: string, format: NumberFormat, epoch1904: boolean): string {
  const value = Number(stored);
  if (stored.trim() === '' || !Number.isFinite(value)) return stored;
  if (format.kind === 'general') return plainNumber(value);
  if (format.kind === 'date') return showDate(value, format, epoch1904) ?? plainNumber(value);
  const scaled = format.percent ? value * 100 : value;
  if (Math.abs(scaled) >= 1e15) return plainNumber(value);
  const fixed = roundedTo(Math.abs(scaled), format.decimals);
  const [whole = '0', fraction] = fixed.split('.');
  const grouped = format.grouped ? whole.replace(/\B(?=(?:\d{3})+$)/g, ',') : whole;
  const sign = scaled < 0 && Number(fixed) !== 0 ? '-' : '';
  return `${sign}${format.before}${grouped}${fraction === undefined ? '' : `.${fraction}`}${format.percent ? '%' : ''}${format.after === '' ? '' : ` ${format.after}`}`;
}

/** Halves of decimal numbers are rounded as they read: 1.005 to two places is 1.01. */
function roundedTo(value: number, decimals: number): string {
  const exact = Number(`${Number(value.toPrecision(15))}e${decimals}`);
  return Number.isFinite(exact) ? (Math.round(exact) / 10 ** decimals).toFixed(decimals) : value.toFixed(decimals);
}

/** 15 digits are what a sheet holds: the rest is noise of its binary form. */
function plainNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(15)));
}

const DAY = 86_400_000;

function showDate(serial: number, format: NumberFormat & { readonly kind: 'date' }, epoch1904: boolean): string | null {
  const seconds = Math.round(serial * 86_400);
  const two = (part: number): string => String(Math.floor(part)).padStart(2, '0');
  const clock = (of: number, hours: number): string => `${two(hours)}:${two((of / 60) % 60)}${of % 60 === 0 ? '' : `:${two(of % 60)}`}`;
  if (format.elapsed) return seconds < 0 ? null : clock(seconds, seconds / 3_600);
  if (serial < 0 || serial > 2_958_466) return null;
  if (!format.date) return clock(seconds % 86_400, (seconds % 86_400) / 3_600);
  // Sheets count a 29 February 1900 that never was; before it, days are one off.
  const days = Math.floor(seconds / 86_400) + (epoch1904 ? 1_462 : serial < 60 ? 1 : 0);
  const day = new Date(Date.UTC(1899, 11, 30) + days * DAY).toISOString().slice(0, 10);
  return format.time && seconds % 86_400 !== 0 ? `${day} ${clock(seconds % 86_400, (seconds % 86_400) / 3_600)}` : day;
}
