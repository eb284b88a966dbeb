import { describe, expect, it } from 'vitest';
import { alsoIn, answerNotice, answerText, describeAnswer, jobToStop, prepareSources, recordedLine, smallPrint } from '../../../../src-renderer/features/knowledge/prepareAnswer.ts';
import { safeLink } from '../../../../src-renderer/features/knowledge/safeLink.ts';
import { jobId, makeAnswer, makeDocument, makeJob } from '../../fakeData.ts';

const answer = makeAnswer(1, Array.from({ length: 6 }, (_, index) => makeDocument(index)));

describe('the sources of an answer', () => {
  it('come cited by number, then seen by the model, then just missed', () => {
    expect(prepareSources(answer).map(({ numbers, use, ranks }) => [numbers.join(), use, ranks])).toEqual([
      ['1', 'cited', 'text 1 · vector 1'],
      ['2', 'cited', 'text 2 · vector 3'],
      ['3', 'cited', 'text 3'],
      ['', 'prompt', 'text 4 · vector 7'],
      ['', 'missed', 'text 5 · vector 9'],
      ['', 'missed', 'text 6 · vector 11'],
    ]);
  });

  it('keep a citation whose passage is not in the list', () => {
    const rows = prepareSources({ ...answer, passages: answer.passages.slice(1) });
    expect(rows.find(({ numbers }) => numbers.includes(1))).toMatchObject({ use: 'cited', ranks: 'neighbour', passage: null });
  });
});

describe('copies of a source', () => {
  const passageWith = (...files: string[]) => ({ ...answer.passages[0], aliases: files.map((file, at) => ({ documentId: makeDocument(at).id, file })) }) as (typeof answer.passages)[number];

  it('are named beside it, the first by its file and the others by their number', () => {
    expect([alsoIn(null), alsoIn(passageWith()), alsoIn(passageWith('b.md')), alsoIn(passageWith('b.md', 'c.md', 'd.md'))]).toEqual(['', '', 'also in b.md', 'also in b.md and 2 more']);
  });
});

describe('the number beside a source', () => {
  it('is a range where many sentences cite one passage, and a dash where none does', () => {
    const [passage] = answer.passages;
    const [citation] = answer.citations;
    if (passage === undefined || citation === undefined) throw new Error('Expected a cited passage');
    const labels = (numbers: readonly number[]): (string | undefined)[] => prepareSources({ ...answer, passages: [passage], citations: numbers.map((number) => ({ ...citation, number })) }).map(({ label }) => label);
    expect([labels([]), labels([2]), labels([1, 2]), labels([1, 2, 3, 5])]).toEqual([['–'], ['2'], ['1 2'], ['1–3 5']]);
  });
});

describe('what is said about an answer', () => {
  it('is model, speed, sources used, confidence and time', () => {
    expect(describeAnswer(answer)).toBe('gemma-3-270m · 38 tok/s · 4 of 6 passages · confidence 0.91 · 4.2 s');
    expect(describeAnswer({ ...answer, by: 'passages', promptTokens: null })).toBe('passages, no model · 3 of 6 passages · confidence 0.91 · 4.2 s');
    expect(describeAnswer({ ...answer, state: 'stopped', passages: [] })).toBe('');
    expect(describeAnswer({ ...answer, timingsMs: {}, generatedTokens: null })).toBe('gemma-3-270m · 4 of 6 passages · confidence 0.91');
  });

  it('tells passages that stand in place of what a model wrote from those that no model was asked for', () => {
    const begins = (more: Partial<typeof answer>): string | undefined => describeAnswer({ ...answer, by: 'passages', promptTokens: 900, ...more }).split(' · ')[0];
    expect(begins({ rejected: 'unsupported' })).toBe('passages; gemma-3-270m’s text was not supported by them');
    expect(begins({ rejected: 'empty' })).toBe('passages; gemma-3-270m wrote nothing');
    // Kept by an older version.
    expect(begins({})).toBe('passages; gemma-3-270m’s text was not used');
  });

  it('names abstaining, passages as the answer, stopping and failing plainly, and nothing else', () => {
    expect(answerNotice(answer)).toBeNull();
    expect(answerNotice({ ...answer, abstained: true, by: 'passages', note: 'Nothing close enough.' })).toEqual({ title: 'The documents do not seem to hold the answer', text: 'Nothing close enough.' });
    // The owner's note says again what the title says: once is enough.
    expect(answerNotice({ ...answer, abstained: true, note: 'Your documents do not seem to hold the answer: the nearest passages match only loosely.' })?.text).toBe('The nearest passages match only loosely.');
    expect(answerNotice({ ...answer, by: 'passages' })?.title).toBe('The passages themselves are the answer');
    expect(answerNotice({ ...answer, state: 'stopped' })?.title).toBe('Stopped');
    expect(answerNotice({ ...answer, state: 'failed', error: { code: 'RUNTIME_MEMORY', message: 'Not enough memory.', hint: 'Choose a smaller model.' } })?.text).toBe('Not enough memory. Choose a smaller model.');
  });

  it('names one that was counted from metadata as that, without passages or a confidence', () => {
    const counted = { ...answer, by: 'metadata' as const, text: '2 documents.', note: 'Counted from metadata: file names and dates. No passage is quoted.', sentences: [], citations: [], passages: [], model: null, confidence: 1 };
    expect(answerNotice(counted)).toEqual({ title: 'Counted from metadata, not read in the documents', text: 'File names and dates. No passage is quoted.' });
    expect([describeAnswer(counted), smallPrint(counted)]).toEqual(['metadata, no model · 4.2 s', []]);
  });

  it('says under it what the search went on without, and what the prompt had no room for', () => {
    const notes = ['Found by words and static vectors alone.'];
    expect(smallPrint({ ...answer, note: 'One sentence is marked.', notes, cut: 'One passage left out.' })).toEqual(['One sentence is marked.', ...notes, 'One passage left out.']);
    // The note of an answer made of passages stands above it.
    expect(smallPrint({ ...answer, by: 'passages', note: 'The model wrote nothing.', notes })).toEqual(notes);
  });

  it('says where and when a recorded answer was made', () => {
    expect(recordedLine(answer)).toBeNull();
    expect(recordedLine({ ...answer, recorded: { machine: 'Debian 12', atMs: new Date(2026, 10, 4).getTime() } })).toBe('recorded on Debian 12, 4 Nov 2026');
  });

  it('copies with its numbers and its quotes', () => {
    const text = answerText(answer);
    expect(text).toContain('searches keep going to the old one.[1] When');
    expect(text).toContain('[3] models/embedding.md: "A swap can be undone');
  });
});

describe('links of an answer', () => {
  it('lead only to http, https and mailto, and show the host as it is', () => {
    expect(safeLink('https://example.org/a?b')).toEqual({ href: 'https://example.org/a?b', shown: 'example.org' });
    expect(safeLink('https://xn--80ak6aa92e.com')?.shown).toBe('xn--80ak6aa92e.com');
    expect(safeLink('https://аррle.com')?.shown).toMatch(/^xn--/);
    expect(safeLink('mailto:a@b.c')?.shown).toBe('a@b.c');
    for (const href of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x', 'blob:x', 'app://lathe/', 'ftp://x', 'about:blank', '/relative', '//host/x', '', undefined]) expect(safeLink(href), href).toBeNull();
  });
});

describe('what Stop stops', () => {
  const job = (index: number, ended = false) => makeJob(index, { kind: 'knowledge.answer', ...(ended ? { state: 'done', endedAtMs: 1 } : {}) });

  it('is the question asked here, before and after the list of jobs has it, and never another one in its place', () => {
    expect(jobToStop([job(2)], jobId(1))).toBe(jobId(1));
    expect(jobToStop([job(2), job(1)], jobId(1))).toBe(jobId(1));
    expect(jobToStop([job(2)], 'expected')).toBeNull();
  });

  it('is the answer that is running once the one asked here has ended, and after a reload; an ingestion never', () => {
    expect(jobToStop([makeJob(3), job(2), job(1, true)], jobId(1))).toBe(jobId(2));
    expect(jobToStop([makeJob(3), job(2)], null)).toBe(jobId(2));
    expect(jobToStop([makeJob(3), job(1, true)], null)).toBeNull();
  });
});
