import { describe, expect, it } from 'vitest';
import { isFollowUp, standaloneQuestion } from '../../../../../src-main/capabilities/knowledge/answer/followUp.ts';

const history = [{ question: 'How do I open an SQLite database with sqlite3.connect?', answer: 'Call sqlite3.connect() with its path. It returns a Connection.' }];

describe('a follow-up question', () => {
  it.each([
    ['And how do I close it?', true],
    ['What about timeouts?', true],
    ['Why?', true],
    ['Does it support transactions?', true],
    ['Which of them is faster?', true],
    ['How does gzip choose its compression level by default for a file?', true],
    ['Is it possible to compress a folder with shutil?', false],
    ['Which exception does json.loads raise for invalid input?', false],
    ['How many bytes of randomness are enough for a secret token?', false],
  ])('%j leans on what was said: %s', (question, expected) => {
    expect(isFollowUp(question)).toBe(expected);
  });

  it('is searched with the words of what was spoken about', () => {
    const query = standaloneQuestion('And how do I close it?', history);
    expect(query).toMatch(/^And how do I close it\?/);
    expect(query).toMatch(/SQLite/);
    expect(query).toMatch(/sqlite3\.connect/);
  });

  it('reaches through a chain of follow-ups to the question that named the thing', () => {
    const chain = [...history, { question: 'And how do I close it?', answer: 'Call close().' }];
    expect(standaloneQuestion('Does it wait?', chain)).toMatch(/SQLite/);
  });

  it('stays as it is when it stands by itself or nothing was said before', () => {
    const alone = 'Which exception does json.loads raise for invalid input?';
    expect(standaloneQuestion(alone, history)).toBe(alone);
    expect(standaloneQuestion('And how do I close it?', [])).toBe('And how do I close it?');
  });

  it('does not carry the whole of a long conversation', () => {
    const long = Array.from({ length: 30 }, (_, at) => ({ question: `What about topic${at} and subject${at} together with theme${at} and point${at}?`, answer: 'It depends.' }));
    expect(standaloneQuestion('Why is it so?', long).split(' ').length).toBeLessThan(16);
  });
});
