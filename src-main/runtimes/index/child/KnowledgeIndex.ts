import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type Connection } from '@lancedb/lancedb';
import type { IndexDocument, IndexLocation } from '../../types.ts';
import { analyzeDocument, titleTerms } from './analyzeDocument.ts';
import { chunkEmbedder } from './chunkEmbedder.ts';
import { DeepTables } from './deepTables.ts';
import { documentFilter, type DocumentFilter } from './documentFilter.ts';
import { checkIndexVersion } from './indexVersion.ts';
import type { StaticModel } from './staticModel.ts';
import { TextStore, type NewDocument, type StoredDocument } from './textStore.ts';
import { createVectorFiles, type VectorFileUse } from './vectorFiles.ts';
import { emptyRows, type VectorRows } from './vectorRows.ts';
import { openVectorStore, type VectorStore } from './vectorStore.ts';
import { WordVectors } from './WordVectors.ts';

/** Chunks written in one go: more at once is hardly faster and makes a search wait longer. */
const BATCH_CHUNKS = 1000;
const STATIC_TABLE = 'vectors';

interface PendingAdd {
  readonly documents: readonly IndexDocument[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * One open index folder: index.db (documents, chunks, full text) and vectors/ (LanceDB: static vectors, and a table of transformer vectors a
 * model, which follows behind: see DeepTables).
 * A document counts only when index.db and the static vectors hold it: rows go to SQLite as incomplete, then vectors to LanceDB, then the row is
 * completed. Removal runs the other way. Whatever a crash leaves between is removed on the next open.
 * Writes run one at a time; additions that arrive meanwhile are written together.
 */
export class KnowledgeIndex {
  readonly text: TextStore;
  readonly vectors: VectorStore;
  readonly deep: DeepTables;
  readonly model: StaticModel;
  readonly words: WordVectors;
  readonly documents = new Map<string, StoredDocument>();
  readonly byNumber = new Map<number, StoredDocument>();
  readonly #titles = new Map<number, ReadonlySet<string>>();
  #pending: PendingAdd[] = [];
  #lastWrite: Promise<unknown> = Promise.resolve();
  #nextNumber = 1;
  #nextKey = 1;
  #chunks = 0;
  readonly #connection: Connection;
  /** Grows with every change of what is there or shown. */
  #revision = 0;
  #ordered: { readonly revision: number; readonly documents: readonly StoredDocument[] } = { revision: -1, documents: [] };

  private constructor(stores: { readonly text: TextStore; readonly vectors: VectorStore; readonly connection: Connection }, from: { readonly at: IndexLocation; readonly model: StaticModel; readonly acquire: (path: string) => VectorFileUse }) {
    this.text = stores.text;
    this.vectors = stores.vectors;
    this.#connection = stores.connection;
    this.model = from.model;
    this.words = new WordVectors(from.model);
    const surroundings = { text: this.text, byNumber: this.byNumber, folder: from.at.folder, documentOf: (key: number) => this.documentOf(key), nextKey: () => this.#nextKey };
    this.deep = new DeepTables(stores.connection, surroundings, from.acquire);
  }

  /** @param acquire the files of vectors that several indexes of a process share. */
  static async open(at: IndexLocation, model: StaticModel, acquire = createVectorFiles()): Promise<KnowledgeIndex> {
    mkdirSync(at.folder, { recursive: true });
    checkIndexVersion(at.folder);
    const text = new TextStore(join(at.folder, 'index.db'));
    try {
      const connection = await connect(join(at.folder, 'vectors'));
      const vectors = await openVectorStore(connection, STATIC_TABLE, model.dimensions);
      const index = new KnowledgeIndex({ text, vectors, connection }, { at, model, acquire });
      await index.#reconcile();
      return index;
    } catch (error) {
      text.close();
      throw error;
    }
  }

  /** Keeps what both stores hold whole, removes the rest from both. */
  async #reconcile(): Promise<void> {
    const counts = await this.vectors.countByDocument();
    const complete = this.text.documents(true);
    const incomplete = this.text.documents(false);
    const whole = complete.filter((document) => (counts.get(document.number) ?? 0) === document.chunks);
    const kept = new Set(whole.map((document) => document.number));
    const broken = [...complete.filter((document) => !kept.has(document.number)), ...incomplete];
    const strangers = [...counts.keys()].filter((number) => !kept.has(number));
    await this.deep.forget(broken, strangers);
    await this.vectors.removeDocuments(strangers);
    this.text.remove(broken.map((document) => document.number));
    whole.forEach((document) => this.#remember(document));
    for (const document of [...whole, ...broken]) this.#nextKey = Math.max(this.#nextKey, document.firstKey + document.chunks);
    for (const number of [...counts.keys(), ...[...whole, ...broken].map((document) => document.number)]) this.#nextNumber = Math.max(this.#nextNumber, number + 1);
  }

  #remember(document: StoredDocument): void {
    if (!this.byNumber.has(document.number)) this.#chunks += document.chunks;
    this.#revision++;
    this.documents.set(document.documentId, document);
    this.byNumber.set(document.number, document);
  }

  #forget(document: StoredDocument): void {
    if (this.byNumber.delete(document.number)) this.#chunks -= document.chunks;
    this.#revision++;
    this.#titles.delete(document.number);
    this.documents.delete(document.documentId);
  }

  /** Runs after every write that was asked for before. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lastWrite.then(work);
    this.#lastWrite = result.catch(() => undefined);
    return result;
  }

  /** Resolves when the documents are on disk in both stores, hidden. A document that is there is replaced. */
  add(documents: readonly IndexDocument[]): Promise<void> {
    return new Promise((done, failed) => {
      this.#pending.push({ documents, done, failed });
      if (this.#pending.length === 1) void this.exclusively(() => this.#writePending());
    });
  }

  async #writePending(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    let batch: PendingAdd[] = [];
    let chunks = 0;
    for (const item of pending) {
      batch.push(item);
      chunks += item.documents.reduce((sum, document) => sum + document.chunks.length, 0);
      if (chunks < BATCH_CHUNKS && item !== pending.at(-1)) continue;
      await this.#writeBatch(batch);
      batch = [];
      chunks = 0;
    }
  }

  async #writeBatch(batch: readonly PendingAdd[]): Promise<void> {
    try {
      const latest = new Map(batch.flatMap((item) => item.documents).map((document) => [document.documentId, document]));
      await this.#writeDocuments([...latest.values()]);
      batch.forEach((item) => item.done());
    } catch (error) {
      batch.forEach((item) => item.failed(error));
    }
  }

  async #writeDocuments(documents: readonly IndexDocument[]): Promise<void> {
    await this.#removeNow(documents.map((document) => document.documentId));
    const items = documents.map((document): NewDocument => {
      const item = { number: this.#nextNumber++, firstKey: this.#nextKey, document, ...analyzeDocument(document) };
      this.#nextKey += document.chunks.length;
      return item;
    });
    this.text.add(items);
    await this.vectors.add(this.#embed(items));
    this.text.setComplete(items.map((item) => item.number), true);
    for (const { number, firstKey, prose, document } of items) {
      const { documentId, file, title, chunks } = document;
      this.#remember({ number, firstKey, prose, documentId, file, title, chunks: chunks.length, visible: false });
    }
  }

  #embed(items: readonly NewDocument[]): VectorRows {
    const { dimensions } = this.model;
    const total = items.reduce((sum, item) => sum + item.document.chunks.length, 0);
    const rows = emptyRows(total, dimensions);
    let row = 0;
    for (const { number, firstKey, document } of items) {
      const embed = chunkEmbedder(this.model, document.title);
      for (const [index, chunk] of document.chunks.entries()) {
        rows.keys[row] = firstKey + index;
        rows.documents[row] = number;
        embed(chunk, rows.vectors.subarray(row * dimensions, (row + 1) * dimensions));
        row++;
      }
    }
    return rows;
  }

  setVisible(documentIds: readonly string[], visible: boolean): Promise<void> {
    return this.exclusively(async () => {
      const known = this.#known(documentIds);
      this.text.setVisible(known.map((document) => document.number), visible);
      known.forEach((document) => this.#remember({ ...document, visible }));
    });
  }

  remove(documentIds: readonly string[]): Promise<void> {
    return this.exclusively(() => this.#removeNow(documentIds));
  }

  async #removeNow(documentIds: readonly string[]): Promise<void> {
    const known = this.#known(documentIds);
    if (known.length === 0) return;
    const numbers = known.map((document) => document.number);
    this.text.setComplete(numbers, false);
    known.forEach((document) => this.#forget(document));
    await this.deep.forget(known);
    await this.vectors.removeDocuments(numbers);
    this.text.remove(numbers);
  }

  #known(documentIds: readonly string[]): StoredDocument[] {
    return [...new Set(documentIds)].flatMap((id) => this.documents.get(id) ?? []);
  }

  /** All documents in the order of their keys: numbers and keys are given out together. */
  inOrder(): readonly StoredDocument[] {
    if (this.#ordered.revision !== this.#revision) this.#ordered = { revision: this.#revision, documents: [...this.byNumber.values()] };
    return this.#ordered.documents;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The document that a chunk belongs to. */
  documentOf(key: number): StoredDocument | undefined {
    const documents = this.inOrder();
    let low = 0;
    let high = documents.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((documents[middle] as StoredDocument).firstKey <= key) low = middle;
      else high = middle - 1;
    }
    const document = documents[low];
    return document !== undefined && key >= document.firstKey && key < document.firstKey + document.chunks ? document : undefined;
  }

  /** What a search may find; see documentFilter. */
  filter(only?: readonly string[]): DocumentFilter {
    return documentFilter(this.inOrder(), only);
  }

  /** Chunks of all documents, hidden ones included. */
  get chunks(): number {
    return this.#chunks;
  }

  /** Terms of a document's title and file name. */
  titleTerms(document: StoredDocument): ReadonlySet<string> {
    const known = this.#titles.get(document.number);
    if (known) return known;
    const made = new Set(titleTerms(document));
    this.#titles.set(document.number, made);
    return made;
  }

  optimize(): Promise<void> {
    return this.exclusively(async () => {
      this.text.optimize();
      await this.vectors.optimize();
      await this.deep.optimize();
    });
  }

  /** As optimize, and nothing of what was removed can be read from the files any more. */
  compact(): Promise<void> {
    return this.exclusively(async () => {
      this.text.compact();
      await this.vectors.compact();
      await this.deep.compact();
    });
  }

  /** Waits for writes that are under way. */
  async close(): Promise<void> {
    await this.#lastWrite;
    await this.deep.close();
    this.text.close();
    this.vectors.close();
    this.#connection.close();
  }
}
