import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Slug } from '#contract/ids.ts';
import { ModelTask, type CatalogueModel } from '#contract/models.ts';
import { AppError } from '../../base/appError.ts';
import type { Clock } from '../../base/clock.ts';
import { joinInside } from '../../base/paths.ts';
import type { Database } from '../../storage/database.ts';
import { weightsOf } from './catalogue.ts';
import { fileDigest } from '../../base/fileDigest.ts';
import { assertTokenizerBeside, inspectFile } from './inspectFile.ts';
import { listLocalModels, saveLocalModel, type LocalModelRow } from './localModels.ts';
import type { ReadyModel } from './models.ts';
import { findOnnx, onnxFolder } from './onnxFolder.ts';
import { readUsage } from './usageFacts.ts';
import { sameStamp, stampOf, type FileStamp } from './verifiedFiles.ts';

interface LocalDeps {
  readonly database: Database;
  readonly clock: Clock;
}

export function stampOfRow(row: LocalModelRow): FileStamp {
  return { sha256: row.digest, bytes: row.bytes, modifiedMs: row.modified_ms, inode: row.inode };
}

/** Checks a file and remembers it; a file whose digest is in the catalogue is that model. */
export async function addLocalModel(deps: LocalDeps, request: { path: string; catalogue: readonly CatalogueModel[]; signal: AbortSignal }): Promise<LocalModelRow> {
  const named = await realpath(request.path).catch((error: unknown) => {
    throw new AppError('PATH_UNREADABLE', `${request.path} cannot be opened.`, { hint: 'Check that it exists and that you may read it.', cause: error });
  });
  const path = await realpath(await findOnnx(named));
  const facts = await inspectFile(path);
  if (facts.task === 'static-embedding') throw new AppError('MODEL_UNSUPPORTED', `${path} is a safetensors file; GGUF and ONNX files can be added.`, { hint: 'Choose a .gguf or .onnx file.' });
  if (facts.format === 'onnx') await assertTokenizerBeside(path);
  const name = facts.format === 'onnx' ? await onnxName(path) : basename(path);
  await readUsage({ task: facts.task, name, weightsPath: path });
  const digest = await fileDigest(path, { signal: request.signal });
  const stamp = await stampOf(path, digest);
  if (!stamp) throw new AppError('PATH_UNREADABLE', `${path} is no longer there.`);
  const known = request.catalogue.find((model) => weightsOf(model).sha256 === digest && model.files.length === 1);
  const rows = await deps.database.run(listLocalModels, undefined);
  const taken = new Set([...request.catalogue.map((model) => model.slug), ...rows.filter((row) => row.path !== path).map((row) => row.slug)]);
  const row: LocalModelRow = {
    slug: known?.slug ?? freeSlug(name, taken),
    name: known?.name ?? facts.name ?? name,
    task: facts.task,
    path,
    digest,
    bytes: stamp.bytes,
    modified_ms: stamp.modifiedMs,
    inode: stamp.inode,
    context_tokens: facts.contextTokens,
    memory_bytes: known?.memoryBytes ?? Math.round(stamp.bytes * 1.2) + 200_000_000,
    added_at_ms: deps.clock.now(),
  };
  await deps.database.run(saveLocalModel, row);
  return row;
}

/** Most ONNX files are called model.onnx: then the folder's name tells them apart. */
async function onnxName(path: string): Promise<string> {
  const name = basename(path);
  return /^model([_-]|\.)/i.test(name) ? basename(await onnxFolder(path)) : name;
}

/** From the file's name: `My Model.Q4.gguf` → `my-model-q4`, with a number when that is taken. */
function freeSlug(name: string, taken: ReadonlySet<string>): string {
  const stem = name.replace(/\.(gguf|onnx)$/i, '');
  const plain = stem.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 56) || 'model';
  const usable = Slug.safeParse(plain).success ? plain : `model-${plain}`;
  if (!taken.has(usable)) return usable;
  for (let number = 2; ; number++) if (!taken.has(`${usable}-${number}`)) return `${usable}-${number}`;
}

/** A file that changed since it was added is read again: the same digest is the same model, another is refused. */
export async function checkLocalModel(deps: LocalDeps, row: LocalModelRow, signal?: AbortSignal): Promise<ReadyModel> {
  const stamp = await stampOf(row.path, row.digest);
  if (!stamp) throw new AppError('MODEL_UNAVAILABLE', `The file of ${row.name} is no longer at ${row.path}.`, { hint: `Put it back, or remove it in Models.` });
  if (!sameStamp(stamp, stampOfRow(row))) {
    const digest = stamp.bytes === row.bytes ? await fileDigest(row.path, signal ? { signal } : {}) : null;
    if (digest !== row.digest) throw new AppError('MODEL_DAMAGED', `${row.path} changed since it was added as ${row.slug}.`, { hint: `If that was meant, add it again: lathe models add ${row.path}`, details: { slug: row.slug, path: row.path } });
    await deps.database.run(saveLocalModel, { ...row, modified_ms: stamp.modifiedMs, inode: stamp.inode });
  }
  const task = ModelTask.parse(row.task);
  const folder = task === 'text' ? dirname(row.path) : await onnxFolder(row.path);
  return { slug: row.slug, name: row.name, task, digest: row.digest, folder, weightsPath: row.path, fileOf: (name) => joinInside(folder, name), ...(await readUsage({ task, name: row.name, weightsPath: row.path })) };
}
