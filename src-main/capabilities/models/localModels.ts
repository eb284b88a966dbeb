import { readCommand, tables, writeCommand, type Command } from '../../storage/command.ts';

/** Owns the table of model files that are used in place. */
export interface LocalModelRow {
  readonly slug: string;
  readonly name: string;
  readonly task: string;
  /** Absolute. */
  readonly path: string;
  /** SHA-256 of the file, with what the file looked like when it was read. */
  readonly digest: string;
  readonly bytes: number;
  readonly modified_ms: number;
  readonly inode: string;
  readonly context_tokens: number | null;
  readonly memory_bytes: number;
  readonly added_at_ms: number;
}

const db = tables<{ models_local: LocalModelRow }>();

export const listLocalModels = readCommand('models.listLocal', (sql): LocalModelRow[] => sql.all(db.selectFrom('models_local').selectAll().orderBy('added_at_ms')));

/** Adding the same file again replaces its row. */
export const saveLocalModel = writeCommand('models.saveLocal', (sql, row: LocalModelRow): void => {
  sql.run(db.deleteFrom('models_local').where((where) => where.or([where('slug', '=', row.slug), where('path', '=', row.path)])));
  sql.run(db.insertInto('models_local').values(row));
});

export const removeLocalModel = writeCommand('models.removeLocal', (sql, slug: string): void => {
  sql.run(db.deleteFrom('models_local').where('slug', '=', slug));
});

export const modelCommands: readonly Command[] = [listLocalModels, saveLocalModel, removeLocalModel];
