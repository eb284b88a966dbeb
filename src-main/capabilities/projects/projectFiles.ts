import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Digest } from '#contract/ids.ts';
import { KnowledgeFile, ProjectFile, type ProjectEntry } from '#contract/projects.ts';
import { PipelineFile } from '#contract/pipelines.ts';
import { QuestionsFile } from '#contract/questions.ts';
import { AppError } from '../../base/appError.ts';
import { sha256 } from '../../base/canonicalJson.ts';
import { isMissing } from '../../base/isMissing.ts';
import { openInside, toPosix } from '../../base/paths.ts';
import { readRegularFile } from '../../base/readRegularFile.ts';
import type { Artifacts } from '../../storage/artifacts.ts';
import { PROJECT_FILE } from './projectFolder.ts';
import { writeFileSafely } from './writeFileSafely.ts';
import { checkYaml, type FileProblem } from './yamlFile.ts';

const MAX_FILE_BYTES = 5_000_000;
const MAX_FILES = 20_000;

type SchemaName = 'project' | 'knowledge' | 'questions' | 'pipeline';
const SCHEMAS: Record<SchemaName, z.ZodType> = { project: ProjectFile, knowledge: KnowledgeFile, questions: QuestionsFile, pipeline: PipelineFile };

/** The published JSON Schemas, generated from the contract. */
export function projectSchemas(): Record<SchemaName, Record<string, unknown>> {
  return { project: z.toJSONSchema(ProjectFile, { io: 'input' }), knowledge: z.toJSONSchema(KnowledgeFile, { io: 'input' }), questions: z.toJSONSchema(QuestionsFile, { io: 'input' }), pipeline: z.toJSONSchema(PipelineFile, { io: 'input' }) };
}

/** Which schema a project file has, by its place. */
export function schemaOf(file: string): SchemaName | null {
  if (file === PROJECT_FILE) return 'project';
  if (/^pipelines\/[^/]+\.ya?ml$/.test(file)) return 'pipeline';
  if (/^knowledge\/questions\/[^/]+\.ya?ml$/.test(file)) return 'questions';
  return /^knowledge\/[^/]+\.ya?ml$/.test(file) ? 'knowledge' : null;
}

/** Files that belong in git, sorted by path; dot entries are state or tools' and not listed. */
export async function listProjectFiles(folder: string): Promise<ProjectEntry[]> {
  const entries: ProjectEntry[] = [];
  const pending = [''];
  for (let at = pending.pop(); at !== undefined && entries.length < MAX_FILES; at = pending.pop()) {
    for (const entry of await readdir(path.join(folder, at), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const relative = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) pending.push(relative);
      if (entry.isDirectory() || entry.isFile()) {
        const sizeBytes = entry.isFile() ? (await stat(path.join(folder, relative))).size : 0;
        entries.push({ path: toPosix(relative), kind: entry.isDirectory() ? 'folder' : 'file', sizeBytes });
      }
    }
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The real place of a project file. Throws PATH_OUTSIDE_ROOT, also for dot entries, which are state or tools'. */
export async function placeInProject(folder: string, file: string): Promise<string> {
  if (file.split(/[\\/]/).some((part) => part.startsWith('.'))) throw new AppError('PATH_OUTSIDE_ROOT', `${file} is not a project file`, { hint: 'Dot entries are not edited here.' });
  return openInside(folder, file);
}

/** Its bytes, or null when there is no such file. */
export async function readIfThere(absolute: string): Promise<Buffer | null> {
  return readRegularFile(absolute, MAX_FILE_BYTES).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
}

export async function readProjectText(folder: string, file: string): Promise<{ path: string; text: string; digest: Digest; schema: string | null }> {
  const absolute = await placeInProject(folder, file);
  const bytes = await readRegularFile(absolute, MAX_FILE_BYTES).catch((cause: unknown) => {
    throw isMissing(cause) ? new AppError('PATH_UNREADABLE', `${file} does not exist in this project`, { cause }) : cause;
  });
  return { path: file, text: bytes.toString('utf8'), digest: sha256(bytes), schema: schemaOf(file) };
}

export interface WriteProjectText {
  readonly path: string;
  readonly text: string;
  /** Digest that the file must still have; null = it must not exist. */
  readonly expectedDigest: string | null;
}

/** Keeps what a file says before it is written over, so that it can be undone. */
export interface KeepFormer {
  readonly artifacts: Artifacts;
  record(path: string, written: Digest, former: Digest): Promise<{ withdraw(): Promise<void> }>;
}

/** Compare-and-swap; the former content is kept and can be brought back. Answers what the file's schema says about the new text. */
export async function writeProjectText(folder: string, keep: KeepFormer, write: WriteProjectText): Promise<{ digest: Digest; problems: FileProblem[] }> {
  const absolute = await placeInProject(folder, write.path);
  const former = await readIfThere(absolute);
  const digest = former === null ? null : sha256(former);
  if (digest !== write.expectedDigest) {
    throw new AppError('FILE_CHANGED', `${write.path} was changed by another program since it was opened`, { hint: 'Compare both versions, then save again.', details: { digest } });
  }
  const written = sha256(write.text);
  const saved = former === null || digest === written ? null : await keep.record(write.path, written, await keep.artifacts.put(former));
  try {
    await mkdir(path.dirname(absolute), { recursive: true });
    await writeFileSafely(absolute, write.text);
  } catch (error) {
    // An entry that stays is harmless: its undo finds the file as it was. The failed write is what is told.
    await saved?.withdraw().catch(() => undefined);
    throw error;
  }
  const schema = schemaOf(write.path);
  return { digest: written, problems: schema === null ? [] : checkYaml(write.text, SCHEMAS[schema]).problems };
}
