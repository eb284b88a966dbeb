import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Slug } from '#contract/ids.ts';
import { KnowledgeFile } from '#contract/projects.ts';
import type { Artifacts } from '../../storage/artifacts.ts';
import { writeFileSafely } from './writeFileSafely.ts';
import { parseYaml, toYaml } from './yamlFile.ts';

/** A project's knowledge/*.yaml as the composition root hands it to the knowledge capability. */
export function createKnowledgeFiles(projectFolder: string, artifacts: Artifacts) {
  const folder = path.join(projectFolder, 'knowledge');
  const fileOf = (slug: string): string => path.join(folder, `${Slug.parse(slug)}.yaml`);

  return {
    async list(): Promise<{ slug: string; file: KnowledgeFile }[]> {
      const names = await readdir(folder).catch(() => []);
      const slugs = names.flatMap((name) => (name.endsWith('.yaml') && Slug.safeParse(name.slice(0, -5)).success ? [name.slice(0, -5)] : [])).sort();
      return Promise.all(slugs.map(async (slug) => ({ slug, file: parseYaml(`knowledge/${slug}.yaml`, await readFile(fileOf(slug), 'utf8'), KnowledgeFile) })));
    },
    async write(slug: string, file: KnowledgeFile): Promise<void> {
      await mkdir(folder, { recursive: true });
      await writeFileSafely(fileOf(slug), toYaml(file, 'A knowledge base. See the manual, "Knowledge".'));
    },
    async keep(slug: string): Promise<string | null> {
      const former = await readFile(fileOf(slug)).catch(() => null);
      if (former === null) return null;
      return artifacts.put(former);
    },
    async remove(slug: string): Promise<void> {
      await rm(fileOf(slug), { force: true });
    },
    async restore(slug: string, digest: string): Promise<void> {
      const bytes = await artifacts.get(digest as never);
      await mkdir(folder, { recursive: true });
      await writeFileSafely(fileOf(slug), Buffer.from(bytes).toString('utf8'));
    },
  };
}
