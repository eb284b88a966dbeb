import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Slug } from '#contract/ids.ts';
import { PipelineFile } from '#contract/pipelines.ts';
import { AppError } from '../../base/appError.ts';
import { isMissing } from '../../base/isMissing.ts';
import { openInside } from '../../base/paths.ts';
import { readRegularFile } from '../../base/readRegularFile.ts';
import { MAX_YAML_BYTES } from './projectFolder.ts';
import { parseYaml } from './yamlFile.ts';

const nameOf = (slug: string): string => `pipelines/${slug}.yaml`;

/** A project's pipelines/*.yaml as the composition root hands them to the pipelines capability. */
export function createPipelineFiles(projectFolder: string) {
  async function slugs(): Promise<string[]> {
    const names = await readdir(path.join(projectFolder, 'pipelines')).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names.flatMap((name) => (name.endsWith('.yaml') && Slug.safeParse(name.slice(0, -5)).success ? [name.slice(0, -5)] : [])).sort();
  }

  async function read(slug: string): Promise<PipelineFile> {
    // Asked each time: the folder or a file in it may have become a link since.
    const place = await openInside(projectFolder, nameOf(Slug.parse(slug)));
    const bytes = await readRegularFile(place, MAX_YAML_BYTES).catch(async (error: unknown) => {
      if (!isMissing(error)) throw error;
      const known = await slugs();
      throw new AppError('PIPELINE_NOT_FOUND', `There is no ${nameOf(slug)} in this project`, { hint: known.length === 0 ? 'Write one: the manual, "Pipelines", shows how.' : `There are ${known.map(nameOf).join(', ')}.` });
    });
    return parseYaml(nameOf(slug), bytes.toString('utf8'), PipelineFile);
  }

  return {
    slugs,
    read,
    async troubles(): Promise<{ file: string; message: string }[]> {
      const troubles: { file: string; message: string }[] = [];
      for (const slug of await slugs()) await read(slug).catch((error: unknown) => troubles.push({ file: nameOf(slug), message: error instanceof Error ? error.message : String(error) }));
      return troubles;
    },
  };
}
