import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { documentFaults } from './documentFaults.ts';

const parse = (text: string, name = 'note.eml') => parseBytes(Buffer.from(text.replaceAll('\n', '\r\n')), name);
const shown = (document: Awaited<ReturnType<typeof parse>>) => document.blocks.map((block) => `${block.kind}: ${document.text.slice(block.start, block.end)}`);
const HEAD = 'From: Ada Byron <ada@example.org>\nTo: bo@example.org, "Cy, D." <cy@example.org>\nDate: Tue, 02 Jan 2024 10:00:00 +0100\nMIME-Version: 1.0\n';
const SHOWN = 'list: From: Ada Byron <ada@example.org>\nTo: bo@example.org, Cy, D. <cy@example.org>\nDate: ';

describe('a mail message', () => {
  test('is its subject, its headers and its text, with what it quotes', async () => {
    const document = await parse(`${HEAD}Subject: =?utf-8?q?Pr=C3=BCfung?=\nContent-Type: text/plain; charset=utf-8\n\nHello Bo,\nit works.\n\nOn Monday Bo wrote:\n> Does it\n> work?\n\n-- \nAda\n`);
    expect(shown(document)[0]).toBe('heading: Prüfung');
    expect(shown(document)[1]?.startsWith(SHOWN)).toBe(true);
    expect(shown(document).slice(2)).toEqual(['paragraph: Hello Bo,\nit works.', 'paragraph: On Monday Bo wrote:', 'quote: Does it\nwork?', 'paragraph: --\nAda']);
    expect(document).toMatchObject({ format: 'email', title: 'Prüfung', metadata: { author: 'Ada Byron <ada@example.org>', created: '2024-01-02T09:00:00Z' } });
    expect(documentFaults(document)).toEqual([]);
  });

  test('takes its plain part, or else its page', async () => {
    const both = `${HEAD}Subject: s\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nplain words\n--b\nContent-Type: text/html\n\n<p>page words</p>\n--b--\n`;
    expect((await parse(both)).text).toContain('plain words');
    expect((await parse(both)).text).not.toContain('page words');
    const page = await parse(`${HEAD}Subject: s\nContent-Type: text/html\n\n<h2>Plan</h2><p>page <b>words</b></p><script>x()</script>`);
    expect(shown(page).slice(2)).toEqual(['heading: Plan', 'paragraph: page words']);
  });

  test('names its attachments and says that they were not read', async () => {
    const document = await parse(`${HEAD}Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee there\n--b\nContent-Type: application/pdf; name=plan.pdf\nContent-Disposition: attachment; filename=plan.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0=\n--b--\n`);
    expect(document.text).toContain('Attachments: plan.pdf');
    expect(document.warnings).toEqual([{ code: 'attachment-not-read', message: 'An attachment was not read with the message: plan.pdf' }]);
  });

  test('inside a message is read with it', async () => {
    const document = await parse(`${HEAD}Subject: outer\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nouter words\n--b\nContent-Type: message/rfc822\n\nFrom: cy@example.org\nSubject: inner\n\ninner words\n--b--\n`);
    expect(document.text).toContain('outer words');
    expect(document.text).toContain('inner words');
  });

  test.each([
    ['parts that never end', `${HEAD}Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nwords`],
    ['base64 that is none', `${HEAD}Subject: s\nContent-Transfer-Encoding: base64\n\n!!!! words ====`],
    ['an unknown encoding', `${HEAD}Subject: s\nContent-Type: text/plain; charset=x-none\n\nwords`],
    ['a date that is none', 'From: a@b.c\nDate: yesterday\nSubject: s\n\nwords'],
  ])('with %s is read as far as it goes', async (_name, text) => {
    const document = await parse(text);
    expect(document.title).toBe('s');
    expect(documentFaults(document)).toEqual([]);
  });

  test('is told by its headers where its name says nothing', async () => {
    expect(await parse(`${HEAD}Subject: s\n\nwords`, 'message')).toMatchObject({ format: 'email', title: 's' });
  });

  test('with parts in parts without end is refused with the reason', async () => {
    let text = '';
    for (let at = 0; at < 500; at++) text += `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`;
    await expect(parse(`From: a@b.c\n${text}`)).rejects.toMatchObject({ code: 'DOCUMENT_DAMAGED' });
  });
});
