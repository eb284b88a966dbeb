import { describe, expect, test } from 'vitest';
import { followMove, forgetMove, moveJobs } from '../../../../src-renderer/features/knowledge/moveJobs.ts';
import { freeName, prepareMoveEnd } from '../../../../src-renderer/features/knowledge/prepareMove.ts';
import { KNOWLEDGE, makeJob } from '../../fakeData.ts';

const EXPORT = { what: 'export', job: 'a' } as const;
const IMPORT = { what: 'import', job: 'b', from: '/home/ada/manuals.lathe-knowledge' } as const;
const ended = { progress: null, endedAtMs: 1 } as const;

describe('the end of an export or import', () => {
  test('says what was written, or what was read with what is left to know of it', () => {
    expect(prepareMoveEnd(EXPORT, makeJob(1, { ...ended, state: 'done', result: { file: '/home/ada/manuals.lathe-knowledge', bytes: 2_000_000, documents: 3 } }))).toEqual({ text: 'Exported 3 documents to /home/ada/manuals.lathe-knowledge, 2.0 MB.', meaning: 'good', shows: null, renames: null });
    expect(prepareMoveEnd(IMPORT, makeJob(1, { ...ended, state: 'done', result: { knowledgeId: KNOWLEDGE, name: 'Manuals', documents: 1, notes: ['Its vectors are made anew.'] } }))).toEqual({ text: 'Imported Manuals with 1 document. Its vectors are made anew.', meaning: 'good', shows: KNOWLEDGE, renames: null });
  });

  test('offers another name where the name is taken, instead of words for the command line', () => {
    const error = { code: 'KNOWLEDGE_EXISTS', message: 'There is a knowledge base named Manuals already', hint: 'Import it under another name: `knowledge import FILE --name NAME`.', details: { name: 'Manuals' } };
    expect(prepareMoveEnd(IMPORT, makeJob(1, { ...ended, state: 'failed', error }))).toEqual({ text: 'There is a knowledge base named Manuals already.', meaning: 'bad', shows: null, renames: { from: IMPORT.from, taken: 'Manuals' } });
  });

  test('says any other failure with its next step, and nothing of one that runs or was cancelled', () => {
    const error = { code: 'DISK_FULL', message: 'The disk is full', hint: 'Free 2 GB' };
    expect(prepareMoveEnd(EXPORT, makeJob(1, { ...ended, state: 'failed', error }))).toMatchObject({ text: 'The disk is full. Free 2 GB.', meaning: 'bad', renames: null });
    expect(prepareMoveEnd(EXPORT, makeJob(1, { ...ended, state: 'cancelled', error: { code: 'CANCELLED', message: 'Cancelled' } }))).toBeNull();
    expect(prepareMoveEnd(EXPORT, makeJob(1))).toBeNull();
  });

  test('is told once', () => {
    followMove(IMPORT);
    expect([forgetMove('b'), forgetMove('b'), moveJobs.getState().jobs]).toEqual([true, false, []]);
  });
});

test('the name that is offered is the first free one', () => {
  expect([freeName('Manuals', []), freeName('Manuals', ['Manuals']), freeName('Manuals', ['Manuals', 'Manuals 2'])]).toEqual(['Manuals', 'Manuals 2', 'Manuals 3']);
});
