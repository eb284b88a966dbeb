import { describe, expect, test } from 'vitest';
import type { KnownFile } from '../../../../../src-main/capabilities/knowledge/documentStore.ts';
import { planIngest } from '../../../../../src-main/capabilities/knowledge/ingest/planIngest.ts';
import type { ScannedFile } from '../../../../../src-main/capabilities/knowledge/ingest/scanSources.ts';

const WRITTEN_MS = 1_700_000_000_000;
const LOOKED_MS = WRITTEN_MS + 60_000;

const file = (changes: Partial<ScannedFile> = {}): ScannedFile => ({ path: '/notes/a.md', root: '/notes', file: 'a.md', bytes: 10, mtimeNs: String(BigInt(WRITTEN_MS) * 1_000_000n), inode: '7', ...changes });

const row = (changes: Partial<KnownFile> = {}): KnownFile => ({
  id: 'one', root: '/notes', file: 'a.md', state: 'ready', bytes: 10, mtime_ns: String(BigInt(WRITTEN_MS) * 1_000_000n), inode: '7', checked_at_ms: LOOKED_MS,
  source_digest: 's', parsed_digest: 'p', chunker: 'chunker', index_id: 'i', container: null, alias_of: null, ...changes,
});

const plan = (files: readonly ScannedFile[], known: readonly KnownFile[]) => {
  const { work, unchanged, missing } = planIngest({ files, problems: [] }, known, 'chunker');
  return { work: work.map((planned) => planned.scanned.file), unchanged, missing: missing.map((gone) => gone.file) };
};

describe('what an ingestion reads', () => {
  test('a file whose stat is the recorded one is left alone', () => {
    expect(plan([file()], [row()])).toEqual({ work: [], unchanged: 1, missing: [] });
  });

  test.each([
    ['size', { bytes: 11 }],
    ['time', { mtimeNs: String(BigInt(WRITTEN_MS + 1) * 1_000_000n) }],
    ['inode', { inode: '8' }],
  ])('a file with another %s is read again', (_, change) => {
    expect(plan([file(change)], [row()]).work).toEqual(['a.md']);
  });

  test('a file written less than two seconds before it was looked at is read again: a second write could hide in the clock', () => {
    expect(plan([file()], [row({ checked_at_ms: WRITTEN_MS + 1_999 })]).work).toEqual(['a.md']);
    expect(plan([file()], [row({ checked_at_ms: WRITTEN_MS + 2_001 })]).unchanged).toBe(1);
  });

  test('a ready document cut by another chunker is read again, a refused file is not', () => {
    expect(plan([file()], [row({ chunker: 'other' })]).work).toEqual(['a.md']);
    expect(plan([file()], [row({ state: 'failed', chunker: null })]).unchanged).toBe(1);
  });

  test('a failure that may have passed (a process that died, a file that changed while it was read) is tried again', () => {
    expect(plan([file()], [row({ state: 'failed', chunker: null, checked_at_ms: 0 })]).work).toEqual(['a.md']);
  });

  test('what a killed run left queued is read', () => {
    expect(plan([file()], [row({ state: 'queued' })]).work).toEqual(['a.md']);
  });

  test('a row whose file is gone is missing, and the same name under another root is another file', () => {
    expect(plan([file({ root: '/other', path: '/other/a.md' })], [row()])).toEqual({ work: ['a.md'], unchanged: 0, missing: ['a.md'] });
  });

  test('what stands at or below a place that could not be read is not missing, and the place says how many documents stay', () => {
    const known = ['a.md', 'closed/b.md', 'closed/deep/c.md', 'closedness.md'].map((name) => row({ id: name, file: name }));
    const problems = [{ path: 'closed', reason: 'Cannot be read: EACCES', unseen: { root: '/notes', file: 'closed' } }];
    const planned = planIngest({ files: [], problems }, known, 'chunker');
    expect(planned.missing.map((gone) => gone.file)).toEqual(['a.md', 'closedness.md']);
    expect(planned.problems).toEqual([{ path: 'closed', reason: 'Cannot be read: EACCES. 2 documents stay as read before' }]);
    const source = planIngest({ files: [], problems: [{ path: '/notes', reason: 'Cannot be read', unseen: { root: '/notes', file: '' } }] }, [...known, row({ id: 'x', root: '/other' })], 'chunker');
    expect(source.missing.map((gone) => gone.root)).toEqual(['/other']);
  });
});
