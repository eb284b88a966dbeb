/** How a table is written. Under its own name: the temporary one is not among the files that may be opened. */
export const AS_PARQUET = '(FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)';

/** A text as SQL writes it. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A name as SQL writes it, whatever it is made of. */
export function name(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}
