import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assembleDocument, MAX_TEXT } from '../../../../src-main/runtimes/parse/child/assembleDocument.ts';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { documentFaults } from './documentFaults.ts';

const parse = (text: string, name: string) => parseBytes(new TextEncoder().encode(text), name);
type Parsed = Awaited<ReturnType<typeof parseBytes>>;
const shown = (document: Parsed) => document.blocks.map((block) => `${block.kind}${block.level ?? ''}: ${document.text.slice(block.start, block.end)}`);

describe('Markdown', () => {
  const source = `---
title: Tally
tags: [a, b]
---
# Setting *up*

Read the [manual](http://x.y) and \`run\` it. A ~~wrong~~ right way.

- one
- two
  continued

> quoted words

\`\`\`python
def f():

    return 1
\`\`\`

| Key | Value |
|-----|-------|
| a   | **1** |

<div><p>Raw <b>HTML</b> inside</p><script>x()</script></div>

[manual2]: http://z
`;

  test('the text is what a reader sees, without marks', async () => {
    const document = await parse(source, 'a.md');
    expect(shown(document)).toEqual([
      'heading1: Setting up',
      'paragraph: Read the manual and run it. A wrong right way.',
      'list: one',
      'list: two\ncontinued',
      'quote: quoted words',
      'code: def f():\n\n    return 1',
      'table: Key\tValue\na\t1',
      'paragraph: Raw HTML inside',
    ]);
    expect(document).toMatchObject({ title: 'Tally', metadata: { title: 'Tally', keywords: 'a, b' } });
    expect(documentFaults(document)).toEqual([]);
  });

  test('front matter that is not YAML is said, and the rest is read', async () => {
    const document = await parse('---\na: [\n---\n# Title\n\ntext', 'a.md');
    expect(document.warnings.map((warning) => warning.code)).toEqual(['front-matter-invalid']);
    expect(document.title).toBe('Title');
  });

  test.each([
    ['nested quotes', '>'.repeat(100_000)], ['emphasis', '*a_ '.repeat(100_000)], ['lists', Array.from({ length: 1_000 }, (_, at) => `${' '.repeat(at * 2)}- x`).join('\n')],
  ])('hostile %s are read as plain text', async (_name, text) => {
    expect((await parse(`${text} end`, 'a.md')).warnings.map((warning) => warning.code)).toEqual(['read-as-text']);
  });
});

describe('plain text', () => {
  test('headings underlined, numbered, in capitals and with marks are told from paragraphs', async () => {
    const document = await parse(`Title
=====

First paragraph
on two lines.

Part one
--------

2.1 Numbered part

Text of it.

NAME
    tool - does things

== Asciidoc part

Last words.
`, 'a.rst');
    expect(shown(document)).toEqual([
      'heading1: Title', 'paragraph: First paragraph\non two lines.', 'heading2: Part one', 'heading2: 2.1 Numbered part', 'paragraph: Text of it.',
      'heading2: NAME', 'paragraph:     tool - does things', 'heading2: Asciidoc part', 'paragraph: Last words.',
    ].map((line) => line));
    expect(document.title).toBe('Title');
  });

  test('lists are split into items and indented code stays code', async () => {
    const document = await parse('Do this:\n\n- first\n- second\n  goes on\n\n    int main(void) {\n      return 0;\n    }\n\nDone.\n', 'a.txt');
    expect(shown(document)).toEqual(['paragraph: Do this:', 'list: - first', 'list: - second\n  goes on', 'code:     int main(void) {\n      return 0;\n    }', 'paragraph: Done.']);
  });

  test('overstruck letters of formatted man pages are read once', async () => {
    expect((await parse('N\bNA\bAM\bME\bE\n    ls - list', 'ls.txt')).text).toBe('NAME\n\n    ls - list');
  });
});

describe('source code', () => {
  test('is split before top-level definitions, comments with what they describe', async () => {
    const body = '    x = 1\n'.repeat(60);
    const document = await parse(`import os\n\n# Adds.\ndef add(a, b):\n${body}\n\nclass Thing:\n${body}`, 'a.py');
    expect(document.format).toBe('code');
    expect(document.blocks.map((block) => document.text.slice(block.start, block.start + 12))).toEqual(['import os\n\n#', 'class Thing:']);
  });

  test('a 5 MB line without breaks is one block', async () => {
    const document = await parse('var a=1;'.repeat(650_000), 'bundle.min.js');
    expect(document.blocks).toHaveLength(1);
    expect(documentFaults(document)).toEqual([]);
  });
});

describe('a text that is longer than a document may be', () => {
  test('keeps its beginning, also where it is one block, and says so', () => {
    const log = 'one line of a log\n'.repeat(6_000_000);
    const document = assembleDocument([{ kind: 'heading', text: 'Log' }, { kind: 'paragraph', text: log, cuts: [5, log.length] }], { format: 'text', title: 'log.txt', metadata: {}, warnings: [] });
    expect(document.text.length).toBeGreaterThan(MAX_TEXT - 30);
    expect(document.text.length).toBeLessThanOrEqual(MAX_TEXT);
    expect(document.text).toMatch(/ (?:line|of|a|log)$|\none$/);
    expect(document.warnings).toEqual([{ code: 'truncated', message: `Only the first ${document.text.length.toLocaleString('en')} characters were kept: the limit is 100,000,000` }]);
    expect(document.cuts).toEqual([10, document.text.length]);
  });
});

describe('a text that is not UTF-8', () => {
  const legacy: [string, string, string][] = JSON.parse(readFileSync(new URL('./legacyTexts.json', import.meta.url), 'utf8'));

  test.each(legacy)('in %s is read by its letters', async (encoding, base64, wanted) => {
    const document = await parseBytes(Buffer.from(base64, 'base64'), 'note.txt');
    expect(document.text).toBe(wanted);
    expect(document.warnings.map((warning) => warning.message)).toEqual([`Not valid UTF-8 and no encoding declared: read as ${encoding}`]);
  });
});
