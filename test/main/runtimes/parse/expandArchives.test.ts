import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { expandFrom, type Expanded } from '../../../helpers/expandFrom.ts';
import { makeTar } from '../../../helpers/makeTar.ts';
import { makeZip } from '../../../helpers/makeZip.ts';

const names = (expanded: Expanded | null): string[] | undefined => expanded?.members.map((member) => member.name);
const FILES = [{ name: 'guide/a.md', data: '# A\n\nwords' }, { name: 'guide/b.txt', data: 'more words' }];

describe('an archive', () => {
  test.each([
    ['zip', 'docs.zip', () => makeZip(FILES)],
    ['tar', 'docs.tar', () => makeTar(FILES)],
    ['tar.gz', 'docs.tgz', () => gzipSync(makeTar(FILES))],
    ['tar.zst', 'docs.tar.zst', () => zstdCompressSync(makeTar(FILES))],
  ])('%s gives its files, written by number', async (kind, name, make) => {
    const bytes = make();
    const expanded = await expandFrom(bytes, name);
    expect(expanded).toMatchObject({ kind, sourceBytes: bytes.length, problems: [] });
    expect(names(expanded)).toEqual(['guide/a.md', 'guide/b.txt']);
    expect(expanded?.textOf('guide/b.txt')).toBe('more words');
    expect(expanded?.files).toEqual(['1', '2']);
    expect(expanded?.members.every((member) => member.modifiedMs === null || member.modifiedMs > 0)).toBe(true);
  });

  test('of one packed file gives that file', async () => {
    const expanded = await expandFrom(gzipSync('words'), 'notes.txt.gz');
    expect(expanded).toMatchObject({ kind: 'gzip' });
    expect(expanded?.textOf('notes.txt')).toBe('words');
  });

  test('inside an archive is unpacked to three deep, and no deeper', async () => {
    let bytes: Buffer = makeZip([{ name: 'deep.txt', data: 'deep' }]);
    for (let depth = 5; depth > 0; depth--) bytes = makeZip([{ name: `level${depth}.zip`, data: bytes }, { name: `note${depth}.txt`, data: 'note' }]);
    const expanded = await expandFrom(bytes, 'top.zip');
    expect(names(expanded)).toEqual(['level1.zip/level2.zip/level3.zip/note4.txt', 'level1.zip/level2.zip/note3.txt', 'level1.zip/note2.txt', 'note1.txt']);
    expect(expanded?.problems).toEqual([{ name: 'level1.zip/level2.zip/level3.zip/level4.zip', reason: 'An archive more than 3 deep is not unpacked. Unpack it and add the folder' }]);
  });

  test('that is a document is none', async () => {
    const docx = makeZip([{ name: '[Content_Types].xml', data: '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>' }, { name: 'word/document.xml', data: '<w:document/>' }]);
    expect(await expandFrom(docx, 'a.docx')).toBeNull();
    expect(await expandFrom('# Title\n\nwords', 'a.md')).toBeNull();
    expect(await expandFrom('{"a": 1}', 'a.json')).toBeNull();
    expect(await expandFrom('Item,Price\nBolt,2\n', 'a.csv')).toBeNull();
    expect(await expandFrom('', 'empty.txt')).toBeNull();
    const holds = await expandFrom(makeZip([{ name: 'a.docx', data: docx }]), 'a.zip');
    expect(names(holds)).toEqual(['a.docx']);
  });

  test.each([['7z', '377abcaf271c0004'], ['RAR', '526172211a0700'], ['xz', 'fd377a585a000000'], ['bzip2', '425a6839314159']])('%s is refused with what to do instead', async (what, magic) => {
    await expect(expandFrom(Buffer.from(`${magic}00112233`, 'hex'), 'a.bin')).rejects.toMatchObject({ code: 'DOCUMENT_UNSUPPORTED', message: expect.stringContaining(what), hint: 'Unpack it and add the folder.' });
  });

  test('passes over what is hidden and dependencies, and counts them', async () => {
    const expanded = await expandFrom(makeZip([{ name: 'a.txt', data: 'a' }, { name: '__MACOSX/._a.txt', data: 'x' }, { name: 'x/node_modules/m/readme.md', data: 'x' }, { name: '.git/config', data: 'x' }, { name: 'x/.hidden', data: 'x' }]), 'a.zip');
    expect(names(expanded)).toEqual(['a.txt']);
    expect(expanded?.problems.map((problem) => problem.reason)).toEqual(['Passed over with 2 more: dependencies and version control', 'Passed over: hidden']);
  });

  test('that was cancelled writes nothing more', async () => {
    await expect(expandFrom(makeZip(FILES), 'a.zip', AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('a hostile archive', () => {
  const SLIPS = [
    '../a', '../../a', '..\\..\\a', '/etc/passwd', '//server/share/a', '\\\\server\\share\\a', 'C:\\a', 'C:/a', 'c:a', 'x/../../a', 'x/./../a', './../a', '....//a', '..', '.', '/', '\\', 'a\u0000b', 'a\nb', 'a\u202eb',
    '../'.repeat(200) + 'a', 'x/..', '..%2fa', 'a/', ' ../a', '.. /a', 'a/.. /b', '~/a', 'con', 'a'.repeat(5_000),
  ];

  test.each(['zip', 'tar'])('in %s form cannot write outside its folder, however it spells it', async (kind) => {
    const entries = SLIPS.filter((name) => kind === 'zip' || Buffer.byteLength(name) <= 100).map((name, at) => ({ name, data: `data ${at}` }));
    const expanded = await expandFrom(kind === 'zip' ? makeZip(entries) : makeTar(entries), `a.${kind}`);
    expect(expanded?.files.every((file) => /^\d+$/.test(file))).toBe(true);
    const given = names(expanded) ?? [];
    expect(given.length).toBeGreaterThan(15);
    expect(new Set(given).size).toBe(given.length);
    for (const name of given) {
      expect(name).not.toMatch(/(?:^|\/)\.\.?(?:\/|$)|^\/|\\|^[A-Za-z]:|[\u0000-\u001f\u202e]|\/$/);
      expect(name.length).toBeLessThan(400);
    }
  });

  test.each(['zip', 'tar'])('in %s form has files whose path leads out of it left out and told; one that comes back is kept, an absolute one stands below the archive', async (kind) => {
    const out = ['../evil.txt', '..\\..\\evil.md', 'x/../../evil.txt', './../evil.txt', ' ../evil.txt', 'C:\\..\\evil.txt', '..'];
    const kept = [['x/../back.txt', 'x/back.txt'], ['/etc/absolute.txt', 'etc/absolute.txt'], ['C:\\drive.txt', 'drive.txt'], ['a..b/c.txt', 'a..b/c.txt'], ['plain.txt', 'plain.txt']] as const;
    const entries = [...out, ...kept.map(([name]) => name)].map((name) => ({ name, data: `data of ${name}` }));
    const expanded = await expandFrom(kind === 'zip' ? makeZip(entries) : makeTar(entries), `a.${kind}`);
    expect(names(expanded)).toEqual(kept.map(([, given]) => given));
    const told = expanded?.problems.filter(({ reason }) => reason === 'Its path leads out of the archive: it was left out') ?? [];
    expect(told.map(({ name }) => name)).toEqual(['evil.txt', 'evil.md', 'x/evil.txt', 'evil.txt', 'evil.txt', 'evil.txt', 'unnamed']);
  });

  test('inside another one has what leads out of it left out too', async () => {
    const inner = makeZip([{ name: '../evil.txt', data: 'x' }, { name: 'a.txt', data: 'a' }]);
    const expanded = await expandFrom(makeZip([{ name: 'deep/inner.zip', data: inner }]), 'a.zip');
    expect(names(expanded)).toEqual(['deep/inner.zip/a.txt']);
    expect(expanded?.problems).toEqual([{ name: 'deep/inner.zip/evil.txt', reason: 'Its path leads out of the archive: it was left out' }]);
  });

  test('has its links, devices and sparse files told, not followed', async () => {
    const tar = makeTar([{ name: 'a', data: 'a' }, { name: 's', type: '2', link: '/etc/passwd' }, { name: 'h', type: '1', link: '../a' }, { name: 'd', type: '3' }, { name: 'p', type: '6' }, { name: 'sparse', type: 'S', data: 'x' }]);
    const expanded = await expandFrom(tar, 'a.tar');
    expect(names(expanded)).toEqual(['a']);
    expect(expanded?.problems.map((problem) => problem.name)).toEqual(['s', 'h', 'd', 'p', 'sparse']);
  });

  test('has its protected entries left out with the reason', async () => {
    const expanded = await expandFrom(makeZip([{ name: 'open.txt', data: 'a' }, { name: 'secret.txt', data: 'b', flags: 0x801 }]), 'a.zip');
    expect(names(expanded)).toEqual(['open.txt']);
    expect(expanded?.problems).toMatchObject([{ name: 'secret.txt', reason: expect.stringContaining('password') }]);
  });

  test('that is a bomb is stopped at 200 to 1', async () => {
    const zeros = Buffer.alloc(50_000_000);
    const expanded = await expandFrom(makeZip([{ name: 'bomb.txt', data: zeros }, { name: 'a.txt', data: 'a' }]), 'a.zip');
    expect(names(expanded)).toEqual(['a.txt']);
    expect(expanded?.problems).toMatchObject([{ name: 'bomb.txt', reason: expect.stringContaining('200 to 1') }]);
    await expect(expandFrom(gzipSync(zeros), 'a.gz')).rejects.toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
    await expect(expandFrom(zstdCompressSync(zeros), 'a.zst')).rejects.toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
  });

  test('that lies about sizes gives what is there', async () => {
    const expanded = await expandFrom(makeZip([{ name: 'a.txt', data: 'four', claimedSize: 4_000_000_000 }]), 'a.zip');
    expect(expanded?.textOf('a.txt')).toBe('four');
    const tar = await expandFrom(makeTar([{ name: 'a', data: 'a' }, { name: 'b', data: 'b', claimedSize: 8_000_000_000 }]), 'a.tar');
    expect(names(tar)).toEqual(['a']);
    expect(tar?.problems).toMatchObject([{ name: 'b', reason: expect.stringContaining('its size is not true') }]);
  });

  test('that is cut off gives what could be read, and says so', async () => {
    const long = { name: 'c.txt', data: Buffer.from(Array.from({ length: 40_000 }, (_, at) => (at * 7_919) % 251)) };
    for (const [name, whole] of [['a.zip', makeZip([...FILES, long])], ['a.tar', makeTar([...FILES, long])], ['a.tgz', gzipSync(makeTar([...FILES, long]))]] as const) {
      const expanded = await expandFrom(whole.subarray(0, whole.length - Math.min(20_000, Math.floor(whole.length / 4))), name);
      expect(names(expanded)?.slice(0, 2)).toEqual(['guide/a.md', 'guide/b.txt']);
      expect(expanded?.problems.length).toBeGreaterThan(0);
    }
  });

  test('of 70,000 files is read whole, and one of names that differ by case keeps all', async () => {
    const many = await expandFrom(makeTar(Array.from({ length: 70_000 }, (_, at) => ({ name: `f${at}`, data: '' }))), 'a.tar');
    expect(many?.members).toHaveLength(70_000);
    expect(names(await expandFrom(makeZip([{ name: 'a.txt', data: '1' }, { name: 'A.txt', data: '2' }, { name: 'x/../a.txt', data: '3' }]), 'a.zip'))).toEqual(['a.txt', 'A (2).txt', 'x/a.txt']);
  }, 60_000);

  test('long names of GNU and pax are whole', async () => {
    const long = `${'folder/'.repeat(20)}name.txt`;
    const pax = `${`path=${long}\n`.length + 4} path=${long}\n`;
    expect(names(await expandFrom(makeTar([{ name: '././@LongLink', type: 'L', data: `${long}\0` }, { name: 'cut', data: 'a' }]), 'a.tar'))).toEqual([long]);
    expect(names(await expandFrom(makeTar([{ name: 'PaxHeader', type: 'x', data: pax }, { name: 'cut', data: 'a' }]), 'a.tar'))).toEqual([long]);
  });
});
