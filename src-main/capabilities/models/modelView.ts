import { join } from 'node:path';
import type { Digest, JobId, Slug } from '#contract/ids.ts';
import { ModelTask, type CatalogueModel, type Model } from '#contract/models.ts';
import { bytesOf, weightsOf } from './catalogue.ts';
import { modelFolder } from './fetchModel.ts';
import { stampOfRow } from './localFiles.ts';
import type { LocalModelRow } from './localModels.ts';
import { memoryFit, type Memory } from './memoryFit.ts';
import { readUsage, usageLine } from './usageFacts.ts';
import { peekFolder, sameStamp, stampOf } from './verifiedFiles.ts';

/** What the state of a model depends on besides its files. */
export interface ViewContext {
  readonly folder: string;
  readonly memory: Memory;
  readonly suggested: string | null;
  readonly downloads: ReadonlyMap<string, JobId>;
  readonly damaged: ReadonlySet<string>;
  readonly loaded: ReadonlySet<string>;
}

export async function viewCatalogueModel(model: CatalogueModel, context: ViewContext): Promise<Model> {
  const weights = weightsOf(model);
  const folder = modelFolder(context.folder, model);
  const job = context.downloads.get(model.slug) ?? null;
  return {
    digest: weights.sha256,
    slug: model.slug,
    name: model.name,
    task: model.task,
    licence: model.licence,
    state: await stateOf(model, context),
    starter: model.starter,
    bytes: bytesOf(model),
    memoryBytes: model.memoryBytes,
    path: null,
    fit: memoryFit(model.memoryBytes, context.memory),
    suggested: context.suggested === model.slug,
    job,
    note: model.note ?? null,
    facts: await factsOf({ task: model.task, name: model.slug, weightsPath: join(folder, weights.name), dimensions: model.dimensions }),
    loaded: context.loaded.has(join(folder, weights.name)),
  };
}

/** Null where the files are not here or no longer right: their state says so. */
async function factsOf(model: Parameters<typeof readUsage>[0]): Promise<string | null> {
  return readUsage(model).then(usageLine, () => null);
}

async function stateOf(model: CatalogueModel, context: ViewContext): Promise<Model['state']> {
  if (context.downloads.has(model.slug)) return 'downloading';
  if (context.damaged.has(weightsOf(model).sha256)) return 'damaged';
  const state = await peekFolder(modelFolder(context.folder, model), model);
  return state === 'unchecked' ? 'ready' : state;
}

export async function viewLocalModel(row: LocalModelRow, context: ViewContext): Promise<Model> {
  const stamp = await stampOf(row.path, row.digest);
  return {
    digest: row.digest as Digest,
    slug: row.slug as Slug,
    name: row.name,
    task: ModelTask.parse(row.task),
    licence: 'Your own file',
    state: stamp === null ? 'missing' : sameStamp(stamp, stampOfRow(row)) ? 'ready' : 'damaged',
    starter: false,
    bytes: row.bytes,
    memoryBytes: row.memory_bytes,
    path: row.path,
    fit: memoryFit(row.memory_bytes, context.memory),
    suggested: false,
    job: null,
    note: null,
    facts: await factsOf({ task: ModelTask.parse(row.task), name: row.name, weightsPath: row.path }),
    loaded: context.loaded.has(row.path),
  };
}
