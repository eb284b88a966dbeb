import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { QuestionsFile, type StoredQuestion } from '#contract/questions.ts';
import { isMissing } from '../../../base/isMissing.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import { purgeBase } from '../knowledgeStore.ts';
import { namesIn } from '../snapshots/sweepEmbeddings.ts';

/** One folder an import under way, named by the base that it becomes. */
export function importsFolder({ vectorsFolder }: Pick<KnowledgeDeps, 'vectorsFolder'>): string {
  return path.join(path.dirname(vectorsFolder), 'imports');
}

/** The saved questions of an unpacked file; throws when they are not what Lathe writes. */
export async function readQuestions(folder: string): Promise<StoredQuestion[]> {
  return QuestionsFile.parse(JSON.parse(await readFile(path.join(folder, 'questions.json'), 'utf8'))).questions;
}

type Deps = Pick<KnowledgeDeps, 'database' | 'files' | 'questions' | 'vectorsFolder' | 'logger'>;

/**
 * To be called when a project is opened, before anything else looks at its bases and indexes: an import that a kill cut off before its
 * project file was there goes, rows and all; one whose file is there gets its questions.
 */
export async function finishImports(deps: Deps): Promise<void> {
  const root = importsFolder(deps);
  const names = await namesIn(root);
  if (names.length === 0) return;
  const { entries } = await deps.files.list();
  for (const name of names) {
    const folder = path.join(root, name);
    const entry = entries.find(({ file }) => file.id === name);
    if (entry) await finish(deps, entry.slug, folder).catch((error: unknown) => deps.logger.warn(`The saved questions of ${entry.file.name} could not be imported`, error));
    // Rows that are visible are not touched by it.
    else if (z.uuid().safeParse(name).success) await deps.database.run(purgeBase, { id: name, slug: '', fileDigest: null });
    await rm(folder, { recursive: true, force: true });
  }
}

async function finish({ questions }: Deps, slug: string, folder: string): Promise<void> {
  const carried = await readQuestions(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  if (carried.length > 0 && (await questions.read(slug)).length === 0) await questions.change(slug, () => carried);
}
