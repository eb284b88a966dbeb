import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { makePdf } from './makePdf.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const codes = async (bytes: Uint8Array, name: string) => (await parseBytes(bytes, name)).warnings.map((warning) => warning.code);

describe('which format a file has', () => {
  test('a PDF that is called .txt is read as a PDF, and says so', async () => {
    const document = await parseBytes(makePdf([{ texts: [{ x: 72, y: 100, size: 12, text: 'Really a PDF' }] }]), 'notes.txt');
    expect(document.format).toBe('pdf');
    expect(document.warnings).toContainEqual({ code: 'format-mismatch', message: 'notes.txt is a PDF by its content' });
  });

  test('a web page called .pdf or .txt is read as a web page', async () => {
    const html = utf8('<!DOCTYPE html><html><body><p>Hello there</p></body></html>');
    expect((await parseBytes(html, 'a.pdf')).format).toBe('html');
    expect((await parseBytes(html, 'a.txt')).format).toBe('html');
    expect((await parseBytes(html, 'noname')).format).toBe('html');
  });

  test.each([
    ['photo.txt', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0], 'a PNG picture'],
    ['data.md', [...latin1('SQLite format 3'), 0, 0, 0, 0], 'an SQLite database'],
    ['run.html', [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 'a program (ELF)'],
    ['junk.txt', Array.from({ length: 400 }, (_, at) => (at * 37) % 256), 'binary data of no known kind'],
  ])('%s is refused by what it looks like', async (name, bytes, what) => {
    await expect(parseBytes(Uint8Array.from(bytes), name)).rejects.toMatchObject({ code: 'DOCUMENT_UNSUPPORTED', message: expect.stringContaining(what) });
  });

  test('a document without a title is called like its file, without the folders', async () => {
    expect((await parseBytes(utf8('just words'), 'notes/sub/todo.txt')).title).toBe('todo.txt');
  });

  test('nothing and white space are empty', async () => {
    await expect(parseBytes(new Uint8Array(), 'a.txt')).rejects.toMatchObject({ code: 'DOCUMENT_EMPTY' });
    await expect(parseBytes(utf8(' \n\t\n'), 'a.md')).rejects.toMatchObject({ code: 'DOCUMENT_EMPTY' });
  });
});

describe('encodings', () => {
  test('UTF-16 with and without a mark, UTF-8 with a mark', async () => {
    const le = new Uint8Array(Buffer.from('Grüße from UTF-16', 'utf16le'));
    const marked = Uint8Array.from([0xff, 0xfe, ...le]);
    expect((await parseBytes(marked, 'a.txt')).text).toBe('Grüße from UTF-16');
    expect((await parseBytes(le, 'a.txt')).text).toBe('Grüße from UTF-16');
    expect((await parseBytes(Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8('Grüße')]), 'a.txt')).text).toBe('Grüße');
  });

  test('a declared encoding is used where the bytes are not UTF-8', async () => {
    const html = latin1('<html><head><meta charset="iso-8859-2"></head><body><p>\xb1 and \xf3</p></body></html>');
    expect((await parseBytes(html, 'a.html')).text).toBe('ą and ó');
  });

  test('a declared encoding does not spoil valid UTF-8', async () => {
    expect((await parseBytes(utf8('<html><meta charset=iso-8859-1><p>naïve</p></html>'), 'a.html')).text).toBe('naïve');
  });

  test('without a declaration other bytes are read as windows-1252, and it says so', async () => {
    expect(await codes(latin1('caf\xe9 \x93quoted\x94'), 'a.txt')).toEqual(['encoding-guessed']);
    expect((await parseBytes(latin1('caf\xe9 \x93quoted\x94'), 'a.txt')).text).toBe('café “quoted”');
  });

  test('a few damaged bytes in UTF-8 are replaced, and it says so', async () => {
    expect(await codes(Uint8Array.from([...utf8('Grüße aus Köln, schöne Grüße, süße Äpfel und Öl'), 0xff]), 'a.txt')).toEqual(['encoding-damaged']);
  });
});
