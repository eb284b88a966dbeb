import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexDocument, IndexLocation } from '../../types.ts';
import { analyzeFields, titleTerms } from './analyzeFields.ts';
import { proseShare } from './proseShare.ts';
import { chunkEmbedder } from './chunkEmbedder.ts';
import { loadStaticModel, type StaticModel } from './staticModel.ts';
import { TextStore, type StoredDocument } from './textStore.ts';
import { WordVectors } from './WordVectors.ts';
import { openVectorStore, type VectorStore } from './vectorStore.ts';

/**
 * One open index folder: index.db (documents, chunks, full text) and vectors/ (LanceDB).
 * A document counts only when both hold it: rows go to SQLite as incomplete, then vectors to LanceDB, then the row is
 * completed. Removal runs the other way. Whatever a crash leaves between is removed on the next open.
 */
export class KnowledgeIndex {
  readonly text: TextStore;
  readonly vectors: VectorStore;
  readonly model: StaticModel;
  readonly documents = new Map<string, StoredDocument>();
  readonly byNumber = new Map<number, StoredDocument>();
  readonly words: WordVectors;
  readonly #titles = new Map<number, ReadonlySet<string>>();
  #nextNumber = 1;
  #nextKey = 1;

  private constructor(text: TextStore, vectors: VectorStore, model: StaticModel) {
    this.text = text;
    this.vectors = vectors;
    this.model = model;
    this.words = new WordVectors(model);
  }

  static async open(at: IndexLocation): Promise<KnowledgeIndex> {
    mkdirSync(at.folder, { recursive: true });
    const model = loadStaticModel(at.staticModelFolder);
    const text = new TextStore(join(at.folder, 'index.db'));
    const vectors = await openVectorStore(join(at.folder, 'vectors'), model.dimensions);
    const index = new KnowledgeIndex(text, vectors, model);
    await index.#reconcile();
    return index;
  }

  async #reconcile(): Promise<void> {
    const counts = await this.vectors.countByDocument();
    const complete = this.text.documents(true);
    const incomplete = this.text.documents(false);
    const whole = complete.filter((document) => (counts.get(document.number) ?? 0) === document.chunks);
    const kept = new Set(whole.map((document) => document.number));
    const broken = [...complete.filter((document) => !kept.has(document.number)), ...incomplete];
    await this.vectors.removeDocuments([...counts.keys()].filter((number) => !kept.has(number)));
    this.text.remove(broken.map((document) => document.number));
    whole.forEach((document) => this.#remember(document));
    for (const document of [...whole, ...broken]) this.#nextKey = Math.max(this.#nextKey, document.firstKey + document.chunks);
    for (const number of [...counts.keys(), ...broken.map((document) => document.number)]) this.#nextNumber = Math.max(this.#nextNumber, number + 1);
  }

  #remember(document: StoredDocument): void {
    this.documents.set(document.documentId, document);
    this.byNumber.set(document.number, document);
  }

  async add(documents: readonly IndexDocument[]): Promise<void> {
    await this.remove(documents.map((document) => document.documentId));
    const items = documents.map((document) => {
      const fields = document.chunks.map((chunk) => analyzeFields(document, chunk));
      const item = { number: this.#nextNumber++, firstKey: this.#nextKey, prose: proseShare(document.chunks), document, fields };
      this.#nextKey += document.chunks.length;
      return item;
    });
    this.text.add(items);
    await this.vectors.add(this.#embed(items));
    this.text.setComplete(items.map((item) => item.number), true);
    for (const { number, firstKey, prose, document } of items) {
      this.#remember({ number, firstKey, prose, documentId: document.documentId, file: document.file, title: document.title, chunks: document.chunks.length, visible: false });
    }
  }

  #embed(items: readonly { number: number; firstKey: number; document: IndexDocument }[]): { keys: Int32Array; documents: Int32Array; vectors: Float32Array } {
    const { dimensions } = this.model;
    const total = items.reduce((sum, item) => sum + item.document.chunks.length, 0);
    const rows = { keys: new Int32Array(total), documents: new Int32Array(total), vectors: new Float32Array(total * dimensions) };
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

  /** Terms of a document's title and file name. */
  titleTerms(document: StoredDocument): ReadonlySet<string> {
    const known = this.#titles.get(document.number);
    if (known) return known;
    const made = new Set(titleTerms(document));
    this.#titles.set(document.number, made);
    return made;
  }

  /** Chunks of all documents, hidden ones included. */
  get chunks(): number {
    return [...this.documents.values()].reduce((sum, document) => sum + document.chunks, 0);
  }

  setVisible(documentIds: readonly string[], visible: boolean): void {
    const known = documentIds.flatMap((id) => this.documents.get(id) ?? []);
    this.text.setVisible(known.map((document) => document.number), visible);
    known.forEach((document) => this.#remember({ ...document, visible }));
  }

  async remove(documentIds: readonly string[]): Promise<void> {
    const known = documentIds.flatMap((id) => this.documents.get(id) ?? []);
    if (known.length === 0) return;
    const numbers = known.map((document) => document.number);
    this.text.setComplete(numbers, false);
    for (const document of known) {
      this.documents.delete(document.documentId);
      this.byNumber.delete(document.number);
    }
    await this.vectors.removeDocuments(numbers);
    this.text.remove(numbers);
  }

  /** Documents that searches leave out, in the order of their keys. */
  hidden(): StoredDocument[] {
    return [...this.documents.values()].filter((document) => !document.visible).sort((a, b) => a.firstKey - b.firstKey);
  }

  async optimize(): Promise<void> {
    this.text.optimize();
    await this.vectors.optimize();
  }

  close(): void {
    this.text.close();
    this.vectors.close();
  }
}
