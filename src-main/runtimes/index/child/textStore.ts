import Database from 'better-sqlite3';
import type { IndexDocument } from '../../types.ts';
import { textDigest } from './textDigest.ts';

export interface StoredDocument {
  readonly number: number;
  readonly documentId: string;
  readonly file: string;
  readonly title: string;
  readonly chunks: number;
  /** Chunk keys are firstKey … firstKey + chunks − 1, in the document's order. */
  readonly firstKey: number;
  readonly visible: boolean;
  /** Share of its words that only connect others; link lists and indexes have next to none. */
  readonly prose: number;
}

export interface StoredChunk {
  readonly key: number;
  readonly document: number;
  readonly ordinal: number;
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Its stems in order, a space before and after each. */
  readonly terms: string;
  readonly termCount: number;
  readonly headings: string[];
  readonly kind: string;
  readonly page: number | null;
  /** Of its heading and text: what a transformer vector is kept by. */
  readonly digest: Buffer;
}

/** What full text indexes of one chunk: analysed terms, separated by spaces; the tokenizer only splits them again. */
export interface ChunkFields {
  readonly body: string;
  readonly bodyTerms: number;
  readonly headings: string;
  readonly title: string;
  readonly identifiers: string;
}

export interface NewDocument {
  readonly number: number;
  readonly firstKey: number;
  readonly prose: number;
  readonly document: IndexDocument;
  readonly fields: readonly ChunkFields[];
}

export interface TextHit {
  readonly key: number;
  /** BM25 over the fields, higher = better. */
  readonly score: number;
}

const SCHEMA = `
  CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, file TEXT NOT NULL, title TEXT NOT NULL,
    chunks INTEGER NOT NULL, first_key INTEGER NOT NULL, prose REAL NOT NULL, complete INTEGER NOT NULL DEFAULT 0, visible INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE chunks (
    key INTEGER PRIMARY KEY, document INTEGER NOT NULL, ordinal INTEGER NOT NULL, id TEXT NOT NULL, digest BLOB NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, text TEXT NOT NULL, terms TEXT NOT NULL, term_count INTEGER NOT NULL, headings TEXT NOT NULL, kind TEXT NOT NULL, page INTEGER
  ) STRICT;
  CREATE INDEX chunks_by_digest ON chunks (digest);
  CREATE INDEX chunks_by_id ON chunks (substr(id, 1, 12));
  CREATE TABLE deep_tables (name TEXT PRIMARY KEY, file TEXT NOT NULL) STRICT;
  CREATE VIRTUAL TABLE words USING fts5(body, headings, title, identifiers, content='', contentless_delete=1, tokenize='ascii tokenchars ''_-.:/@$>''');
  CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row);
`;
/** Weights of the fields in the order of the table. */
const FIELD_WEIGHTS = '1.0, 0.8, 0.6, 1.2';

/**
 * Owns index.db: which documents the index holds, their chunks' text, and full text (FTS5). Derived data: WAL with
 * `synchronous=NORMAL`, so a power cut may lose the last documents, which `documents` then does not list.
 */
export class TextStore {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  /** Of the query that runs. */
  #isHidden: ((key: number) => boolean) | undefined;

  constructor(path: string) {
    this.#db = new Database(path);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = NORMAL');
    this.#db.pragma('cache_size = -16384');
    // What is removed is overwritten where that costs no further write; whole free pages (ON would take a sixth more of the time
    // of an ingestion, because merging full text frees many) go with compact.
    this.#db.pragma('secure_delete = FAST');
    this.#db.function('is_hidden', { deterministic: false }, (key) => (this.#isHidden?.(key as number) ? 1 : 0));
    const made = this.#db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'documents'`).get();
    if (!made) this.#db.transaction(() => this.#db.exec(SCHEMA))();
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = this.#db.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  /** Complete documents; the incomplete ones are a crash's remains. */
  documents(complete: boolean): StoredDocument[] {
    const rows = this.#prepare(
      'SELECT number, id AS documentId, file, title, chunks, first_key AS firstKey, prose, visible FROM documents WHERE complete = ? ORDER BY number',
    ).all(complete ? 1 : 0) as (Omit<StoredDocument, 'visible'> & { visible: number })[];
    return rows.map((row) => ({ ...row, visible: row.visible === 1 }));
  }

  /** Adds documents as incomplete: `complete` follows when their vectors are stored. */
  add(items: readonly NewDocument[]): void {
    const addDocument = this.#prepare('INSERT INTO documents (number, id, file, title, chunks, first_key, prose) VALUES (?, ?, ?, ?, ?, ?, ?)');
    const addChunk = this.#prepare('INSERT INTO chunks (key, document, ordinal, id, digest, start, end, text, terms, term_count, headings, kind, page) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    const addWords = this.#prepare('INSERT INTO words (rowid, body, headings, title, identifiers) VALUES (?, ?, ?, ?, ?)');
    this.#db.transaction(() => {
      for (const { number, firstKey, prose, document, fields } of items) {
        addDocument.run(number, document.documentId, document.file, document.title, document.chunks.length, firstKey, prose);
        for (const [index, chunk] of document.chunks.entries()) {
          const key = firstKey + index;
          const field = fields[index] as ChunkFields;
          const place = [chunk.ordinal, chunk.id, textDigest(chunk.text), chunk.start, chunk.end] as const;
          addChunk.run(key, number, ...place, chunk.text, ` ${field.body} `, field.bodyTerms, JSON.stringify(chunk.headings), chunk.kind, chunk.page ?? null);
          addWords.run(key, field.body, field.headings, field.title, field.identifiers);
        }
      }
    })();
  }

  setComplete(numbers: readonly number[], complete: boolean): void {
    const statement = this.#prepare('UPDATE documents SET complete = ?, visible = 0 WHERE number = ?');
    this.#db.transaction(() => numbers.forEach((number) => statement.run(complete ? 1 : 0, number)))();
  }

  setVisible(numbers: readonly number[], visible: boolean): void {
    const statement = this.#prepare('UPDATE documents SET visible = ? WHERE number = ?');
    this.#db.transaction(() => numbers.forEach((number) => statement.run(visible ? 1 : 0, number)))();
  }

  remove(numbers: readonly number[]): void {
    this.#db.transaction(() => {
      for (const number of numbers) {
        const row = this.#prepare('SELECT chunks, first_key AS firstKey FROM documents WHERE number = ?').get(number) as { chunks: number; firstKey: number } | undefined;
        if (!row) continue;
        const range = [row.firstKey, row.firstKey + row.chunks - 1];
        this.#prepare('DELETE FROM words WHERE rowid BETWEEN ? AND ?').run(...range);
        this.#prepare('DELETE FROM chunks WHERE key BETWEEN ? AND ?').run(...range);
        this.#prepare('DELETE FROM documents WHERE number = ?').run(number);
      }
    })();
  }

  /** Best chunks for an FTS5 query; chunks for which `hidden` says true are left out before the top is taken. */
  match(query: string, limit: number, hidden?: (key: number) => boolean): TextHit[] {
    this.#isHidden = hidden;
    const filter = hidden ? 'AND is_hidden(rowid) = 0' : '';
    const sql = `SELECT rowid AS key, -bm25(words, ${FIELD_WEIGHTS}) AS score FROM words WHERE words MATCH ? ${filter} ORDER BY score DESC, key LIMIT ?`;
    return this.#prepare(sql).all(query, limit) as TextHit[];
  }

  /** Keys of all chunks that an FTS5 query matches, best first. */
  matchAll(query: string, hidden?: (key: number) => boolean): number[] {
    this.#isHidden = hidden;
    const sql = `SELECT rowid FROM words WHERE words MATCH ? ${hidden ? 'AND is_hidden(rowid) = 0' : ''} ORDER BY -bm25(words, ${FIELD_WEIGHTS}) DESC, rowid`;
    return this.#prepare(sql).pluck().all(query) as number[];
  }

  /** In how many chunks a term occurs, hidden ones included. */
  frequency(term: string): number {
    return (this.#prepare('SELECT doc FROM vocabulary WHERE term = ?').pluck().get(term) as number | undefined) ?? 0;
  }

  chunk(key: number): StoredChunk | undefined {
    const row = this.#prepare('SELECT key, document, ordinal, id, digest, start, end, text, terms, term_count AS termCount, headings, kind, page FROM chunks WHERE key = ?').get(key) as (Omit<StoredChunk, 'headings'> & { headings: string }) | undefined;
    return row && { ...row, headings: JSON.parse(row.headings) as string[] };
  }

  /** Keys of the chunks with this heading and text. */
  keysOf(digest: Buffer): number[] {
    return this.#prepare('SELECT key FROM chunks WHERE digest = ?').pluck().all(digest) as number[];
  }

  digestOf(key: number): Buffer | undefined {
    return this.#prepare('SELECT digest FROM chunks WHERE key = ?').pluck().get(key) as Buffer | undefined;
  }

  /** Keys of the chunks with this id: one a version of a document that holds it. */
  keysOfId(id: string): number[] {
    return this.#prepare('SELECT key FROM chunks WHERE substr(id, 1, 12) = substr(?, 1, 12) AND id = ?').pluck().all(id, id) as number[];
  }

  /** Digests and keys of all chunks in the order of digests, read from the index alone: the page after `last`. */
  digestPage(last: { readonly digest: Buffer; readonly key: number }, limit: number): { digest: Buffer; key: number }[] {
    return this.#prepare('SELECT digest, key FROM chunks WHERE digest >= @digest AND (digest > @digest OR key > @key) ORDER BY digest, key LIMIT @limit').all({ ...last, limit }) as { digest: Buffer; key: number }[];
  }

  /** Digests of the chunks from a key on, in the order of keys. */
  digestsFrom(key: number, limit: number): { digest: Buffer; key: number }[] {
    return this.#prepare('SELECT digest, key FROM chunks WHERE key >= ? ORDER BY key LIMIT ?').all(key, limit) as { digest: Buffer; key: number }[];
  }

  /** Which file a model's table was filled from; null = there is no such table. */
  deepTableFile(name: string): string | null {
    return (this.#prepare('SELECT file FROM deep_tables WHERE name = ?').pluck().get(name) as string | undefined) ?? null;
  }

  setDeepTableFile(name: string, file: string): void {
    this.#prepare('INSERT INTO deep_tables (name, file) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET file = excluded.file').run(name, file);
  }

  /** Merges full text into one segment, which leaves out the words of removed chunks, and folds the log into the file. */
  optimize(): void {
    this.#db.exec(`INSERT INTO words (words) VALUES ('optimize')`);
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  /** As optimize, and writes the file anew: free pages have old text in them. */
  compact(): void {
    this.optimize();
    this.#db.exec('VACUUM');
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.#db.close();
  }
}
