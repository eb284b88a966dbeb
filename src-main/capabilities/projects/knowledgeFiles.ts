import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Slug } from '#contract/ids.ts';
import { KnowledgeFile } from '#contract/projects.ts';
import { isMissing } from '../../base/isMissing.ts';
import { openInside } from '../../base/paths.ts';
import { readRegularFile } from '../../base/readRegularFile.ts';
import type { Artifacts } from '../../storage/artifacts.ts';
import { MAX_YAML_BYTES } from './projectFolder.ts';
import { writeFileSafely } from './writeFileSafely.ts';
import { parseYaml, toYaml } from './yamlFile.ts';

const nameOf = (slug: string): string => `knowledge/${slug}.yaml`;

interface Listed {
  readonly entries: { slug: string; file: KnowledgeFile }[];
  readonly troubles: { slug: string; message: string }[];
}

/** A project's knowledge/*.yaml as the composition root hands it to the knowledge capability. */
export function createKnowledgeFiles(projectFolder: string, artifacts: Artifacts) {
  // Asked each time: the folder or a file in it may have become a link since.
  const placeOf = (slug: string): Promise<string> => openInside(projectFolder, nameOf(Slug.parse(slug)));
  const readBytes = async (slug: string): Promise<Buffer> => readRegularFile(await placeOf(slug), MAX_YAML_BYTES);

  async function slugs(): Promise<string[]> {
    const names = await readdir(path.join(projectFolder, 'knowledge')).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names.flatMap((name) => (name.endsWith('.yaml') && Slug.safeParse(name.slice(0, -5)).success ? [name.slice(0, -5)] : [])).sort();
  }

  async function writeText(slug: string, text: string): Promise<void> {
    const place = await placeOf(slug);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFileSafely(place, text);
  }

  return {
    /** One file that cannot be used costs only itself. */
    async list(): Promise<Listed> {
      const listed: Listed = { entries: [], troubles: [] };
      for (const slug of await slugs()) {
        try {
          listed.entries.push({ slug, file: parseYaml(nameOf(slug), (await readBytes(slug)).toString('utf8'), KnowledgeFile) });
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          listed.troubles.push({ slug, message: reason.startsWith(nameOf(slug)) ? reason : `${nameOf(slug)} cannot be used. ${reason}` });
        }
      }
      return listed;
    },
    write: (slug: string, file: KnowledgeFile): Promise<void> => writeText(slug, toYaml(file, 'A knowledge base. See the manual, "Knowledge".')),
    async keep(slug: string): Promise<string | null> {
      // A file that is there and cannot be read could not be brought back: then it is not removed either.
      const former = await readBytes(slug).catch((error: unknown) => {
        if (isMissing(error)) return null;
        throw error;
      });
      if (former === null) return null;
      return artifacts.put(former);
    },
    async remove(slug: string): Promise<void> {
      // The entry itself, not what it may lead to.
      await rm(path.join(await openInside(projectFolder, 'knowledge'), `${Slug.parse(slug)}.yaml`), { force: true });
    },
    async restore(slug: string, digest: string): Promise<void> {
      const bytes = await artifacts.get(digest as never);
      await writeText(slug, Buffer.from(bytes).toString('utf8'));
    },
  };
}
