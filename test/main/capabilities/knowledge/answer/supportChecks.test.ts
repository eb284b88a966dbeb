import { describe, expect, it } from 'vitest';
import { objectionTo } from '../../../../../src-main/capabilities/knowledge/answer/supportChecks.ts';

const check = (sentence: string, quote: string, more: { context?: string; question?: string } = {}) => objectionTo({ sentence, quote, context: more.context ?? '', question: more.question ?? '' });

describe('what a quote does not carry', () => {
  it.each([
    ['The default timeout is 6 seconds.', 'The default timeout is 5 seconds.', 'number'],
    ['It costs 1000 euros.', 'It costs 1,000 euros.', null],
    ['It keeps two copies.', 'It keeps 2 copies.', null],
    ['It came with version 3.1.', 'It came with version 3.10.', 'number'],
    ['The queue does not block.', 'The queue does block until an item is there.', 'negation'],
    ['Keys are case sensitive.', 'Keys are not case sensitive.', 'negation'],
    ['Keys are not case sensitive.', 'Keys aren’t case sensitive.', null],
    ['It raises TypeError for wrong input.', 'It raises ValueError for wrong input.', 'identifier'],
    ['os.remove deletes the file.', 'os.unlink deletes the file.', 'identifier'],
    ['The flag is true by default.', 'The flag is false by default.', 'contrast'],
    ['It runs before the commit.', 'It runs after the commit.', 'contrast'],
    ['Alpha waits 7 seconds.', 'Alpha waits 5 seconds and Beta waits 7 seconds.', 'mixed-numbers'],
    ['Beta waits 7 seconds.', 'Alpha waits 5 seconds and Beta waits 7 seconds.', null],
    ['maxsplit = 1', 'At most maxsplit splits are done: the list will have at most maxsplit+1 elements.', 'number'],
    ['The default is 1.', 'The default is -1.', 'number'],
    ['The list has at most maxsplit + 1 elements.', 'The list will have at most maxsplit+1 elements.', null],
    ['Wait 3 to 5 seconds.', 'Wait 3-5 seconds.', null],
    ['The limit is 10 MB.', 'The limit is 10 GB.', 'number'],
    ['It takes 5 seconds.', 'It takes 5 minutes.', 'number'],
    ['It takes 5 seconds.', 'It takes 5 sec.', null],
    ['It freezes a message when it is a bounce.', 'It warns when it freezes something, unless the message is a bounce.', 'negation'],
    ['It warns when it freezes something.', 'It warns when it freezes something, unless the message is a bounce.', null],
    ['It warns, unless the message is a bounce.', 'It warns when it freezes something, unless the message is a bounce.', null],
    ['Guests may use the pool on Mondays.', 'Guests may use the pool on all days except Mondays.', 'negation'],
    ['The pump needs grade 30 oil.', 'Use oil of grade 30 for the pump.', null],
  ])('%j against %j: %s', (sentence, quote, expected) => {
    expect(check(sentence, quote)).toBe(expected);
  });

  it('takes a name from what the quote speaks about, unless the quote names another', () => {
    const quote = 'If allow_nan is false, it will be a ValueError to serialize such values.';
    const question = 'What does json.dumps do when allow_nan is false?';
    expect(check('json.dumps raises a ValueError if allow_nan is false.', quote, { context: 'json.dumps(obj, allow_nan=True)', question })).toBe(null);
    expect(check('json.dumps raises a ValueError if allow_nan is false.', quote, { context: 'json.loads(text)', question })).toBe('identifier');
    expect(check('pickle.load is safe.', 'marshal.load is safe.', { context: 'pickle.load and marshal.dump' })).not.toBe(undefined);
  });

  it('does not take what is said of another name for what was asked', () => {
    const quote = 'the environment variable LATHE_TEXT_MODEL';
    const question = 'What does the environment variable LATHE_HOME do?';
    expect(check('It changes the environment variable LATHE_TEXT_MODEL.', quote, { question })).toBe('identifier');
    expect(check('It changes the environment variable LATHE_TEXT_MODEL.', quote, { question, context: 'LATHE_HOME' })).toBe(null);
  });
});
