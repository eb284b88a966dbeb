import { CompiledQuery } from 'kysely';
import { readCommand, type Command } from './command.ts';

/** Version of SQLite itself, as the library that is loaded says. */
export const engineVersion = readCommand<null, string>('storage.engineVersion', (sql) => sql.first<{ version: string }>(CompiledQuery.raw('SELECT sqlite_version() AS version'))?.version ?? 'unknown');

export const engineCommands: readonly Command[] = [engineVersion];
