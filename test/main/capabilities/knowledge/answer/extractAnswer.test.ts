import { describe, expect, it } from 'vitest';
import { quoteCandidates } from '../../../../../src-main/capabilities/knowledge/answer/alignCitations.ts';
import { chooseExtracts, scoreCandidates } from '../../../../../src-main/capabilities/knowledge/answer/extractAnswer.ts';
import { quoteUnits } from '../../../../../src-main/capabilities/knowledge/answer/quoteUnits.ts';
import { documentOf } from './documentOf.ts';

type Parts = Parameters<typeof documentOf>[0];

/** The spans that answer, out of one passage of each document. */
function extracts(question: string, ...documents: Parts[]): string[] {
  const candidates = documents.flatMap((parts, at) => {
    const document = documentOf(parts);
    return quoteCandidates(quoteUnits(document, { documentId: `d${at}`, start: 0, end: document.text.length }, at), { documentOf: () => document, contextOf: () => ({ context: document.title, subject: '' }) });
  });
  return chooseExtracts(scoreCandidates({ question, candidates })).map(({ candidate }) => candidate.text);
}

describe('the spans that are shown as the answer', () => {
  it('say what a thing is where that is asked, before what uses it', () => {
    const manual: Parts = [['paragraph', '$ git stash && git pull && git stash pop'], ['paragraph', 'Run git stash again after git stash has failed once.'], ['paragraph', 'git-stash - Puts the changes of a working tree away']];
    expect(extracts('What does git stash do?', manual)).toContain('git-stash - Puts the changes of a working tree away');
    expect(extracts('What does git stash do?', manual)).not.toContain('$ git stash && git pull && git stash pop');
  });

  it('are none that only repeat the question', () => {
    const manual: Parts = [['table', 'Undeliverable mail\tRetrying mail'], ['paragraph', 'Mail that stays undeliverable is returned to its sender after five days of retrying.']];
    expect(extracts('How long is undeliverable mail kept for retrying?', manual)).toEqual(['Mail that stays undeliverable is returned to its sender after five days of retrying.']);
  });

  it('are never the names of a table\'s columns', () => {
    const header = 'deletion\thow long it can be undone\twhat comes back';
    const manual: Parts = [['table', `${header}\na document\tuntil it is purged, 30 days after it\tthe document with its chunks`], ['paragraph', 'Bread is delivered twice a week by boat.']];
    expect(extracts('How long can a deletion be undone?', manual)).not.toContain(header);
  });

  it('name a number where a quantity is asked for', () => {
    const manual: Parts = [['paragraph', 'A deletion can be undone in Settings, where every deletion is listed.'], ['paragraph', 'Each deletion is purged 30 days after it was made.']];
    expect(extracts('How long can a deletion be undone?', manual)).toContain('Each deletion is purged 30 days after it was made.');
  });

  it('do not say the same twice, from two documents either', () => {
    const row: Parts = [['paragraph', 'queue_run_delay (300s): The time between two scans of the deferred queue by the manager.']];
    const text: Parts = [['paragraph', 'The time between two scans of the deferred queue by the manager.']];
    expect(extracts('How long is the time between two scans of the deferred queue, queue_run_delay?', row, text)).toEqual([row[0]?.[1]]);
  });
});
