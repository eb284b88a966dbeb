import type { Connection } from '@lancedb/lancedb';
import { hasErrorCode } from '../../../base/appError.ts';
import type { DeepVectors } from '../../types.ts';
import { DeepTable, type DeepSurroundings } from './deepTable.ts';
import type { StoredDocument } from './textStore.ts';
import { toIndexError } from './toIndexError.ts';
import { VectorFileDamaged, type VectorFile } from './vectorFile.ts';
import type { VectorFileUse } from './vectorFiles.ts';
import { openVectorStore, vectorDimensions, type VectorStore } from './vectorStore.ts';

const PREFIX = 'deep_';

/** A model's table with its file, as they are while one piece of work runs. */
export interface OpenDeep {
  readonly table: DeepTable;
  readonly file: VectorFile;
}

interface Entry extends OpenDeep {
  readonly use: VectorFileUse;
}

/**
 * The tables of transformer vectors in one index, one a model. They are derived from the files of vectors: one that is damaged, or was filled
 * from another file, is dropped and filled anew; a damaged file is set aside. Text and static vectors never suffer from either.
 */
export class DeepTables {
  readonly #connection: Connection;
  readonly #index: DeepSurroundings & { readonly folder: string; readonly nextKey: () => number };
  readonly #acquire: (path: string) => VectorFileUse;
  readonly #open = new Map<string, Entry>();
  readonly #notes: string[] = [];

  constructor(connection: Connection, index: DeepSurroundings & { readonly folder: string; readonly nextKey: () => number }, acquire: (path: string) => VectorFileUse) {
    this.#connection = connection;
    this.#index = index;
    this.#acquire = acquire;
  }

  /** Works on a model's table. Where it or the file turns out damaged, the work is done once more on new ones. To be run alone. */
  async run<T>(vectors: DeepVectors, work: (open: OpenDeep) => T | Promise<T>): Promise<T> {
    try {
      return await work(await this.#use(vectors));
    } catch (error) {
      await this.mend(vectors, error);
      return work(await this.#use(vectors));
    }
  }

  /** The open table while its file is the one that it was filled from. */
  opened({ name, file }: DeepVectors): OpenDeep | null {
    const entry = this.#open.get(name);
    return entry !== undefined && entry.table.vectors.file === file && entry.use.openExisting() === entry.file ? entry : null;
  }

  async #use(vectors: DeepVectors): Promise<OpenDeep> {
    const known = this.opened(vectors);
    if (known) return known;
    this.#close(vectors.name);
    const use = this.#acquire(vectors.file);
    try {
      const file = use.open();
      file.use(vectors.name, vectors.dimensions);
      const entry = { use, file, table: await this.#openTable(vectors, file) };
      this.#open.set(vectors.name, entry);
      return entry;
    } catch (error) {
      if (error instanceof VectorFileDamaged) use.setAside(error.message);
      this.#collectNote(use);
      use.release();
      throw error;
    }
  }

  async #openTable(vectors: DeepVectors, file: VectorFile): Promise<DeepTable> {
    const { text, folder } = this.#index;
    if (text.deepTableFile(vectors.name) !== file.id) await this.#drop(vectors.name);
    try {
      return await this.#load(vectors, file);
    } catch (error) {
      if (!isTableDamaged(error, folder)) throw error;
      await this.#drop(vectors.name);
      this.#noteDamage(error);
      return this.#load(vectors, file);
    }
  }

  async #load(vectors: DeepVectors, file: VectorFile): Promise<DeepTable> {
    const store = await openVectorStore(this.#connection, `${PREFIX}${vectors.name}`, vectors.dimensions);
    this.#index.text.setDeepTableFile(vectors.name, file.id);
    const table = new DeepTable(vectors, store, this.#index);
    try {
      await table.load(file, this.#index.nextKey());
      return table;
    } catch (error) {
      store.close();
      throw error;
    }
  }

  /** Puts away what an error says is damaged, so that the next use makes it anew; throws the error when it says something else. */
  async mend(vectors: DeepVectors, error: unknown): Promise<void> {
    const entry = this.#open.get(vectors.name);
    if (error instanceof VectorFileDamaged) {
      if (entry !== undefined && entry.use.openExisting() === entry.file) entry.use.setAside(error.message);
      if (entry !== undefined) this.#collectNote(entry.use);
      this.#close(vectors.name);
    } else if (isTableDamaged(error, this.#index.folder)) {
      this.#close(vectors.name);
      await this.#drop(vectors.name);
      this.#noteDamage(error);
    } else throw error;
  }

  #noteDamage(error: unknown): void {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '').slice(0, 200) : String(error);
    this.#notes.push(`The index's table of transformer vectors could not be read (${reason}) and is filled again from the file of vectors; nothing was lost.`);
  }

  #collectNote(use: VectorFileUse): void {
    const note = use.takeNote();
    if (note !== null) this.#notes.push(note);
  }

  /** What had to be mended since the last call, in sentences; null = nothing. */
  takeNote(): string | null {
    for (const { use } of this.#open.values()) this.#collectNote(use);
    const notes = this.#notes.splice(0);
    return notes.length === 0 ? null : notes.join(' ');
  }

  /** Removes these documents' rows from every table, the ones that no model has used since opening too. */
  async forget(documents: readonly StoredDocument[], numbers: readonly number[] = []): Promise<void> {
    const all = [...documents.map(({ number }) => number), ...numbers];
    if (all.length === 0) return;
    await this.#each(
      (table) => table.forget(documents),
      (store) => store.removeDocuments(all),
    );
  }

  optimize(): Promise<void> {
    return this.#each(
      async (table, file) => {
        await table.flush(file);
        await table.store.optimize();
      },
      (store) => store.optimize(),
    );
  }

  compact(): Promise<void> {
    return this.#each(
      async (table, file) => {
        await table.flush(file);
        await table.store.compact();
      },
      (store) => store.compact(),
    );
  }

  async #each(ofOpen: (table: DeepTable, file: VectorFile) => Promise<void>, ofOther: (store: VectorStore) => Promise<void>): Promise<void> {
    for (const name of (await this.#connection.tableNames()).flatMap((table) => (table.startsWith(PREFIX) ? [table.slice(PREFIX.length)] : []))) {
      const entry = this.#open.get(name);
      try {
        await (entry ? ofOpen(entry.table, entry.file) : this.#withStore(name, ofOther));
      } catch (error) {
        if (entry && error instanceof VectorFileDamaged) await this.mend(entry.table.vectors, error);
        else if (isTableDamaged(error, this.#index.folder)) {
          this.#close(name);
          await this.#drop(name);
          this.#noteDamage(error);
        } else throw error;
      }
    }
  }

  async #withStore(name: string, work: (store: VectorStore) => Promise<void>): Promise<void> {
    const table = `${PREFIX}${name}`;
    const store = await openVectorStore(this.#connection, table, await vectorDimensions(this.#connection, table));
    try {
      await work(store);
    } finally {
      store.close();
    }
  }

  async #drop(name: string): Promise<void> {
    const table = `${PREFIX}${name}`;
    if ((await this.#connection.tableNames()).includes(table)) await this.#connection.dropTable(table);
  }

  #close(name: string): void {
    const entry = this.#open.get(name);
    this.#open.delete(name);
    entry?.table.store.close();
    entry?.use.release();
  }

  /** Appends what waits, so that the next opening need not look for it, and lets go of the files. */
  async close(): Promise<void> {
    for (const [name, { table, file }] of this.#open) {
      // What is not in the table is in the file: nothing is lost when this fails.
      await table.flush(file).catch(() => undefined);
      this.#close(name);
    }
  }
}

/** SQLite's errors are of index.db here, whose damage is the whole index's. */
function isTableDamaged(error: unknown, folder: string): boolean {
  if (hasErrorCode(error) || !(error instanceof Error) || error instanceof VectorFileDamaged || ('code' in error && String(error.code).startsWith('SQLITE'))) return false;
  return hasErrorCode(toIndexError(error, folder), 'INDEX_DAMAGED');
}
