/** One source file. */
export interface SourceText {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface TableWrite {
  readonly path: string;
  readonly table: string;
}

const NAME = '["\'`]?([a-z_][a-z0-9_]*)';
const CREATED = new RegExp(`CREATE\\s+(?:VIRTUAL\\s+)?TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?${NAME}`, 'gi');
/** What Kysely's builders are called, and SQL as text. */
const BUILDER = /\b(?:insertInto|updateTable|deleteFrom|replaceInto|mergeInto)(?:<[^>]*>)?\(\s*(?:['"`]([a-z_][a-z0-9_]*)['"`])?/g;
const TEXT = [new RegExp(`\\b(?:INSERT|REPLACE)\\s+(?:OR\\s+[A-Z]+\\s+)?INTO\\s+${NAME}`, 'g'), new RegExp(`\\bUPDATE\\s+(?:OR\\s+[A-Z]+\\s+)?${NAME}\\s+SET\\b`, 'g'), new RegExp(`\\bDELETE\\s+FROM\\s+${NAME}`, 'g')];

export function tablesCreated({ text }: SourceText): string[] {
  return [...text.matchAll(CREATED)].map((match) => match[1] ?? '');
}

/** Every write of the file; a builder whose table is not written out counts as a write of `?`, which nobody may own. */
export function tableWrites({ path, text }: SourceText): TableWrite[] {
  const found = [...text.matchAll(BUILDER), ...TEXT.flatMap((pattern) => [...text.matchAll(pattern)])];
  return found.map((match) => ({ path, table: match[1] ?? '?' }));
}
