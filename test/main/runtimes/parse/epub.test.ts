import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { makeEpub } from '../../../helpers/officeFiles.ts';
import { documentFaults } from './documentFaults.ts';
import { shown } from './shownBlocks.ts';

const encryption = (algorithm: string) => `<encryption><EncryptedData><EncryptionMethod Algorithm="${algorithm}"/><CipherReference URI="OEBPS/text/page%200.xhtml"/></EncryptedData></encryption>`;

describe('reading an EPUB book', () => {
  test('pages come in reading order without the table of contents; one without a heading is named by it', async () => {
    const document = await parseBytes(makeEpub(['<h1>Start</h1><p>It was a dark <i>night</i>.</p><ul><li>One</li></ul>', '<p>No heading here.</p>', '<img src="x"/>']), 'made.epub');
    expect(shown(document)).toEqual(['heading1: Start', 'paragraph: It was a dark night.', 'list: One', 'heading2: Part 2', 'paragraph: No heading here.']);
    expect(document).toMatchObject({ format: 'epub', title: 'A made book', language: 'en', metadata: { author: 'Ada', modified: '2020-02-03' }, warnings: [] });
    expect(documentFaults(document)).toEqual([]);
  });

  test('protected pages are refused, scrambled fonts are no matter', async () => {
    await expect(parseBytes(makeEpub(['<p>x</p>'], { 'META-INF/encryption.xml': encryption('http://www.w3.org/2001/04/xmlenc#aes256-cbc') }), 'made.epub')).rejects.toMatchObject({ code: 'DOCUMENT_ENCRYPTED', message: expect.stringContaining('1 of its 1 pages') as string });
    const fonts = encryption('http://www.idpf.org/2008/embedding');
    expect((await parseBytes(makeEpub(['<p>x</p>'], { 'META-INF/encryption.xml': fonts }), 'made.epub')).text).toContain('x');
  });

  test('missing pages are told, a book without any is refused', async () => {
    const container = '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>';
    const opf = '<package><manifest><item id="a" href="../../gone.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>';
    await expect(parseBytes(makeEpub([], { 'META-INF/container.xml': container, 'book.opf': opf }), 'made.epub')).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT' });
  });
});
