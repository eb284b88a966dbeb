import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { expandFrom, type Expanded } from '../../../helpers/expandFrom.ts';
import { makeZip } from '../../../helpers/makeZip.ts';
import { documentFaults } from './documentFaults.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../../../fixtures/exports/${name}`, import.meta.url));
const expand = (name: string) => expandFrom(fixture(name), name);
const names = (expanded: Expanded | null): string[] | undefined => expanded?.members.map((member) => member.name);

/** A member as it is read afterwards. */
async function read(expanded: Expanded | null, name: string) {
  const document = await parseBytes(expanded?.bytesOf(name) ?? new Uint8Array(), name);
  expect(documentFaults(document)).toEqual([]);
  return document;
}

describe('an export of Jira', () => {
  test('as a search answer becomes a document for each issue', async () => {
    const expanded = await expand('jira-search.json');
    expect([expanded?.kind, names(expanded)]).toEqual(['jira', ['ENG-12 Pump stops at 4 bar.md']]);
    const document = await read(expanded, 'ENG-12 Pump stops at 4 bar.md');
    expect(document).toMatchObject({ title: 'ENG-12: Pump stops at 4 bar', metadata: { author: 'Ada Byron', created: '2024-01-02T09:00:00Z', modified: '2024-02-03T10:00:00Z', url: 'https://jira.example.org/browse/ENG-12', keywords: 'pump, field' } });
    for (const words of ['Status: Done', 'Assignee: Bo Li', 'Steps', 'Open the valve', 'int x = 1;', 'manual (https://example.org/m)', 'Comment by Bo Li on 2024-01-05 10:00', 'The relief valve was stuck.', 'replaced it']) expect(document.text).toContain(words);
  });

  test.each([['jira.csv', 'ENG-12 Pump stops at 4 bar.md'], ['jira.xml', 'ENG-12 Pump stops at 4 bar.html']])('as %s does too', async (file, name) => {
    const expanded = await expand(file);
    expect([expanded?.kind, names(expanded)]).toEqual(['jira', [name]]);
    const document = await read(expanded, name);
    expect(document).toMatchObject({ title: 'ENG-12: Pump stops at 4 bar', metadata: { author: 'Ada Byron' } });
    expect(document.metadata['created']).toMatch(/^2024-01-02/);
    expect(document.text).toContain('The relief valve was stuck.');
    expect(document.text).toMatch(/Comment by bo on/);
  });
});

test('issues of GitHub keep their Markdown and their comments', async () => {
  const expanded = await expand('github-issues.json');
  expect([expanded?.kind, names(expanded)]).toEqual(['github', ['7 Crash on start.md']]);
  const document = await read(expanded, '7 Crash on start.md');
  expect(document).toMatchObject({ title: '#7 Crash on start', metadata: { author: 'ada', url: 'https://github.com/example/tally/issues/7', keywords: 'bug', created: '2024-01-02T10:00:00Z' } });
  expect(document.text).toContain('It crashes.\n\npanic: 4\n\nComment by bo on 2024-01-02 11:00\n\nFixed by setting TALLY=1.');
});

test('tickets of Zendesk name their people', async () => {
  const expanded = await expand('zendesk-tickets.json');
  expect([expanded?.kind, names(expanded)]).toEqual(['zendesk', ['31 Refund late.md']]);
  const document = await read(expanded, '31 Refund late.md');
  expect(document).toMatchObject({ title: 'Ticket 31: Refund late', metadata: { author: 'Cy Dee', url: 'https://acme.zendesk.com/agent/tickets/31' } });
  expect(document.text).toContain('Where is *it*?\n\nComment by Agent Eve on 2024-01-03 10:00\n\nRefunds take 5 days.');
});

describe('an export of Slack', () => {
  const parts = JSON.parse(fixture('slack.json').toString()) as { channels: unknown; users: unknown; day: unknown };

  test('becomes a conversation for each channel and day, with names, times and threads', async () => {
    const zip = makeZip([{ name: 'channels.json', data: JSON.stringify(parts.channels) }, { name: 'users.json', data: JSON.stringify(parts.users) }, { name: 'pumps/2024-01-02.json', data: JSON.stringify(parts.day) }]);
    const expanded = await expandFrom(zip, 'slack.zip');
    expect([expanded?.kind, names(expanded)]).toEqual(['slack', ['pumps/2024-01-02.md']]);
    const document = await read(expanded, 'pumps/2024-01-02.md');
    expect(document).toMatchObject({ title: '#pumps, 2024-01-02', metadata: { author: 'Ada, Bo Li', created: '2024-01-02', keywords: 'pumps' } });
    expect(document.blocks.map((block) => `${block.kind}: ${document.text.slice(block.start, block.end)}`)).toEqual([
      'heading: #pumps, 2024-01-02', 'paragraph: Ada (10:00): @Bo Li why does the pump stop? See the manual (https://example.org/m) & #pumps',
      'quote: Bo Li (10:10): The relief valve opens above *6 bar*.', 'code: valve <open>', 'paragraph: Bo Li (11:00): Lunch?',
    ]);
  });

  test('as a day of its folder is read too', async () => {
    const expanded = await expandFrom(JSON.stringify(parts.day), 'pumps/2024-01-02.json');
    expect(names(expanded)).toEqual(['2024-01-02.md']);
    expect(expanded?.textOf('2024-01-02.md')).toContain('#pumps, 2024-01-02');
  });
});

describe('an export of Confluence', () => {
  test('as web pages loses breadcrumbs and footer, and is named by the pages above it', async () => {
    const expanded = await expandFrom(makeZip([{ name: 'ENG/pump_3.html', data: fixture('confluence-page.html') }, { name: 'ENG/attachments/note.txt', data: 'a note' }]), 'space.zip');
    expect(names(expanded)).toEqual(['ENG/Engineering/Manuals/Pump manual.html', 'ENG/attachments/note.txt']);
    const document = await read(expanded, 'ENG/Engineering/Manuals/Pump manual.html');
    expect(document).toMatchObject({ title: 'Pump manual', metadata: { author: 'Ada Byron', modified: '2024-02-03' } });
    expect(document.text).toBe('Pump manual\n\nPressure\n\nThe intake valve closes at 4 bar.\n\nPart\tPressure\nValve\t4 bar');
  });

  test('as XML gives its current pages with macros, comments and the names of attachments', async () => {
    const expanded = await expandFrom(makeZip([{ name: 'entities.xml', data: fixture('confluence-entities.xml') }, { name: 'exportDescriptor.properties', data: 'x=1' }]), 'space.zip');
    expect([expanded?.kind, names(expanded)]).toEqual(['confluence', ['Manuals.html', 'Manuals/Pump manual.html']]);
    const document = await read(expanded, 'Manuals/Pump manual.html');
    expect(document).toMatchObject({ title: 'Pump manual', metadata: { author: 'ada', created: '2024-01-02', modified: '2024-02-03' } });
    expect(document.text).toBe('Pump manual\n\nPressure\n\nThe intake valve closes at 4 bar.\n\nvalve --close <4>\n\nMind the filter.\n\nSee Filter manual.\n\nAttachments: a.png\n\nComment by ada on 2024-02-04 10:00\n\nIt is 5 bar since May.');
  });
});

describe('a store of chunks', () => {
  test.each(['langchain-inmemory.json', 'langchain-dumps.json', 'langchain-documents.jsonl'])('%s becomes the documents that it was cut from', async (file) => {
    const expanded = await expand(file);
    expect([expanded?.kind, names(expanded)]).toEqual(['langchain', ['manuals/pump.md', 'manuals/filter.md']]);
    const document = await read(expanded, 'manuals/pump.md');
    expect(document.title).toBe('Pump manual');
    expect(document.text).toContain('The intake valve closes at 4 bar.\n\nAbove 6 bar the relief valve opens.');
  });

  test('of LlamaIndex is joined by place, what overlaps once', async () => {
    const expanded = await expand('llamaindex-docstore.json');
    expect([expanded?.kind, names(expanded)]).toEqual(['llamaindex', ['manuals/pump.md', 'filter.md']]);
    const document = await read(expanded, 'manuals/pump.md');
    expect(document.text.match(/intake valve/g)).toHaveLength(6);
    expect(document.text.match(/relief valve/g)).toHaveLength(6);
    expect(document.metadata).toMatchObject({ created: '2024-01-02', modified: '2024-02-03' });
  });

  test('of Unstructured keeps headings, lists and tables, a document for each file', async () => {
    const expanded = await expand('unstructured.json');
    expect([expanded?.kind, names(expanded)]).toEqual(['unstructured', ['pump.md', 'filter.md']]);
    const document = await read(expanded, 'pump.md');
    expect(document.blocks.map((block) => `${block.kind}: ${document.text.slice(block.start, block.end)}`)).toEqual(['heading: pump.pdf', 'heading: Pump manual', 'paragraph: The intake valve closes at 4 bar.', 'list: Close the tap', 'table: Part\tPressure\nValve\t4 bar']);
  });
});

describe('a hostile title', () => {
  test.each(['x\n---\nauthor: evil', '"; author: evil', "'\nauthor: evil", '--- &a *a', '{a: b}', '!!js/function x', '../../x', '<script>alert(1)</script>', '# x', '%YAML 1.2', '[x]: http://y', '\u2028author: evil', 'x'.repeat(10_000), '```', '| a | b |'])('cannot speak for its document: %j', async (title) => {
    const expanded = await expandFrom(JSON.stringify([{ number: 1, title, user: { login: 'ada' }, html_url: 'javascript:alert(1)', body: 'words', created_at: '2024-01-02T10:00:00Z' }]), 'issues.json');
    expect(expanded?.members).toHaveLength(1);
    const name = expanded?.members[0]?.name ?? '';
    expect(name).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)|\n/);
    const document = await read(expanded, name);
    expect(document.metadata['author']).toBe('ada');
    expect(document.metadata['url']).toBeUndefined();
    expect(document.text).toContain('words');
    expect(document.title.startsWith('#1 ')).toBe(true);
  });
});
