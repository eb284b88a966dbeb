import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { documentFaults } from './documentFaults.ts';

const fixture = (name: string) => parseBytes(readFileSync(new URL(`../../../fixtures/documents/${name}`, import.meta.url)), name);
const page = (body: string) => parseBytes(new TextEncoder().encode(`<html><body>${body}</body></html>`), 'page.html');
type Parsed = Awaited<ReturnType<typeof parseBytes>>;
const shown = (document: Parsed) => document.blocks.map((block) => `${block.kind}: ${document.text.slice(block.start, block.end)}`);

describe('pages that generators made', () => {
  test('a Sphinx page keeps its content and loses its bars, side bar and permalinks', async () => {
    const document = await fixture('sphinx.html');
    expect(document).toMatchObject({ title: 'queue — Bounded queues', format: 'html', language: 'en' });
    expect(shown(document)).toEqual([
      'heading: queue — Bounded queues',
      'paragraph: A queue holds at most capacity items. Putting into a full queue waits.',
      'definition: queue.put(item, timeout=None)',
      'paragraph: Add item. Raises QueueFull when timeout seconds pass.',
      'table: Code\tMeaning\nE11\tfull\nE12\tclosed',
      'code: def drain(q):\n    while q:\n        q.get()',
      'list: First rule of queues.',
      'list: Second rule of queues.',
    ]);
    expect(document.blocks[2]?.anchor).toBe('queue.put');
    expect(document.removed).toMatchObject({ permalink: 2, navigation: expect.any(Number), 'page-footer': expect.any(Number) });
    expect(document.cuts.length).toBeGreaterThan(0);
    expect(document.blocks[4]?.rows?.map((row) => document.text.slice(row, row + 3))).toEqual(['Cod', 'E11', 'E12']);
  });

  test('a DocBook page loses its bars and contents; the title of a note heads nothing', async () => {
    const document = await fixture('docbook.html');
    expect(shown(document)).toEqual([
      'heading: Chapter 3. Replication',
      'paragraph: A standby server follows the primary by reading its journal.',
      'heading: 3.1. Slots',
      'definition: max_slots',
      'paragraph: How many slots may exist. The default is 10.',
      'paragraph: Note',
      'paragraph: A slot keeps journal files until its standby has read them.',
    ]);
    expect(document.blocks[2]).toMatchObject({ level: 2, anchor: 'slots' });
  });

  test('a Doxygen page keeps its title, member table, signatures and code without line numbers', async () => {
    const document = await fixture('doxygen.html');
    expect(shown(document)).toEqual([
      'heading: ring_buffer.h File Reference',
      'heading: Functions',
      'table: int\tring_put (struct ring *r, int value)\n\tAdds a value at the head. More...',
      'heading: ring_put()',
      'definition: int ring_put ( struct ring * r,   int value  )',
      'paragraph: Adds a value at the head. A full ring drops its oldest value.',
      'code:  ring_put(&r, 7);\n ring_get(&r);',
    ]);
  });

  test('a page of the 1990s without end tags is read through its layout table', async () => {
    const document = await fixture('nineties.html');
    expect(shown(document)).toEqual([
      'heading: Setting up FOO',
      'paragraph: FOO reads its settings from /etc/foo.rc when it starts.',
      'paragraph: Every line of that file is a name, a space and a value. Lines that start with a hash are left out.',
      'heading: Timeouts',
      'paragraph: The setting wait says how many seconds FOO waits for an answer – 30 unless you say otherwise.',
      'list: wait 0 means for ever',
      'list: wait 1 is for tests only',
      'definition: retry',
      'paragraph: how often FOO tries again',
      'definition: quiet',
      'paragraph: no output at all',
      'table: Signal\tEffect\nHUP\treads the settings again\nTERM\tends',
      'code: wait 30\n  retry 5',
    ]);
  });

  test('a frameset says that it only points elsewhere', async () => {
    await expect(fixture('frames.html')).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT', message: expect.stringContaining('2 other pages') });
  });

  test('frames with a text for old browsers give that text', async () => {
    const document = await parseBytes(new TextEncoder().encode('<html><frameset><frame src=a><noframes><body><p>Read this instead.</body></noframes></frameset></html>'), 'x.html');
    expect(document.text).toBe('Read this instead.');
  });
});

describe('cleaning', () => {
  test('what is hidden or a script never becomes text, and a cut stands where it was', async () => {
    const document = await page('<p>Before<script>alert(1)</script> after.</p><p style="display: none">secret</p><p hidden>secret</p><template>secret</template><p>End<span aria-hidden="true">secret</span></p>');
    expect(document.text).toBe('Before after.\n\nEnd');
    expect(document.cuts).toContain('Before'.length);
    expect(document.removed).toMatchObject({ hidden: 18, script: 14 });
  });

  test('entities, hard spaces, soft hyphens and zero-width marks become plain text', async () => {
    const document = await page('<p>a&nbsp;&lt;b&gt;&#x20ac; hy&shy;phen zero&#8203;width &amp;amp; &#150;</p>');
    expect(document.text).toBe('a <b>€ hyphen zerowidth &amp; –');
  });

  test('a table whose first cells stand over several rows keeps its rows', async () => {
    const row = (operator: string): string => `<tr><td>${operator}</td></tr>`;
    const document = await page(`<h1>Operators</h1><table><tr><th>Class</th><th>Operator</th></tr><tr><td rowspan="3">bit_ops</td><td>=</td></tr>${row('&lt;')}${row('&gt;')}<tr><td rowspan="2">box_ops</td><td>@</td></tr>${row('~')}</table>`);
    expect(document.text).toContain('Class\tOperator\nbit_ops\t=\n<\n>\nbox_ops\t@\n~');
  });

  test('lists and tables of links inside the content stay', async () => {
    const links = Array.from({ length: 12 }, (_, at) => `<li><a href="p${at}.html">Function number ${at}</a></li>`).join('');
    const document = await page(`<main><h1>Functions</h1><p>${'All of these may be called at any time. '.repeat(20)}</p><ul>${links}</ul><p>${'More prose follows here. '.repeat(20)}</p></main>`);
    expect(document.text).toContain('Function number 11');
  });

  test('a menu without a name before the content goes; a page that is one list of links stays and is marked as an index', async () => {
    const links = Array.from({ length: 12 }, (_, at) => `<li><a href="p${at}.html">Chapter ${at}</a></li>`).join('');
    const prose = '<p>'.concat('Long prose about the thing itself and how it is used by people. '.repeat(40), '</p>');
    const manual = await page(`<div><ul>${links}</ul></div><h1>Thing</h1>${prose}`);
    expect(manual.text).not.toContain('Chapter 3');
    const index = await page(`<h1>Index</h1><ul>${links}</ul>`);
    expect(index.text).toContain('Chapter 3');
    expect(index.metadata['kind']).toBe('index');
    expect(manual.metadata['kind']).toBeUndefined();
  });

  test('a page whose body is called "sidebar" is still read', async () => {
    const document = await page(`<div id="sidebar"><h1>All</h1><p>${'The whole text of the page stands here. '.repeat(30)}</p></div>`);
    expect(document.text).toContain('The whole text');
  });

  test('a hidden element that nobody closes hides no more than its line', async () => {
    expect((await page('<p>one <span style="display:none">x</p><p>two</p>')).text).toBe('one\n\ntwo');
  });

  test('sections inside list items are paragraphs, as in Java documentation', async () => {
    const document = await page('<ul><li><section><h3>get</h3><div>T get()</div><p>Gives the value.</p></section></li></ul>');
    expect(shown(document)).toEqual(['heading: get', 'paragraph: T get()', 'paragraph: Gives the value.']);
  });

  test('a bar of links without spaces goes, and so does a column of links beside the text', async () => {
    const column = Array.from({ length: 10 }, (_, at) => `<li><a href="p${at}.html">Part ${at}</a></li>`).join('');
    const document = await page(`<h1>Tool</h1><table><tr><td><ul>${column}</ul></td><td><p><a href=a>previous</a><a href=b>Table of Contents</a><a href=c>next</a></p><p>${'It does what it says. '.repeat(40)}</p></td></tr></table>`);
    expect(shown(document).map((line) => line.slice(0, 30))).toEqual(['heading: Tool', 'paragraph: It does what it say']);
  });

  test('what stands with the title outside the content stays, as a manual page has its NAME', async () => {
    const document = await page(`<div id="header"><h1>tool(1)</h1><h2>NAME</h2><p>tool - does things</p></div><div id="content"><p>${'Long text. '.repeat(60)}</p></div><div id="footer">Last updated yesterday</div>`);
    expect(shown(document).slice(0, 3)).toEqual(['heading: tool(1)', 'heading: NAME', 'paragraph: tool - does things']);
    expect(document.text).not.toContain('Last updated');
  });

  test('pages in one <pre> become headings and paragraphs', async () => {
    const section = (name: string) => `${name}\n\n${Array.from({ length: 6 }, () => '   The protocol sends each message in one frame of at most one hundred bytes.\n   A frame that is longer is refused by the receiver.\n').join('\n')}\n`;
    const document = await page(`<pre>\n${section('1. Introduction')}${section('2. Frames and their sizes')}${section('3. Errors')}</pre>`);
    expect(document.blocks.filter((block) => block.kind === 'heading').map((block) => document.text.slice(block.start, block.end))).toEqual(['1. Introduction', '2. Frames and their sizes', '3. Errors']);
    expect(documentFaults(document)).toEqual([]);
  });
});

describe('hostile pages', () => {
  const hostile: [string, string][] = [
    ['200,000 unclosed elements', '<div>x'.repeat(200_000)],
    ['200,000 closing tags that nothing opened, inside 50,000 open ones', `${'<div>'.repeat(50_000)}${'</x></li></p>'.repeat(200_000)}text`],
    ['tables in tables in tables', '<table><tr><td>x'.repeat(20_000)],
    ['100,000 elements inside <pre>', `<pre>${'<div>x</div>'.repeat(100_000)}</pre>`],
    ['a link to itself 100,000 times in one line', `<p>${'<a href="#x">#</a> y '.repeat(100_000)}`],
    ['a doctype with entities of its own', '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "&x;&x;">]><p>a &x; &y; b'],
    ['NUL bytes and lone surrogates', '<p>a\u0000b &#xD800; c'],
  ];
  test.each(hostile)('%s: a sound document', async (_name, body) => {
    const document = await page(body);
    expect(documentFaults(document)).toEqual([]);
    expect(document.text.length).toBeGreaterThan(0);
    expect(document.text).not.toContain('root:');
  });
});
