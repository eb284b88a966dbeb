import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { isMap, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import type { Digest } from '#contract/ids.ts';
import { Slug } from '#contract/ids.ts';
import type { FileTrouble } from '#contract/projects.ts';
import { QUESTIONS_FILE_VERSION, QuestionsFile, type StoredQuestion } from '#contract/questions.ts';
import { hasErrorCode } from '../../base/appError.ts';
import { canonicalJson, sha256 } from '../../base/canonicalJson.ts';
import { isMissing } from '../../base/isMissing.ts';
import { placeInProject, readIfThere, writeProjectText, type KeepFormer } from './projectFiles.ts';
import { parseYaml, toYaml } from './yamlFile.ts';

const FOLDER = 'knowledge/questions';
const nameOf = (slug: string): string => `${FOLDER}/${Slug.parse(slug)}.yaml`;
const COMMENT = 'Questions with the passages that should be found. See the manual, "Saved questions".';
/** Another program may write at the very moment, but not for ever. */
const ATTEMPTS = 5;

type Edit = (questions: readonly StoredQuestion[]) => readonly StoredQuestion[];

/** A project's knowledge/questions/*.yaml as the composition root hands it to the knowledge capability. */
export function createQuestionFiles(projectFolder: string, keepFormer: KeepFormer) {
  // One change at a time: two that read the same text would lose one of them.
  let last: Promise<unknown> = Promise.resolve();

  async function readText(slug: string): Promise<{ text: string; digest: Digest } | null> {
    const bytes = await readIfThere(await placeInProject(projectFolder, nameOf(slug)));
    return bytes === null ? null : { text: bytes.toString('utf8'), digest: sha256(bytes) };
  }

  /** Throws PROJECT_FILE_INVALID with line, field and what was expected; a file that is not there has no questions. */
  async function read(slug: string): Promise<StoredQuestion[]> {
    const file = await readText(slug);
    return file === null ? [] : questionsIn(slug, file.text);
  }

  /**
   * Reads, changes and writes the list, and again when another program wrote in between. What did not change keeps its lines and comments;
   * `record` is told before the file is written over, and its `withdraw` is called when that fails.
   */
  function change(slug: string, edit: Edit, record?: KeepFormer['record']): Promise<StoredQuestion[]> {
    const changed = last.then(() => changeNow(slug, edit, record));
    last = changed.catch(() => undefined);
    return changed;
  }

  async function changeNow(slug: string, edit: Edit, record?: KeepFormer['record']): Promise<StoredQuestion[]> {
    await mkdir(path.join(projectFolder, FOLDER), { recursive: true });
    for (let attempt = 1; ; attempt += 1) {
      const file = await readText(slug);
      const former = file === null ? [] : questionsIn(slug, file.text);
      const questions = QuestionsFile.shape.questions.parse([...edit(former)]);
      const text = file === null ? toYaml({ version: QUESTIONS_FILE_VERSION, questions }, COMMENT) : withQuestions(file.text, former, questions);
      if (text === file?.text) return questions;
      try {
        await writeProjectText(projectFolder, { artifacts: keepFormer.artifacts, record: record ?? keepFormer.record }, { path: nameOf(slug), text, expectedDigest: file?.digest ?? null });
        return questions;
      } catch (error) {
        if (!hasErrorCode(error, 'FILE_CHANGED') || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** What is wrong with each file that cannot be used. */
  async function troubles(): Promise<FileTrouble[]> {
    const names = await readdir(path.join(projectFolder, FOLDER)).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const found: FileTrouble[] = [];
    for (const name of names.sort()) {
      const slug = name.replace(/\.yaml$/, '');
      if (slug === name || !Slug.safeParse(slug).success) continue;
      await read(slug).catch((error: unknown) => found.push({ file: nameOf(slug), message: error instanceof Error ? error.message : String(error) }));
    }
    return found;
  }

  return { read, change, troubles };
}

function questionsIn(slug: string, text: string): StoredQuestion[] {
  return parseYaml(nameOf(slug), text, QuestionsFile).questions;
}

/** The text with another list of questions; every entry that stays the same keeps its own lines. */
function withQuestions(text: string, former: readonly StoredQuestion[], questions: readonly StoredQuestion[]): string {
  const document = parseDocument(text);
  const list = document.get('questions', true);
  if (!isSeq(list)) throw new Error('Expected a list of questions in a file that was checked');
  const known = new Map(former.map((question, at) => [question.id, { node: list.items[at], said: canonicalJson(question) }]));
  const items = questions.map((question) => {
    const before = known.get(question.id);
    if (before?.node !== undefined && before.said === canonicalJson(question)) return before.node;
    const node = document.createNode(question);
    if (isMap(before?.node)) node.commentBefore = before.node.commentBefore ?? null;
    return node;
  });
  (list as YAMLSeq).items = items;
  // An empty list is written as [] and must not stay in that style once it has entries.
  list.flow = items.length === 0;
  return document.toString({ lineWidth: 0 });
}
