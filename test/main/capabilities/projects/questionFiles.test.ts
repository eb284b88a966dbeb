import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StoredQuestion } from '#contract/questions.ts';
import { createKnowledgeFiles } from '../../../../src-main/capabilities/projects/knowledgeFiles.ts';
import { createQuestionFiles } from '../../../../src-main/capabilities/projects/questionFiles.ts';
import { openArtifacts } from '../../../../src-main/storage/artifacts.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

const id = (number: number): string => `01890000-0000-7000-8000-00000000000${number}`;
const question = (number: number, said = `Question ${number}?`): StoredQuestion => ({ id: id(number), question: said, expected: [{ file: 'a.md', quote: 'The answer.' }] });

function openedFiles() {
  const folder = temporaryFolder();
  const artifacts = openArtifacts(join(folder, '.lathe', 'artifacts'));
  const recorded: string[] = [];
  const files = createQuestionFiles(folder, { artifacts, record: async (path) => (recorded.push(path), { withdraw: async () => undefined }) });
  const place = join(folder, 'knowledge', 'questions', 'notes.yaml');
  const write = (text: string): void => {
    mkdirSync(join(folder, 'knowledge', 'questions'), { recursive: true });
    writeFileSync(place, text);
  };
  return { folder, artifacts, files, recorded, place, write };
}

describe('the file of saved questions', () => {
  test('is made with the first question, and its folder is no knowledge base', async () => {
    const { folder, artifacts, files, place } = openedFiles();
    expect(await files.read('notes')).toEqual([]);
    await files.change('notes', (questions) => [...questions, question(1)]);
    expect(await files.read('notes')).toEqual([question(1)]);
    expect(readFileSync(place, 'utf8')).toMatch(/^# Questions with the passages/);
    expect(await createKnowledgeFiles(folder, artifacts).list()).toEqual({ entries: [], troubles: [] });
  });

  test('keeps comments, order and spelling of all that did not change, and what it said before can be undone', async () => {
    const { files, write, place, recorded } = openedFiles();
    const text = `# mine\nversion: 1\nquestions:\n  # from the review of May\n  - id: ${id(1)}\n    question: "Question 1?"\n    expected: [ { file: a.md, quote: "The answer." } ] # page 3\n  - id: ${id(2)}\n    question: Question 2?\n    expected:\n      - file: a.md\n        quote: The answer.\n`;
    write(text);
    await files.change('notes', (questions) => questions.map((each) => (each.id === id(2) ? { ...each, question: 'Question two?' } : each)));
    const lines = readFileSync(place, 'utf8').split('\n');
    expect(lines.filter((line) => !text.split('\n').includes(line))).toEqual(['    question: Question two?']);
    expect(lines).toContain('  # from the review of May');
    expect(recorded).toEqual(['knowledge/questions/notes.yaml']);
    await files.change('notes', () => []);
    await files.change('notes', () => [question(3)]);
    expect(await files.read('notes')).toEqual([question(3)]);
    expect(readFileSync(place, 'utf8')).toMatch(/^# mine/);
  });

  test('loses none of several changes that are asked for at once', async () => {
    const { files } = openedFiles();
    await files.change('notes', () => [question(1)]);
    await Promise.all([2, 3].map((number) => files.change('notes', (questions) => [...questions, question(number)])));
    expect((await files.read('notes')).map((each) => each.id).toSorted()).toEqual([id(1), id(2), id(3)]);
  });

  test('says file, line and field of what is wrong, and is not written over', async () => {
    const { files, write, place } = openedFiles();
    const broken = `version: 1\nquestions:\n  - id: ${id(1)}\n    question: ''\n    expected: []\n  - id: ${id(1)}\n    question: Twice?\n    expected: []\n`;
    write(broken);
    const [trouble] = await files.troubles();
    expect(trouble?.file).toBe('knowledge/questions/notes.yaml');
    expect(trouble?.message).toMatch(/line 4, questions\.0\.question/);
    await expect(files.change('notes', () => [])).rejects.toMatchObject({ code: 'PROJECT_FILE_INVALID' });
    expect(readFileSync(place, 'utf8')).toBe(broken);
    write(broken.replace("''", 'Once?'));
    expect((await files.troubles())[0]?.message).toMatch(/line 6, questions\.1\.id: Another question has the id/);
  });
});
