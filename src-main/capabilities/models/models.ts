/**
 * Owns the models of this machine: the catalogue, what is downloaded, the files used in place, and the way to a checked file.
 * Does not load models (runtimes do) and does not choose one for a question (the composition root does).
 */
import { rm, statfs } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { AppError, isErrorCode } from '../../base/appError.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Broker } from '../../base/network.ts';
import { joinInside } from '../../base/paths.ts';
import type { Handlers } from '#contract/handlers.ts';
import type { JobId } from '#contract/ids.ts';
import type { Job } from '#contract/jobs.ts';
import type { CatalogueModel, Model } from '#contract/models.ts';
import type { JobKind, JobQueue } from '../../jobs/jobQueue.ts';
import type { Database } from '../../storage/database.ts';
import { readCatalogue, weightsOf } from './catalogue.ts';
import { fetchModel, modelFolder } from './fetchModel.ts';
import { inspectFile } from './inspectFile.ts';
import { addLocalModel, checkLocalModel } from './localFiles.ts';
import { listLocalModels, removeLocalModel, type LocalModelRow } from './localModels.ts';
import { readMemory, suggestedSlug, type Memory } from './memoryFit.ts';
import { viewCatalogueModel, viewLocalModel, type ViewContext } from './modelView.ts';
import { sweepIncoming } from './sweepIncoming.ts';
import { readUsage, type ModelUsage } from './usageFacts.ts';
import { peekFolder, verifyFolder } from './verifiedFiles.ts';

export interface ModelsDeps {
  readonly database: Database;
  /** `<data>/models`. */
  readonly folder: string;
  readonly cataloguePath: string;
  readonly broker: Broker;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told when what `list` answers has changed. */
  publish(): void;
  /** The machine's queue; it is made after the models, with `downloadJob` among its kinds. */
  jobs(): JobQueue;
  unload(modelPath: string): Promise<void>;
  /** Paths of the model files that are loaded now. */
  loaded(): readonly string[];
  readonly memory?: () => Memory;
  readonly python?: string;
}

/** A model whose files are in place and were checked. */
export interface ReadyModel extends ModelUsage {
  readonly slug: string;
  readonly name: string;
  readonly task: Model['task'];
  /** SHA-256 of the weights. */
  readonly digest: string;
  readonly folder: string;
  /** The weights: a GGUF, ONNX or safetensors file. */
  readonly weightsPath: string;
  /** Absolute path of another file of the model, such as `tokenizer.json`. */
  fileOf(name: string): string;
}

export interface Models {
  readonly handlers: Handlers<'models'>;
  readonly downloadJob: JobKind<{ slug: string }>;
  /**
   * The model, fetched first when it is absent; `onProgress` is told of that download. Rejects with MODEL_NOT_FOUND, MODEL_UNAVAILABLE, MODEL_DAMAGED, DISK_FULL,
   * NETWORK_REFUSED or CANCELLED.
   */
  ensure(slug: string, signal: AbortSignal, onProgress?: (job: Job) => void): Promise<ReadyModel>;
  /** What is ready now, without fetching: null when absent. */
  ready(slug: string): Promise<ReadyModel | null>;
  loadedSlugs(): readonly string[];
}

const PROGRESS_POLL_MS = 300;

export function createModels(deps: ModelsDeps): Models {
  return new ModelsOfMachine(deps).offered();
}

class ModelsOfMachine {
  readonly #deps: ModelsDeps;
  #catalogue: Promise<readonly CatalogueModel[]> | null = null;
  /** Downloads that wait or run, by slug. */
  readonly #downloads = new Map<string, JobId>();
  readonly #starting = new Map<string, Promise<JobId | null>>();
  /** Digests whose files were read and found wrong; `list` would not notice by their size. */
  readonly #damaged = new Set<string>();
  readonly #slugOfPath = new Map<string, string>();

  constructor(deps: ModelsDeps) {
    this.#deps = deps;
    void sweepIncoming(deps.folder, deps.clock.now()).catch((error: unknown) => deps.logger.warn('Old partial downloads could not be removed', { error: String(error) }));
  }

  offered(): Models {
    return {
      handlers: {
        list: () => this.#list(),
        get: ({ slug }) => this.#get(slug),
        add: ({ path }, { signal }) => this.#add(path, signal),
        remove: ({ slug }) => this.#remove(slug),
        unload: async ({ slug }) => {
          const path = [...this.#slugOfPath].find(([, known]) => known === slug)?.[0];
          if (path !== undefined) await this.#deps.unload(path);
          return {};
        },
      },
      downloadJob: { kind: 'models.download', lane: 'download', onInterrupted: 'requeue', run: (params, context) => this.#download(params, context) },
      ensure: (slug, signal, onProgress) => this.#ensure(slug, signal, onProgress),
      ready: (slug) => this.#ready(slug),
      loadedSlugs: () => this.#deps.loaded().map((path) => this.#slugOfPath.get(path) ?? path),
    };
  }

  #models(): Promise<readonly CatalogueModel[]> {
    return (this.#catalogue ??= readCatalogue(this.#deps.cataloguePath));
  }

  async #find(slug: string): Promise<{ local: LocalModelRow } | { catalogue: CatalogueModel }> {
    const local = (await this.#deps.database.run(listLocalModels, undefined)).find((row) => row.slug === slug);
    if (local) return { local };
    const models = await this.#models();
    const catalogue = models.find((model) => model.slug === slug);
    if (catalogue) return { catalogue };
    throw new AppError('MODEL_NOT_FOUND', `No model is called "${slug}".`, { hint: `Known are ${models.map((model) => model.slug).join(', ')}; add a file of your own: lathe models add PATH` });
  }

  async #ready(slug: string, signal?: AbortSignal): Promise<ReadyModel | null> {
    const found = await this.#find(slug);
    if ('local' in found) {
      const ready = await checkLocalModel(this.#deps, found.local, signal);
      this.#slugOfPath.set(ready.weightsPath, slug);
      return ready;
    }
    const { catalogue: model } = found;
    const folder = modelFolder(this.#deps.folder, model);
    if ((await peekFolder(folder, model)) === 'absent') return null;
    await this.#verify(folder, model, signal);
    const weightsPath = join(folder, weightsOf(model).name);
    this.#slugOfPath.set(weightsPath, slug);
    return { slug, name: model.name, task: model.task, digest: weightsOf(model).sha256, folder, weightsPath, fileOf: (name) => joinInside(folder, name), ...(await readUsage({ task: model.task, name: slug, weightsPath, dimensions: model.dimensions })) };
  }

  async #verify(folder: string, model: CatalogueModel, signal?: AbortSignal): Promise<void> {
    const { sha256 } = weightsOf(model);
    try {
      await verifyFolder(folder, model, signal);
      this.#damaged.delete(sha256);
    } catch (error) {
      if (error instanceof AppError && error.code === 'MODEL_DAMAGED') this.#damaged.add(sha256);
      throw error;
    }
  }

  async #ensure(slug: string, signal: AbortSignal, onProgress?: (job: Job) => void): Promise<ReadyModel> {
    const present = await this.#ready(slug, signal);
    if (present) return present;
    const { job } = await this.#get(slug);
    if (job !== null) await this.#waitFor(job as JobId, signal, onProgress);
    const fetched = await this.#ready(slug, signal);
    if (fetched) return fetched;
    throw new AppError('MODEL_UNAVAILABLE', `The model ${slug} could not be fetched.`, { hint: `Try again: lathe models get ${slug}` });
  }

  async #waitFor(id: JobId, signal: AbortSignal, onProgress?: (job: Job) => void): Promise<void> {
    const jobs = this.#deps.jobs();
    const poll = onProgress && setInterval(() => void jobs.get(id).then(onProgress, () => undefined), PROGRESS_POLL_MS);
    try {
      const job = await jobs.wait(id, signal);
      onProgress?.(job);
      if (job.state === 'done') return;
      const code = job.error && isErrorCode(job.error.code) ? job.error.code : 'CANCELLED';
      throw new AppError(code, job.error?.message ?? `${job.title} was cancelled.`, { ...(job.error?.hint === undefined ? {} : { hint: job.error.hint }), ...(job.error?.details ? { details: job.error.details } : {}) });
    } finally {
      clearInterval(poll);
    }
  }

  async #download({ slug }: { slug: string }, { job, signal, progress, log }: Parameters<Models['downloadJob']['run']>[1]): Promise<Record<string, unknown>> {
    const found = await this.#find(slug);
    if ('local' in found) return { slug, digest: found.local.digest };
    const { catalogue: model } = found;
    this.#downloads.set(slug, job.id);
    this.#deps.publish();
    try {
      const { folder, broker, python } = this.#deps;
      const place = await fetchModel(model, {
        folder,
        broker,
        signal,
        ...(python === undefined ? {} : { python }),
        onProgress: ({ done, total, now }) => progress({ done, total, unit: 'bytes', now }),
        onSourceFailed: (message) => log.info(`A source did not give ${slug}; the next one is tried`, { message }),
      });
      await inspectFile(join(place, weightsOf(model).name));
      this.#damaged.delete(weightsOf(model).sha256);
      return { slug, digest: weightsOf(model).sha256, folder: place };
    } finally {
      this.#downloads.delete(slug);
      this.#deps.publish();
    }
  }

  async #view(): Promise<ViewContext> {
    const memory = (this.#deps.memory ?? readMemory)();
    return { folder: this.#deps.folder, memory, suggested: suggestedSlug(await this.#models(), memory), downloads: this.#downloads, damaged: this.#damaged, loaded: new Set(this.#deps.loaded()) };
  }

  async #list(): ReturnType<Handlers<'models'>['list']> {
    const context = await this.#view();
    const rows = await this.#deps.database.run(listLocalModels, undefined);
    const own = new Set(rows.map((row) => row.slug));
    const catalogue = (await this.#models()).filter((model) => !own.has(model.slug));
    const models = await Promise.all([...catalogue.map((model) => viewCatalogueModel(model, context)), ...rows.map((row) => viewLocalModel(row, context))]);
    const disk = await statfs(this.#deps.folder).catch(() => null);
    return { models, memoryBytes: context.memory.totalBytes, freeMemoryBytes: context.memory.freeBytes, freeDiskBytes: disk ? disk.bavail * disk.bsize : 0, folder: this.#deps.folder };
  }

  async #get(slug: string): ReturnType<Handlers<'models'>['get']> {
    const found = await this.#find(slug);
    if ('local' in found) return { job: null, model: await viewLocalModel(found.local, await this.#view()) };
    const { catalogue: model } = found;
    // Two that ask at once get one job: the second waits for the first one's decision.
    const starting = this.#starting.get(slug) ?? this.#startDownload(model).finally(() => this.#starting.delete(slug));
    this.#starting.set(slug, starting);
    return { job: await starting, model: await viewCatalogueModel(model, await this.#view()) };
  }

  /** Null when the model is in place. */
  async #startDownload(model: CatalogueModel): Promise<JobId | null> {
    const running = this.#downloads.get(model.slug);
    if (running !== undefined) return running;
    const state = await peekFolder(modelFolder(this.#deps.folder, model), model);
    const wanted = state === 'absent' || state === 'damaged' || this.#damaged.has(weightsOf(model).sha256);
    if (!wanted) return null;
    const { id } = await this.#deps.jobs().enqueue({ kind: 'models.download', projectId: null, title: `Get ${model.name}`, params: { slug: model.slug } });
    this.#downloads.set(model.slug, id);
    void this.#forgetWhenEnded(model.slug, id);
    return id;
  }

  /** A job that is cancelled while it waits never runs, so its own end cannot say so. */
  async #forgetWhenEnded(slug: string, id: JobId): Promise<void> {
    await this.#deps.jobs().wait(id).catch(() => undefined);
    if (this.#downloads.get(slug) === id) this.#downloads.delete(slug);
    this.#deps.publish();
  }

  async #add(path: string, signal: AbortSignal): Promise<Model> {
    if (!isAbsolute(path)) throw new AppError('INPUT_INVALID', `Expected an absolute path but got ${path}.`, { hint: 'Name the whole path, from the root of the disk.' });
    const row = await addLocalModel(this.#deps, { path, catalogue: await this.#models(), signal });
    this.#deps.publish();
    return viewLocalModel(row, await this.#view());
  }

  async #remove(slug: string): ReturnType<Handlers<'models'>['remove']> {
    const found = await this.#find(slug);
    if ('local' in found) {
      await this.#deps.unload(found.local.path);
      await this.#deps.database.run(removeLocalModel, slug);
      this.#deps.publish();
      return { freedBytes: 0 };
    }
    const running = this.#downloads.get(slug);
    if (running !== undefined) {
      await this.#deps.jobs().cancel(running);
      await this.#deps.jobs().wait(running);
    }
    const { catalogue: model } = found;
    const folder = modelFolder(this.#deps.folder, model);
    const present = (await peekFolder(folder, model)) !== 'absent';
    await this.#deps.unload(join(folder, weightsOf(model).name));
    await rm(folder, { recursive: true, force: true });
    await rm(join(this.#deps.folder, '.incoming', weightsOf(model).sha256), { recursive: true, force: true });
    this.#damaged.delete(weightsOf(model).sha256);
    this.#deps.publish();
    return { freedBytes: present ? model.files.reduce((sum, file) => sum + file.bytes, 0) : 0 };
  }
}
