import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectionQuestion } from '../../../../../src-main/capabilities/knowledge/answer/collectionQuestion.ts';

describe('a question about the collection', () => {
  test.each([
    ['How many documents are there?', 'count', {}],
    ['How many PDFs do I have?', 'count', { format: ['pdf'] }],
    ['How many markdown files are in this knowledge base', 'count', { format: ['markdown'] }],
    ['List all files', 'list', {}],
    ['List all documents by Ada Lovelace.', 'list', { author: 'Ada Lovelace' }],
    ['Which documents were written by J. R. Hartley?', 'list', { author: 'J. R. Hartley' }],
    ['Which documents changed after 2024-03-05?', 'list', { after: '2024-03-06' }],
    ['Which files were modified since March 2024?', 'list', { after: '2024-03-01' }],
    ['How many documents were updated before 5 May 2023?', 'count', { before: '2023-05-05' }],
    ['Show me all the PDFs from 2022', 'list', { format: ['pdf'], after: '2022-01-01', before: '2023-01-01' }],
    ['Which documents are in German?', 'list', { language: ['de'] }],
    ['list the documents in the folder "manuals/pumps"', 'list', { path: 'manuals/pumps/' }],
    ['Which files changed after December 31, 2023?', 'list', { after: '2024-01-01' }],
  ])('%j is answered from metadata', (question, asks, filter) => {
    expect(collectionQuestion(question)).toEqual({ kind: 'metadata', asks, filter });
  });

  test.each(['How many documents mention the warranty?', 'Which files contain the word pump?', 'List all documents about steam.', 'In how many documents does ENOSPC occur?', 'How often is the harbour mentioned in the documents?'])('%j is out of reach of passages and of metadata', (question) => {
    expect(collectionQuestion(question)).toMatchObject({ kind: 'beyond' });
  });

  test.each([
    'How many bytes does a file header take?',
    'How many files can a process open?',
    'Which file holds the settings of the user?',
    'Which documents do I need to apply for a visa?',
    'How many documents must be signed before the handover?',
    'What files does the installer write?',
    'List the steps to install the pump.',
    'Which documents changed after the merger?',
    'How many files are written by default?',
    'Show the log file',
    'Which files are needed in 2024?',
  ])('%j is about what stands in documents and goes on to the search', (question) => {
    expect(collectionQuestion(question)).toBeNull();
  });

  test('is none of the questions of the benches, which passages answer', () => {
    const folder = 'bench/questions';
    const questions = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { question: string }).question));
    expect(questions.length).toBeGreaterThan(300);
    expect(questions.filter((question) => collectionQuestion(question) !== null)).toEqual([]);
  });
});
