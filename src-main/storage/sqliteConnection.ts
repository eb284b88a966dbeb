import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { CompiledQuery } from 'kysely';
import type { Query, Sql } from './command.ts';

export type Connection = Sqlite.Database;
export type Statement = Sqlite.Statement;

const STATEMENTS_KEPT = 256;

/** Opens (and for a writer creates, readable by this user only) a database with the settings that every Lathe database has. */
export function openConnection(file: string, role: 'writer' | 'reader'): Connection {
  if (role === 'writer' && !existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
  }
  const connection = new Sqlite(file, { readonly: role === 'reader', fileMustExist: role === 'reader', timeout: 5_000 });
  try {
    if (role === 'writer') {
      connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = FULL');
      connection.pragma('foreign_keys = ON');
      // What is deleted is overwritten where that costs no further write; whole free pages go when the file is compacted.
      connection.pragma('secure_delete = FAST');
      connection.pragma('journal_size_limit = 67108864');
    }
    // No memory mapping: a disk error would arrive as SIGBUS instead of an error.
    connection.pragma('mmap_size = 0');
    connection.pragma('temp_store = MEMORY');
    connection.pragma('cache_size = -16000');
    connection.pragma('trusted_schema = OFF');
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

/** Runs compiled queries on a connection, with its prepared statements kept. */
export function connectionSql(connection: Connection): Sql {
  const statements = new Map<string, Sqlite.Statement>();

  function prepare(text: string): Sqlite.Statement {
    const kept = statements.get(text);
    if (kept) return kept;
    const statement = connection.prepare(text);
    if (statements.size >= STATEMENTS_KEPT) statements.delete(statements.keys().next().value ?? '');
    statements.set(text, statement);
    return statement;
  }

  return {
    all: <T>(query: Query<T>) => {
      const compiled = compile(query);
      return prepare(compiled.sql).all(...bindable(compiled)) as T[];
    },
    first: <T>(query: Query<T>) => {
      const compiled = compile(query);
      return prepare(compiled.sql).get(...bindable(compiled)) as T | undefined;
    },
    run: (query) => {
      const compiled = compile(query);
      const statement = prepare(compiled.sql);
      if (!statement.reader) return statement.run(...bindable(compiled));
      // INSERT … RETURNING through run(): the rows are not wanted.
      return { changes: statement.all(...bindable(compiled)).length, lastInsertRowid: 0 };
    },
  };
}

function compile<T>(query: Query<T>): CompiledQuery<T> {
  return 'compile' in query ? query.compile() : query;
}

/** SQLite has no booleans: they are stored as 0 and 1. */
function bindable(query: CompiledQuery<unknown>): unknown[] {
  return query.parameters.map((value) => {
    if (typeof value === 'boolean') return value ? 1 : 0;
    return value instanceof Uint8Array && !Buffer.isBuffer(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
  });
}
