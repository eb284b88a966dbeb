const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size in words of the main side, as the window and the set-up write it: decimal units, two or three figures: `512 B`, `12 kB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 9.95 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[unit] ?? 'B'}`;
}
