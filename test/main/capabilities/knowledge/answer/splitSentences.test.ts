import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../../../../src-main/capabilities/knowledge/answer/splitSentences.ts';

const split = (text: string, lineBreaks: 'end' | 'space' = 'space'): string[] => splitSentences(text, { lineBreaks }).map((span) => text.slice(span.start, span.end));

describe('splitting sentences', () => {
  it.each([
    ['One. Two! Three?', ['One.', 'Two!', 'Three?']],
    ['Use e.g. sys.path or os.path.join(a, b). Then stop.', ['Use e.g. sys.path or os.path.join(a, b).', 'Then stop.']],
    ['Dr. Smith and J. Doe wrote it. See Fig. 3 for more.', ['Dr. Smith and J. Doe wrote it.', 'See Fig. 3 for more.']],
    ['Changed in version 3.11. The default is 5.0 seconds.', ['Changed in version 3.11.', 'The default is 5.0 seconds.']],
    ['He said “stop.” Then he left.', ['He said “stop.”', 'Then he left.']],
    ['It ends... then goes on. New one.', ['It ends... then goes on.', 'New one.']],
    ['これは文です。次の文です。', ['これは文です。', '次の文です。']],
    ['No end mark at all', ['No end mark at all']],
    ['', []],
    [' \n \n', []],
  ])('splits %j', (text, expected) => {
    expect(split(text)).toEqual(expected);
  });

  it('keeps list items apart and takes their marks off', () => {
    expect(split('Do this:\n- open the file\n- close it. Always.\n2) last', 'end')).toEqual(['Do this:', 'open the file', 'close it.', 'Always.', 'last']);
  });

  it('keeps a fenced code block whole', () => {
    expect(split('Run this.\n```python\nimport os. Path\nprint("a. B")\n```\nDone.', 'end')).toEqual(['Run this.', '```python\nimport os. Path\nprint("a. B")\n```', 'Done.']);
  });

  it('reads over the line breaks of printed prose, and ends at paragraphs', () => {
    expect(split('A line that\nwas full. Next\none.\n\nNew paragraph')).toEqual(['A line that\nwas full.', 'Next\none.', 'New paragraph']);
  });

  it('gives spans in order that never overlap, for any bytes', () => {
    const text = 'x. Y?\u0000 “…” ``` a\n'.repeat(500);
    const spans = splitSentences(text, { lineBreaks: 'end' });
    for (const [at, span] of spans.entries()) {
      expect(span.end).toBeGreaterThan(span.start);
      expect(span.start).toBeGreaterThanOrEqual(spans[at - 1]?.end ?? 0);
    }
  });
});
