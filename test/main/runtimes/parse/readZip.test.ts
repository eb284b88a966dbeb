import { describe, expect, test } from 'vitest';
import { newUnpackBudget, openZip, ZIP_LIMITS } from '../../../../src-main/runtimes/parse/child/zip/readZip.ts';
import { makeZip } from '../../../helpers/makeZip.ts';

const failure = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
};
const readFirst = (bytes: Buffer, cap?: number): Buffer => {
  const zip = openZip(bytes, 'a.zip');
  const [first] = zip.entries;
  if (!first) throw new Error('no entry');
  return zip.read(first, cap);
};

describe('reading a ZIP archive in memory', () => {
  test('entries come in order with their text, stored or deflated, by name with or without a slash', () => {
    const zip = openZip(makeZip([{ name: 'mimetype', data: 'text', stored: true }, { name: 'ä/b.xml', data: 'x'.repeat(1000) }, { name: 'f/', data: '' }]), 'a.zip');
    expect(zip.entries.map((entry) => [entry.name, entry.folder, entry.size])).toEqual([['mimetype', false, 4], ['ä/b.xml', false, 1000], ['f/', true, 0]]);
    const found = zip.find('/ä/b.xml');
    expect(found && zip.read(found).toString()).toBe('x'.repeat(1000));
    expect(zip.duplicates).toEqual([]);
  });

  test('an archive behind other bytes is read, and an empty one has no entries', () => {
    expect(readFirst(Buffer.concat([Buffer.from('#!/bin/sh\n'), makeZip([{ name: 'a', data: 'hello' }])])).toString()).toBe('hello');
    expect(openZip(makeZip([]), 'a.zip').entries).toEqual([]);
  });

  test('names that lead out of a folder are names and nothing more; two alike are told and the last is found', () => {
    const zip = openZip(makeZip([{ name: '../../etc/passwd', data: 'a' }, { name: 'C:\\x', data: 'b' }, { name: 'same', data: 'first' }, { name: 'same', data: 'second' }]), 'a.zip');
    expect(zip.entries.map((entry) => entry.name)).toEqual(['../../etc/passwd', 'C:\\x', 'same', 'same']);
    expect(zip.duplicates).toEqual(['same']);
    const same = zip.find('same');
    expect(same && zip.read(same).toString()).toBe('second');
  });

  test('a bomb is stopped by what comes out of it, whatever size it claims', () => {
    const bomb = makeZip([{ name: 'bomb', data: Buffer.alloc(20_000_000), claimedSize: 10 }]);
    expect(bomb.length).toBeLessThan(30_000);
    expect(failure(() => readFirst(bomb))).toMatchObject({ code: 'DOCUMENT_TOO_LARGE', message: expect.stringContaining('200 to 1') as string });
    expect(failure(() => readFirst(makeZip([{ name: 'a', data: 'twelve bytes' }]), 11))).toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
    expect(readFirst(makeZip([{ name: 'a', data: 'twelve bytes', claimedSize: 4_000_000_000 }])).length).toBe(12);
  });

  test('all entries together share one budget, also with an archive inside', () => {
    const budget = { left: 1_500 };
    const zip = openZip(makeZip([{ name: 'a', data: 'a'.repeat(1_000) }, { name: 'b', data: 'b'.repeat(1_000) }]), 'a.zip', budget);
    const [a, b] = zip.entries;
    expect(a && zip.read(a).length).toBe(1_000);
    expect(failure(() => b && zip.read(b))).toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
    expect(newUnpackBudget().left).toBe(ZIP_LIMITS.output);
  });

  test('overlapping entries are refused', () => {
    const bytes = makeZip([{ name: 'a', data: 'some words that are packed' }, { name: 'b', data: 'more words that are packed' }]);
    const second = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    bytes.writeUInt32LE(0, second + 42);
    expect(failure(() => openZip(bytes, 'a.zip'))).toMatchObject({ code: 'DOCUMENT_DAMAGED', message: expect.stringContaining('overlap') as string });
  });

  test('too many entries, an encrypted one and an unknown compression are refused by their reason', () => {
    const many = makeZip(Array.from({ length: 100 }, (_, at) => ({ name: `n${at}`, data: '' })));
    const lying = Buffer.from(many);
    lying.writeUInt16LE(50_000, lying.length - 12);
    expect(failure(() => openZip(lying, 'a.zip'))).toMatchObject({ code: 'DOCUMENT_DAMAGED' });
    expect(failure(() => readFirst(makeZip([{ name: 'a', data: 'secret', flags: 1 }])))).toMatchObject({ code: 'DOCUMENT_ENCRYPTED' });
    expect(failure(() => readFirst(makeZip([{ name: 'a', data: 'lzma', method: 14 }])))).toMatchObject({ code: 'DOCUMENT_UNSUPPORTED' });
  });

  test('cut at any place, it is either refused as damaged or not at all', () => {
    const whole = makeZip([{ name: 'a', data: 'words' }, { name: 'b', data: 'words' }]);
    for (let end = 0; end < whole.length; end++) expect(failure(() => openZip(whole.subarray(0, end), 'a.zip')), `cut at ${end}`).toMatchObject({ code: 'DOCUMENT_DAMAGED' });
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(0xff, 31);
    expect(failure(() => readFirst(flipped))).toMatchObject({ code: 'DOCUMENT_DAMAGED' });
  });
});
