import { describe, expect, test } from 'vitest';
import { isoDate } from '../../../../src-main/runtimes/parse/child/normaliseMetadata.ts';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';

test.each([
  ["D:20240102030405+01'00'", '2024-01-02T02:04:05Z'], ['D:20240102030405Z', '2024-01-02T03:04:05Z'], ['D:20240102', '2024-01-02'], ['2024-01-02', '2024-01-02'], ['2024-01-02 10:11:12.000', '2024-01-02'],
  ['2024-01-02T10:11:12+0100', '2024-01-02T09:11:12Z'], ['2024-01-02T10:11Z', '2024-01-02T10:11:00Z'], ['Tue, 02 Jan 2024 10:00:00 +0100 (CET)', '2024-01-02T09:00:00Z'], ['January 2, 2024', '2024-01-02'], ['Feb 03, 2024', '2024-02-03'],
  ['yesterday', null], ['', null], ['2024', null], ['2024-13-45', null], ['02/03/2024', null], ['version 3 of 9999999999999', null],
])('the date %j is %j', (value, wanted) => {
  expect(isoDate(value)).toBe(wanted);
});

describe('what a document states of itself', () => {
  test('has the same names in a page, in front matter and in mail', async () => {
    const page = '<html lang="en_GB"><head><title>T</title><meta name="dc.creator" content="Ada"><meta property="article:published_time" content="2024-01-02T10:00:00+01:00"><meta name="last-modified" content="2024-02-03"><meta property="og:url" content="https://example.org/t"><meta name="keywords" content="a, b"></head><body><p>Some words of the page.</p></body></html>';
    expect(await parseBytes(Buffer.from(page), 'a.html')).toMatchObject({ language: 'en-GB', metadata: { author: 'Ada', created: '2024-01-02T09:00:00Z', modified: '2024-02-03', url: 'https://example.org/t', keywords: 'a, b' } });
    const matter = '---\ntitle: T\nauthors: [Ada, Bo]\ndate: 2024-01-02\nupdated: 2024-02-03\ntags: [a, b]\nsummary: Short\nlang: de\n---\nwords';
    expect(await parseBytes(Buffer.from(matter), 'a.md')).toMatchObject({ language: 'de', metadata: { title: 'T', author: 'Ada, Bo', created: '2024-01-02', modified: '2024-02-03', keywords: 'a, b', description: 'Short' } });
  });

  test('that is no date or no language is left out', async () => {
    const document = await parseBytes(Buffer.from('---\ndate: some day\nlang: <b>\n---\nwords'), 'a.md');
    expect(document.metadata).toEqual({});
    expect(document.language).toBeUndefined();
  });
});
