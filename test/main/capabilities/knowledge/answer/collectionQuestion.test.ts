import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DocumentFormat } from '#contract/document.ts';
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
    ['How many emails are there?', 'count', { format: ['email'] }],
    ['How many mails do I have?', 'count', { format: ['email'] }],
    ['How many documents are in the folder tickets.csv?', 'count', { path: 'tickets.csv/' }],
    ['How many e-mails were sent in March 2026?', 'count', { format: ['email'], after: '2026-03-01', before: '2026-04-01' }],
    ['List all mail messages by Ada Lovelace', 'list', { format: ['email'], author: 'Ada Lovelace' }],
    ['Which documents were published since 2025?', 'list', { after: '2025-01-01' }],
    ['How many web pages do I have?', 'count', { format: ['html'] }],
    ['How many slide decks are there?', 'count', { format: ['pptx', 'odp'] }],
    ['List all slides', 'list', { format: ['pptx', 'odp'] }],
    ['How many spreadsheets do we have?', 'count', { format: ['xlsx', 'ods', 'csv'] }],
    ['How many Excel workbooks are there?', 'count', { format: ['xlsx'] }],
    ['List all Jupyter notebooks', 'list', { format: ['notebook'] }],
    ['How many OpenDocument files are there?', 'count', { format: ['odt', 'ods', 'odp'] }],
    ['How many source files are there?', 'count', { format: ['code'] }],
    ['How many text files are there?', 'count', { format: ['text'] }],
    ['How many RTF files are there?', 'count', { format: ['rtf'] }],
  ])('%j is answered from metadata', (question, asks, filter) => {
    expect(collectionQuestion(question)).toEqual({ kind: 'metadata', asks, filter });
  });

  test.each(['How many documents mention the warranty?', 'Which files contain the word pump?', 'List all documents about steam.', 'In how many documents does ENOSPC occur?', 'How often is the harbour mentioned in the documents?'])('%j is out of reach of passages and of metadata', (question) => {
    expect(collectionQuestion(question)).toMatchObject({ kind: 'beyond' });
  });

  test.each([
    ['How many tickets are there?', 'count'],
    ['How many Jira issues do we have?', 'count'],
    ['How many issues are there in total?', 'count'],
    ['How many Slack messages are there?', 'count'],
    ['How many tickets were created in March 2026?', 'count'],
    ['List all tickets by Ada Lovelace', 'list'],
    ['Show me all my conversations', 'list'],
  ])('%j is out of reach: nothing says of a document that it is one', (question, asks) => {
    expect(collectionQuestion(question)).toEqual({ kind: 'beyond', asks, of: 'records' });
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
    'How many emails can be sent in a day?',
    'How many slides does the talk have?',
    'How many tickets are open?',
    'How many messages can a queue hold?',
    'How many issues were published before 1998?',
    'How many issues does the linter report?',
    'List the messages',
    'Show the message that the pump gives.',
    'Which text files are read at the start?',
  ])('%j is about what stands in documents and goes on to the search', (question) => {
    expect(collectionQuestion(question)).toBeNull();
  });

  test('can be asked of every format by its own name', () => {
    const named = { html: 'HTML', code: 'code', email: 'EML', notebook: 'IPYNB' } as const;
    for (const format of DocumentFormat.options) {
      const asked = collectionQuestion(`How many ${format in named ? named[format as keyof typeof named] : format} files are there?`);
      expect(asked, format).toMatchObject({ kind: 'metadata', filter: { format: expect.arrayContaining([format]) } });
    }
  });

  test('is none of the questions of the benches, which passages answer', () => {
    const folder = 'bench/questions';
    const questions = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { question: string }).question));
    expect(questions.length).toBeGreaterThan(300);
    expect(questions.filter((question) => collectionQuestion(question) !== null)).toEqual([]);
  });
});
