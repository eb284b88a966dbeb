import { describe, expect, it } from 'vitest';
import { cleanAnswer, flawOf, isLooping } from '../../../../../src-main/capabilities/knowledge/answer/inspectAnswer.ts';

const prompt = { question: 'What does heappop raise when the heap is empty?', instruction: 'Read this text and answer the question in one sentence.' };

describe('a model’s text', () => {
  it.each([
    ['', 'empty'],
    [' \n ', 'empty'],
    ['...', 'empty'],
    ['the same words again '.repeat(20), 'repeats'],
    ['heap pop heap pop heap pop heap pop heap pop', 'repeats'],
    ['What does heappop raise when the heap is empty?', 'copies-prompt'],
    ['The heap is empty.', 'copies-prompt'],
    ['Read this text and answer the question', 'copies-prompt'],
    ['The text does not mention this.', 'refuses'],
    ['I don’t know.', 'refuses'],
    ['The passages do not say which exception it is.', 'refuses'],
    ['It raises IndexError.', null],
    ['The user of mkstemp() is responsible for deleting the file when done with it.', null],
  ])('%j: %s', (text, flaw) => {
    expect(flawOf(text, prompt)).toBe(flaw);
  });

  it('may answer yes or no with the words of the question', () => {
    expect(flawOf('No, it is not affected by system clock updates.', { ...prompt, question: 'Is it affected by system clock updates?' })).toBe(null);
  });

  it('is not taken for a loop because it is long', () => {
    const long = Array.from({ length: 300 }, (_, at) => `word${at % 120} and thing${at}`).join(' ');
    expect(isLooping(long)).toBe(false);
  });

  it.each([
    ['Answer: It raises IndexError.', 'It raises IndexError.'],
    ['**Answer:** It raises IndexError.', 'It raises IndexError.'],
    ['Based on the text above, it raises IndexError [2].', 'It raises IndexError.'],
    ['According to the passage, the limit is 5.', 'The limit is 5.'],
    ['argparse parses arguments.', 'argparse parses arguments.'],
    ['Use a[0] and items[12] here.', 'Use a[0] and items[12] here.'],
  ])('is freed of what weak models write around it: %j', (text, clean) => {
    expect(cleanAnswer(text)).toBe(clean);
  });
});
