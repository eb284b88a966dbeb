import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../../base/appError.ts';

export interface StoredVector {
  readonly vector: Float32Array;
  readonly detail: Uint8Array | null;
}

export interface NewVector extends StoredVector {
  readonly digest: Buffer;
}

/** The file's bytes are wrong: it is to be set aside. Not enough disk or rights are other errors. */
export class VectorFileDamaged extends Error {}

const VERSION = 1;
/** A vector of 384 values and its detail fit a page; SQLite's usual 4,096 bytes would spread most rows over two. */
const PAGE_BYTES = 8192;
/** A file that has shrunk by less keeps its free pages for what comes next: writing it anew costs its whole size. */
const FREE_SHARE = 0.25;

/**
 * Owns one file of transformer vectors (SQLite), each model's in a table of its own, by the digest of the text that was embedded.
 * WAL with `synchronous=NORMAL`: what was acknowledged survives the end of the process; a power cut may lose the last seconds, which are then
 * computed again. Numbers only grow, so that a reader can ask for what is new.
 */
export class VectorFile {
  readonly path: string;
  /** Made with the file: a table of an index that was filled from another file is told by it. */
  readonly id: string;
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #dimensions = new Map<string, number>();

  /** Throws DATABASE_NEWER, and VectorFileDamaged as every method may. */
  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
    this.#db = new Database(path);
    try {
      this.id = this.#guarded(() => this.#prepareFile());
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #prepareFile(): string {
    this.#db.pragma(`page_size = ${PAGE_BYTES}`);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = NORMAL');
    this.#db.pragma('cache_size = -8192');
    // Text can be guessed from its vector: what is swept must be gone.
    this.#db.pragma('secure_delete = ON');
    const version = this.#db.pragma('user_version', { simple: true }) as number;
    if (version > VERSION) throw new AppError('DATABASE_NEWER', `The vectors at ${this.path} have version ${version}; this Lathe reads up to ${VERSION}`, { hint: 'Update Lathe, or move the file away and let the vectors be computed again.' });
    if (version === 0) this.#make();
    return this.#db.prepare('SELECT id FROM file').pluck().get() as string;
  }

  #make(): void {
    this.#db.transaction(() => {
      this.#db.exec('CREATE TABLE file (id TEXT NOT NULL) STRICT; CREATE TABLE models (name TEXT PRIMARY KEY, dimensions INTEGER NOT NULL) STRICT');
      this.#db.prepare('INSERT INTO file (id) VALUES (?)').run(randomUUID());
      this.#db.pragma(`user_version = ${VERSION}`);
    })();
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code))) throw new VectorFileDamaged(error.message, { cause: error });
      throw error;
    }
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = this.#db.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  /** Makes the model's table when it is not there. Throws INPUT_INVALID when the file holds its vectors with other dimensions. */
  use(name: string, dimensions: number): void {
    if (this.#dimensions.get(name) !== dimensions) this.#guarded(() => this.#makeTable(name, dimensions));
  }

  #makeTable(name: string, dimensions: number): void {
    if (!/^[a-z0-9]{1,64}$/.test(name)) throw new AppError('INPUT_INVALID', `Expected a name of small letters and digits for a model's vectors but got ${JSON.stringify(name)}`);
    this.#db.transaction(() => {
      this.#db.exec(`CREATE TABLE IF NOT EXISTS vectors_${name} (number INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE, vector BLOB NOT NULL, detail BLOB) STRICT`);
      this.#db.prepare('INSERT INTO models (name, dimensions) VALUES (?, ?) ON CONFLICT (name) DO NOTHING').run(name, dimensions);
    })();
    const known = this.#db.prepare('SELECT dimensions FROM models WHERE name = ?').pluck().get(name) as number;
    if (known !== dimensions) throw new AppError('INPUT_INVALID', `The vectors of model ${name} have ${known} dimensions, not ${dimensions}`, { hint: `Move ${this.path} away and let the vectors be computed again.` });
    this.#dimensions.set(name, dimensions);
  }

  /** Resolved means on disk. A digest that is there gets the new vector. */
  put(name: string, rows: readonly NewVector[]): void {
    this.#guarded(() => {
      const insert = this.#prepare(`INSERT INTO vectors_${name} (digest, vector, detail) VALUES (?, ?, ?) ON CONFLICT (digest) DO UPDATE SET vector = excluded.vector, detail = excluded.detail`);
      this.#db.transaction(() => {
        for (const { digest, vector, detail } of rows) insert.run(digest, bytesOf(vector), detail && bytesOf(detail));
      })();
    });
  }

  get(name: string, digest: Buffer): StoredVector | undefined {
    const row = this.#guarded(() => this.#prepare(`SELECT vector, detail FROM vectors_${name} WHERE digest = ?`).get(digest)) as { vector: Buffer; detail: Buffer | null } | undefined;
    if (!row) return undefined;
    const dimensions = this.#dimensions.get(name) as number;
    // SQLite does not align its blobs.
    const vector = new Float32Array(dimensions);
    Buffer.from(vector.buffer).set(row.vector.subarray(0, vector.byteLength));
    return { vector, detail: row.detail };
  }

  has(name: string, digest: Buffer): boolean {
    return this.#guarded(() => this.#prepare(`SELECT 1 FROM vectors_${name} WHERE digest = ?`).get(digest)) !== undefined;
  }

  /** Number of the row that was added last; 0 when there is none. */
  last(name: string): number {
    return this.#guarded(() => this.#prepare(`SELECT coalesce(max(number), 0) FROM vectors_${name}`).pluck().get()) as number;
  }

  addedAfter(name: string, number: number, limit: number): { number: number; digest: Buffer }[] {
    return this.#guarded(() => this.#prepare(`SELECT number, digest FROM vectors_${name} WHERE number > ? ORDER BY number LIMIT ?`).all(number, limit)) as { number: number; digest: Buffer }[];
  }

  /** Removes the vectors for whose digest `wanted` says no, and their bytes from the file. Answers how many. */
  sweep(name: string, wanted: (digest: Buffer) => boolean): number {
    return this.#guarded(() => this.#sweep(name, wanted));
  }

  #sweep(name: string, wanted: (digest: Buffer) => boolean): number {
    const remove = this.#prepare(`DELETE FROM vectors_${name} WHERE number = ?`);
    let removed = 0;
    for (let after = 0; ; ) {
      const rows = this.addedAfter(name, after, 1000);
      if (rows.length === 0) break;
      after = rows.at(-1)?.number as number;
      const gone = rows.filter(({ digest }) => !wanted(digest));
      this.#db.transaction(() => gone.forEach(({ number }) => remove.run(number)))();
      removed += gone.length;
    }
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    if (removed > 0 && this.#freeShare() > FREE_SHARE) {
      this.#db.exec('VACUUM');
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
    }
    return removed;
  }

  #freeShare(): number {
    return (this.#db.pragma('freelist_count', { simple: true }) as number) / (this.#db.pragma('page_count', { simple: true }) as number);
  }

  close(): void {
    this.#db.close();
  }
}

function bytesOf(view: Float32Array | Uint8Array): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}
