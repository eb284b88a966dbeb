const whole = new Intl.NumberFormat('en-GB');

/** Thousands separated: `12,345`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `1 document`, `1,539 documents`. */
export function formatThings(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
