import type { DeepVectors } from '../../types.ts';
import { KeySet } from './keySet.ts';
import type { StoredDocument, TextStore } from './textStore.ts';
import type { NewVector, VectorFile } from './vectorFile.ts';
import { emptyRows } from './vectorRows.ts';
import type { VectorStore } from './vectorStore.ts';

/** Rows that are appended together: a LanceDB append costs files and a version, and half a million of them would be unreadable. */
const APPENDED_ROWS = 1024;
/** After so many appends their files are merged. */
const APPENDS_BETWEEN_MERGES = 64;
/** Digests that are looked up in one go: other calls wait for a few milliseconds. */
const LOOKED_UP = 2000;

/** What a table needs of its index. */
export interface DeepSurroundings {
  readonly text: TextStore;
  readonly byNumber: ReadonlyMap<number, StoredDocument>;
  readonly documentOf: (key: number) => StoredDocument | undefined;
}

/**
 * One model's vectors in one index: a LanceDB table in which the nearest are sought, filled from the file of vectors.
 * The file is the truth, the table derived: which chunks have a vector is read from the table on opening, what the file knows besides is
 * taken over, and rows of documents that are gone are removed. A row is acknowledged when the file holds it.
 */
export class DeepTable {
  readonly vectors: DeepVectors;
  readonly store: VectorStore;
  readonly #index: DeepSurroundings;
  readonly #inTable = new KeySet();
  /** Chunks whose vector is in the file and not yet in the table. */
  readonly #waiting = new Map<number, Buffer>();
  /** How far the first look at all chunks came, in the order of digests; null = to the end. */
  #looked: { digest: Buffer; key: number } | null = { digest: Buffer.alloc(0), key: 0 };
  /** Chunks from this key on were added after the first look. */
  #nextKey = 0;
  /** Number of the file's row that was considered last. */
  #seen = 0;
  #appends = 0;
  #complete = { revision: -1, rows: -1, is: false };
  #dueSince = -1;

  constructor(vectors: DeepVectors, store: VectorStore, index: DeepSurroundings) {
    this.vectors = vectors;
    this.store = store;
    this.#index = index;
  }

  /** Reads which chunks the table holds; removes rows of documents that are gone. Rejects when the table is damaged. */
  async load(file: VectorFile, nextKey: number): Promise<void> {
    const { keys, documents } = await this.store.places();
    const gone = new Set<number>();
    for (let row = 0; row < keys.length; row++) {
      if (this.#index.byNumber.has(documents[row] as number)) this.#inTable.add(keys[row] as number);
      else gone.add(documents[row] as number);
    }
    await this.store.removeDocuments([...gone]);
    this.#seen = file.last(this.vectors.name);
    this.#nextKey = nextKey;
    if (this.#seen === 0) this.#looked = null;
  }

  has(key: number): boolean {
    return this.#inTable.has(key) || this.#waiting.has(key);
  }

  get done(): number {
    return this.#inTable.size + this.#waiting.size;
  }

  /** Whether the table holds every chunk that is shown. `revision` tells one state of the documents from the next. */
  isComplete(documents: Iterable<StoredDocument>, revision: number): boolean {
    const rows = this.#inTable.size;
    if (this.#complete.revision !== revision || this.#complete.rows !== rows) this.#complete = { revision, rows, is: this.#holdsShown(documents) };
    return this.#complete.is;
  }

  /** Whether nothing is left to compute for the chunks that are shown: what is not in the table waits for it. */
  lacksNothing(documents: Iterable<StoredDocument>): boolean {
    return this.#holdsShown(documents, (key) => this.has(key));
  }

  /** Answers once for each state of the documents: whoever meets an incomplete table takes over what is known, and does not do so at each search. */
  isDue(revision: number): boolean {
    const due = this.#dueSince !== revision;
    this.#dueSince = revision;
    return due;
  }

  #holdsShown(documents: Iterable<StoredDocument>, holds = (key: number): boolean => this.#inTable.has(key)): boolean {
    for (const { visible, firstKey, chunks } of documents) {
      if (!visible) continue;
      for (let key = firstKey; key < firstKey + chunks; key++) if (!holds(key)) return false;
    }
    return true;
  }

  /** Takes over some of what the file knows; answers whether there may be more. */
  async takeOver(file: VectorFile): Promise<boolean> {
    const more = this.#findKnown(file);
    if (this.#waiting.size >= APPENDED_ROWS) await this.flush(file);
    return more;
  }

  #findKnown(file: VectorFile): boolean {
    const { name } = this.vectors;
    const { text } = this.#index;
    if (this.#looked !== null) {
      const page = text.digestPage(this.#looked, LOOKED_UP);
      for (const { digest, key } of page) if (!this.has(key) && file.has(name, digest)) this.#wait(key, digest);
      this.#looked = page.at(-1) ?? null;
      return true;
    }
    const added = text.digestsFrom(this.#nextKey, LOOKED_UP);
    for (const { digest, key } of added) if (!this.has(key) && file.has(name, digest)) this.#wait(key, digest);
    this.#nextKey = (added.at(-1)?.key ?? this.#nextKey - 1) + 1;
    const fresh = file.addedAfter(name, this.#seen, LOOKED_UP);
    for (const { digest } of fresh) this.#waitFor(digest);
    this.#seen = fresh.at(-1)?.number ?? this.#seen;
    return added.length === LOOKED_UP || fresh.length === LOOKED_UP;
  }

  #waitFor(digest: Buffer): void {
    for (const key of this.#index.text.keysOf(digest)) if (!this.has(key)) this.#wait(key, digest);
  }

  #wait(key: number, digest: Buffer): void {
    if (this.#index.documentOf(key) !== undefined) this.#waiting.set(key, digest);
  }

  /** Vectors are on disk when it resolves: in the file, a thousand at a time in the table. */
  async add(file: VectorFile, rows: readonly NewVector[]): Promise<void> {
    const { name } = this.vectors;
    const upToDate = file.last(name) === this.#seen;
    file.put(name, rows);
    for (const { digest } of rows) this.#waitFor(digest);
    if (upToDate) this.#seen = file.last(name);
    if (this.#waiting.size >= APPENDED_ROWS) await this.flush(file);
  }

  /** Appends what waits to the table. */
  async flush(file: VectorFile): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, APPENDED_ROWS).flatMap(([key, digest]) => {
        const stored = file.get(this.vectors.name, digest);
        const document = this.#index.documentOf(key);
        // Swept from the file meanwhile: it is pending again.
        if (!stored || !document) this.#waiting.delete(key);
        return stored && document ? [{ key, document: document.number, vector: stored.vector }] : [];
      });
      const rows = emptyRows(batch.length, this.vectors.dimensions);
      batch.forEach(({ key, document, vector }, row) => {
        rows.keys[row] = key;
        rows.documents[row] = document;
        rows.vectors.set(vector, row * this.vectors.dimensions);
      });
      await this.store.add(rows);
      for (const { key } of batch) {
        this.#waiting.delete(key);
        this.#inTable.add(key);
      }
      if (++this.#appends % APPENDS_BETWEEN_MERGES === 0) await this.optimize();
    }
  }

  /** Merges files and builds the inverted file once there are appends to merge. */
  async optimize(): Promise<void> {
    if (this.#appends === 0) return;
    this.#appends = 0;
    await this.store.optimize();
  }

  async forget(documents: readonly StoredDocument[]): Promise<void> {
    for (const { firstKey, chunks } of documents) {
      for (let key = firstKey; key < firstKey + chunks; key++) {
        this.#inTable.delete(key);
        this.#waiting.delete(key);
      }
    }
    await this.store.removeDocuments(documents.map(({ number }) => number));
  }
}
