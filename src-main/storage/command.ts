import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type Compilable, type CompiledQuery } from 'kysely';

/**
 * Commands: named, synchronous pieces of database work. The main side imports a command for its name and types, the database's worker
 * for its body; so a command module is pure (no better-sqlite3, no clock, no randomness: pass those in the arguments).
 */

/** A Kysely builder, or an already compiled query (`CompiledQuery.raw(text, parameters)`). */
export type Query<T> = Compilable<T> | CompiledQuery<T>;

export interface Sql {
  all<T>(query: Query<T>): T[];
  first<T>(query: Query<T>): T | undefined;
  run(query: Query<unknown>): { changes: number; lastInsertRowid: number | bigint };
}

/**
 * A write command runs in a savepoint: when it throws, nothing of it stays. It may run a second time after a rollback.
 * A read command sees one consistent state of the database. Arguments and result must survive structured cloning.
 */
export interface Command<A = never, R = unknown> {
  readonly name: string;
  readonly mode: 'read' | 'write';
  run(sql: Sql, args: A): R;
}

/** `name` is `<owner>.<verb>`, e.g. `knowledge.listDocuments`. */
export function readCommand<A, R>(name: string, run: (sql: Sql, args: A) => R): Command<A, R> {
  return { name, mode: 'read', run };
}

export function writeCommand<A, R>(name: string, run: (sql: Sql, args: A) => R): Command<A, R> {
  return { name, mode: 'write', run };
}

/** A query builder that only compiles; commands hand its queries to `sql`. */
export function tables<T>(): Kysely<T> {
  return new Kysely<T>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}
