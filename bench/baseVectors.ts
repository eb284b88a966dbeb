import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { textDigest } from '../src-main/runtimes/index/child/textDigest.ts';
import { normalise } from '../src-main/runtimes/index/child/staticModel.ts';
import { VectorFile, type NewVector } from '../src-main/runtimes/index/child/vectorFile.ts';
import type { DeepVectors, IndexDocument } from '../src-main/runtimes/types.ts';
import { seededRandom, type SeededRandom } from '../test/helpers/seededRandom.ts';

/** Length of the noise that is added to a copied vector of length 1: the cosine of the two is about 0.93, as of passages of one page. */
const NOISE = 0.4;
const ROWS_A_WRITE = 512;

export interface BaseVectors {
  /** Chunks' texts that got the vector the transformer gives them. */
  readonly real: number;
  /** Of these, how many were computed by this run; the others were kept by an earlier one. */
  readonly computed: number;
  /** Texts that got the vector of another with noise, and its token vectors as they are. */
  readonly copies: number;
}

export interface FillOptions {
  /** The file that is filled: the index takes its vectors over from it. */
  readonly into: DeepVectors;
  readonly cacheFolder: string;
  /** As many texts as this have real vectors; the missing ones are computed and kept. */
  readonly real: number;
  /** Rows of the transformer for these texts. */
  readonly compute: (texts: readonly string[]) => Promise<readonly Omit<NewVector, 'digest'>[]>;
}

const TEXTS_A_CALL = 64;

/** Gives a vector to every text that is noted: the real one where it is kept or may be computed, else a copy with noise. */
export class BaseVectorFiller {
  readonly #options: FillOptions;
  readonly #kept: VectorCache;
  readonly #file: VectorFile;
  readonly #seen = new Set<string>();
  /** Documents (by their file) and their digests with a real vector, in order: what copies are made of. */
  readonly #models = new Map<string, string[]>();
  readonly #missing: { readonly file: string; readonly text: string; readonly place: number }[] = [];
  #rows: NewVector[] = [];
  #real = 0;

  constructor(options: FillOptions) {
    this.#options = options;
    this.#kept = new VectorCache(options.cacheFolder, options.into);
    this.#file = new VectorFile(options.into.file);
    this.#file.use(options.into.name, options.into.dimensions);
  }

  note({ file, chunks }: IndexDocument): void {
    const models = this.#models.get(file) ?? [];
    this.#models.set(file, models);
    chunks.forEach(({ text }, at) => {
      const digest = textDigest(text);
      const name = digest.toString('hex');
      if (this.#seen.has(name)) return;
      this.#seen.add(name);
      const kept = this.#kept.get(digest);
      if (!kept) return void this.#missing.push({ file, text, place: at / chunks.length });
      this.#write({ digest, ...kept });
      models.push(name);
      this.#real++;
    });
  }

  async finish(): Promise<BaseVectors> {
    const toCompute = this.#missing.splice(0, Math.max(0, this.#options.real - this.#real));
    await this.#compute(toCompute);
    const random = seededRandom(2);
    for (const missing of this.#missing) this.#write({ digest: textDigest(missing.text), ...this.#copyFor(missing, random) });
    this.#flush();
    this.#file.close();
    this.#kept.close();
    return { real: this.#real, computed: toCompute.length, copies: this.#missing.length };
  }

  async #compute(missing: readonly { readonly file: string; readonly text: string }[]): Promise<void> {
    for (let from = 0; from < missing.length; from += TEXTS_A_CALL) {
      const batch = missing.slice(from, from + TEXTS_A_CALL);
      const computed = await this.#options.compute(batch.map(({ text }) => text));
      const rows = computed.map((row, at): NewVector => ({ digest: textDigest(batch[at]?.text ?? ''), ...row }));
      this.#kept.put(rows);
      rows.forEach((row, at) => {
        this.#write(row);
        this.#models.get(batch[at]?.file ?? '')?.push(row.digest.toString('hex'));
      });
      this.#real += rows.length;
    }
  }

  /** Of the same document, at about the same place in it, when it has real ones. */
  #copyFor({ file, place }: { readonly file: string; readonly place: number }, random: SeededRandom): Omit<NewVector, 'digest'> {
    const own = this.#models.get(file) ?? [];
    const models = own.length > 0 ? own : ([...this.#models.values()].find((names) => names.length > 0) ?? []);
    const name = models[Math.floor(place * models.length)];
    const model = name === undefined ? undefined : (this.#kept.get(Buffer.from(name, 'hex')) ?? this.#stored(name));
    if (!model) throw new Error('There is no real vector to copy: none is kept and none was computed.');
    const vector = Float32Array.from(model.vector, (value) => value + normal(random) * (NOISE / Math.sqrt(model.vector.length)));
    normalise(vector);
    return { vector, detail: model.detail };
  }

  #stored(name: string): Omit<NewVector, 'digest'> | undefined {
    this.#flush();
    return this.#file.get(this.#options.into.name, Buffer.from(name, 'hex'));
  }

  #write(row: NewVector): void {
    this.#rows.push(row);
    if (this.#rows.length >= ROWS_A_WRITE) this.#flush();
  }

  #flush(): void {
    if (this.#rows.length > 0) this.#file.put(this.#options.into.name, this.#rows);
    this.#rows = [];
  }
}

/** What the benchmarks computed before, by digest: every file of the folder is looked into, `search.db` takes what is new. */
class VectorCache {
  readonly #vectors: DeepVectors;
  readonly #others: readonly { readonly database: Database.Database; readonly find: Database.Statement }[];
  readonly #own: VectorFile;

  constructor(folder: string, vectors: DeepVectors) {
    this.#vectors = vectors;
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.db') && name !== 'search.db') : [];
    this.#others = names.flatMap((name) => openForReading(join(folder, name), vectors.name) ?? []);
    this.#own = new VectorFile(join(folder, 'search.db'));
    this.#own.use(vectors.name, vectors.dimensions);
  }

  get(digest: Buffer): Omit<NewVector, 'digest'> | undefined {
    const own = this.#own.get(this.#vectors.name, digest);
    if (own) return own;
    for (const { find } of this.#others) {
      const row = find.get(digest) as { vector: Buffer; detail: Buffer | null } | undefined;
      if (row) return { vector: new Float32Array(Uint8Array.from(row.vector).buffer), detail: row.detail };
    }
    return undefined;
  }

  put(rows: readonly NewVector[]): void {
    this.#own.put(this.#vectors.name, rows);
  }

  close(): void {
    this.#own.close();
    for (const { database } of this.#others) database.close();
  }
}

/** Another benchmark may be filling it: nothing is written. null where it holds nothing of the model. */
function openForReading(path: string, model: string): { database: Database.Database; find: Database.Statement } | null {
  const database = new Database(path, { readonly: true });
  if (database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(`vectors_${model}`)) return { database, find: database.prepare(`SELECT vector, detail FROM vectors_${model} WHERE digest = ?`) };
  database.close();
  return null;
}

/** Standard normal (Box and Muller). */
function normal({ next }: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
