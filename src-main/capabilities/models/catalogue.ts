import { readFile } from 'node:fs/promises';
import { Catalogue, type CatalogueModel } from '#contract/models.ts';
import { AppError } from '../../base/appError.ts';

/** Reads `resources/models.json`. Rejects with INTERNAL: the file is ours. */
export async function readCatalogue(path: string): Promise<readonly CatalogueModel[]> {
  const parsed = Catalogue.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data.models;
  const [issue] = parsed.error.issues;
  throw new AppError('INTERNAL', `The model catalogue ${path} is invalid at ${issue?.path.join('.')}: ${issue?.message}.`);
}

/** The file that holds the weights; its digest is the model's identity. */
export function weightsOf(model: CatalogueModel): CatalogueModel['files'][number] {
  const [weights] = model.files;
  if (!weights) throw new AppError('INTERNAL', `The catalogue names no file for ${model.slug}.`);
  return weights;
}

/** What a download of the model comes to, in bytes. */
export function bytesOf(model: CatalogueModel): number {
  return model.files.reduce((sum, file) => sum + file.bytes, 0);
}
