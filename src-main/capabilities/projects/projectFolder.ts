import { cp, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { PROJECT_FILE_VERSION, ProjectFile } from '#contract/projects.ts';
import type { ProjectId } from '#contract/ids.ts';
import { AppError, hasErrorCode } from '../../base/appError.ts';
import { isMissing } from '../../base/isMissing.ts';
import { openInside } from '../../base/paths.ts';
import { readRegularFile } from '../../base/readRegularFile.ts';
import { uuidv7 } from '../../base/uuid.ts';
import { makeFolder } from '../../storage/makeFolder.ts';
import { writeFileSafely } from './writeFileSafely.ts';
import { parseYaml, toYaml } from './yamlFile.ts';

export const PROJECT_FILE = 'lathe.yaml';
/** People write these files: a larger one is no such file. */
export const MAX_YAML_BYTES = 1_000_000;
const GIT_IGNORE = '# State that Lathe can rebuild, or that does not belong in git\n.lathe/\n';

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(() => true, () => false);
}

/** Reads and checks `lathe.yaml`. Throws PROJECT_NOT_FOUND, PROJECT_FILE_INVALID, PATH_UNREADABLE or PATH_OUTSIDE_ROOT. */
export async function readProjectFile(folder: string): Promise<ProjectFile> {
  let text: string;
  try {
    text = (await readRegularFile(await openInside(folder, PROJECT_FILE), MAX_YAML_BYTES)).toString('utf8');
  } catch (cause) {
    if (hasErrorCode(cause)) throw cause;
    throw new AppError('PROJECT_NOT_FOUND', `There is no project in ${folder}: it has no ${PROJECT_FILE}`, { hint: `Make one with \`project new ${folder}\`.`, cause });
  }
  return parseYaml(PROJECT_FILE, text, ProjectFile);
}

export interface SampleParts {
  /** Its project files. */
  readonly folder: string;
  /** Lathe's own manual: what its knowledge base is over. */
  readonly manual: string;
}

export interface NewProject {
  readonly folder: string;
  readonly name: string | null;
  /** What the sample is made of, or null for an empty project. */
  readonly sample: SampleParts | null;
}

/** Makes a project folder. An existing folder must hold nothing (dot files aside). Throws PROJECT_EXISTS. */
export async function createProjectFolder({ folder, name, sample }: NewProject): Promise<ProjectFile> {
  const there = await readdir(folder).catch((): string[] => []);
  if (there.includes(PROJECT_FILE)) throw new AppError('PROJECT_EXISTS', `${folder} is a project already`, { hint: `Open it with \`project open ${folder}\`.` });
  const visible = there.filter((entry) => !entry.startsWith('.'));
  if (visible.length > 0 && sample !== null) throw new AppError('PROJECT_EXISTS', `${folder} holds ${visible.length} entries; the sample needs an empty folder`, { hint: 'Name a folder that does not exist yet.' });
  await makeFolder(folder, { doing: 'making the project', hint: 'Choose a folder that you may write to.' });
  if (sample !== null) {
    await cp(sample.folder, folder, { recursive: true });
    await cp(sample.manual, path.join(folder, 'manual'), { recursive: true });
  }
  const file: ProjectFile = { version: PROJECT_FILE_VERSION, id: uuidv7() as ProjectId, name: name ?? path.basename(path.resolve(folder)) };
  if (!(await exists(path.join(folder, '.gitignore')))) await writeFileSafely(path.join(folder, '.gitignore'), GIT_IGNORE);
  await mkdir(path.join(folder, 'knowledge'), { recursive: true });
  await writeFileSafely(path.join(folder, PROJECT_FILE), toYaml(file, 'A Lathe project. See the manual, "The project folder".'));
  return file;
}

/** True for a folder that brings a project's parts without having been a project here. */
export async function holdsOthersWork(folder: string): Promise<boolean> {
  // What cannot be looked into was not made here.
  const empty = await readdir(path.join(folder, 'knowledge')).then(({ length }) => length === 0, isMissing);
  return !empty || (await exists(path.join(folder, '.lathe')));
}

/** The nearest folder at or above `from` with a project file; null when there is none. */
export async function nearestProject(from: string): Promise<string | null> {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (await exists(path.join(folder, PROJECT_FILE))) return folder;
    if (path.dirname(folder) === folder) return null;
  }
}

export async function realFolder(folder: string): Promise<string> {
  return realpath(folder).catch((cause: unknown) => {
    throw new AppError('PROJECT_NOT_FOUND', `The folder ${folder} does not exist`, { hint: `Make a project with \`project new ${folder}\`.`, cause });
  });
}
