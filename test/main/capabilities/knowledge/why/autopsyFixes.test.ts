import { expect, test } from 'vitest';
import { embedderFixes, ingestFix, mendFix, passagesFix, reindexFixes } from '../../../../../src-main/capabilities/knowledge/why/autopsyFixes.ts';

const at = { slug: 'notes', question: 'When?', file: 'pump.pdf' };

test('another embedder is named where one is on this machine, and not offered where there is none', () => {
  expect(embedderFixes(at, { embedder: 'all-minilm-l6-v2' }, ['all-minilm-l6-v2'])).toEqual([]);
  expect(embedderFixes(at, { embedder: 'all-minilm-l6-v2' }, ['all-minilm-l6-v2', 'my-bge'])).toEqual([
    { kind: 'reindex', title: 'Build an index with the embedder my-bge instead of all-minilm-l6-v2 beside this one and compare', command: 'knowledge snapshot new --embedder my-bge --knowledge notes', settings: { embedder: 'my-bge' } },
  ]);
});

test('more passages are offered as far as the setting goes', () => {
  expect(passagesFix(50)).toMatchObject([{ kind: 'more-passages', settings: { passages: 50 } }]);
  expect(passagesFix(51)).toEqual([]);
});

test('every command can be run as it stands: it names the knowledge base, and no word is left to be filled in', () => {
  const fixes = [ingestFix(at), mendFix(at, 'It is damaged'), ...embedderFixes(at, { embedder: 'a' }, ['b']), ...reindexFixes(at, { max_tokens: 256 }, 'larger')];
  for (const { command } of fixes) expect(command).toMatch(/^knowledge [a-z0-9 -]+ --knowledge notes$/);
});

test('a file that cannot be read as it is must be changed first', () => {
  expect(mendFix(at, 'pump.pdf is protected by a password. Save it without a password and add that copy.').title).toBe('Save pump.pdf without its password in place of this one, then ingest again');
  expect(mendFix(at, 'It is damaged').title).toBe('Change or replace pump.pdf as its reason says, then ingest again: as it is it cannot be read');
});
