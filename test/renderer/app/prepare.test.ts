import { describe, expect, it } from 'vitest';
import { ProjectId } from '#contract/ids.ts';
import type { Status } from '#contract/system.ts';
import { chooseProject } from '../../../src-renderer/app/chooseProject.ts';
import { prepareBrowse } from '../../../src-renderer/app/prepareBrowse.ts';
import { prepareJobFacts, prepareJobs } from '../../../src-renderer/app/prepareJobs.ts';
import { prepareProblems } from '../../../src-renderer/app/prepareProblems.ts';
import { prepareStatus, processName } from '../../../src-renderer/app/prepareStatus.ts';
import { rankOpenables } from '../../../src-renderer/app/rankOpenables.ts';
import { makeBase, makeDocument, makeJob, NOW, PROJECT, uuid } from '../fakeData.ts';

const status = (changes: Partial<Status> = {}): Status => ({ version: '1', pid: 1, startedAtMs: 0, memory: { totalBytes: 32e9, freeBytes: 22.8e9, ownBytes: 4e8 }, devices: [], deviceReason: 'No driver', loadedModels: [], runtimes: [], network: { calls: 0, refused: 0, notObserved: 0 }, recovered: [], ...changes });

describe('the status bar', () => {
  it('claims no outbound calls only when every process is observed', () => {
    expect(prepareStatus(status()).network).toBe('0 outbound calls');
    expect(prepareStatus(status({ network: { calls: 0, refused: 6, notObserved: 0 } })).networkTitle).toBe('No process of Lathe has called anything outside this machine. 6 calls were refused. Click for the list.');
    expect(prepareStatus(status({ network: { calls: 0, refused: 0, notObserved: 2 } })).network).toBe('2 processes not observed');
    expect(prepareStatus(status({ network: { calls: 3, refused: 1, notObserved: 2 } }))).toMatchObject({ network: '3 outbound calls', networkTitle: '3 calls left this machine, 1 refused. Click for the list.' });
  });

  it('shortens the digest in the name of a process', () => {
    expect([processName(`llama:${'a5fd3b62'.repeat(8)}/gemma.gguf`), processName('parse-1')]).toEqual(['llama:a5fd3b62/gemma.gguf', 'parse-1']);
  });

  it('names the graphics card or why there is none', () => {
    expect(prepareStatus(status())).toMatchObject({ device: 'No GPU', deviceTitle: 'No driver', memory: 'RAM 9.2 GB / 32 GB', model: 'no model loaded' });
    expect(prepareStatus(status({ devices: [{ name: 'RTX', totalBytes: 8e9, freeBytes: 2.9e9 }] }))).toMatchObject({ device: 'GPU 5.1 GB / 8.0 GB', deviceTitle: 'RTX' });
  });
});

describe('the panel', () => {
  it('shows running jobs first, failures with cause and next step, and Cancel only where it works', () => {
    const rows = prepareJobs([makeJob(1, { state: 'failed', error: { code: 'DISK_FULL', message: 'No space.', hint: 'Free some.' }, endedAtMs: 5 }), makeJob(2, { state: 'queued', progress: null }), makeJob(3)], 10);
    expect(rows.map(({ word, detail, canCancel }) => [word, detail, canCancel])).toEqual([['Running', 'reference/datamodel.html', true], ['Queued', 'Waiting for its turn', true], ['Failed', 'No space. Free some.', false]]);
  });

  it('tells a job in the inspector in words and grouped figures, without what is zero or empty', () => {
    const job = makeJob(1, { state: 'done', startedAtMs: 1000, endedAtMs: 32_000, result: { files: 10_000, failed: 0, passedOver: { hidden: 3, tooLarge: 0 }, problems: [] } });
    const { word, when, result } = prepareJobFacts(job);
    expect([word, when.at(-1), result]).toEqual(['Done', { name: 'Took', value: '31 s' }, [{ name: 'Files', value: '10,000', mono: true }, { name: 'Passed over: hidden', value: '3', mono: true }]]);
  });

  it('lists what needs an eye: processes that gave up, files that cannot be used, failed jobs and documents, trust, what was mended', () => {
    const base = makeBase(Array.from({ length: 10 }, (_, index) => makeDocument(index)));
    const rows = prepareProblems({ jobs: [makeJob(1, { state: 'failed', error: { code: 'X', message: 'Broke.' } })], bases: [base], status: status({ recovered: ['Removed 2 staged documents.'], runtimes: [{ id: 'index', state: 'circuit-open', pid: null, memoryBytes: null, restarts: 3, network: 'none' }] }), trusted: false, troubles: [{ file: 'knowledge/a.yaml', message: 'knowledge/a.yaml cannot be used. line 2' }] });
    expect(rows.map(({ meaning, text }) => [meaning, text])).toEqual([
      ['bad', 'The index process stopped 3 times in a row and is not started again'],
      ['bad', 'knowledge/a.yaml cannot be used. line 2'],
      ['bad', 'Ingest 1,539 documents into Manuals: Broke.'],
      ['bad', '1 document of Manuals could not be read'],
      ['warning', 'This project was made elsewhere: nothing in it runs until you trust it'],
      ['warning', 'Removed 2 staged documents.'],
    ]);
    expect(rows[1]?.route).toEqual({ place: 'file', path: 'knowledge/a.yaml' });
    expect(rows[3]?.route).toEqual({ place: 'knowledge', knowledgeId: base.id, state: 'failed' });
  });
});

describe('a source that an ingestion could not look into', () => {
  const problems = [{ path: 'http://127.0.0.1:9/', reason: 'Lathe does not connect to it.' }];
  const ingested = makeJob(7, { kind: 'knowledge.ingest', title: 'Ingest Manuals', state: 'done', progress: null, createdAtMs: 10, endedAtMs: NOW, result: { files: 5, problems } });

  it('stands among the problems and beside the job with its reason, until an ingestion goes well', () => {
    const input = { bases: [], status: undefined, trusted: true, troubles: [] };
    expect(prepareProblems({ ...input, jobs: [ingested] })).toMatchObject([{ text: 'Ingest Manuals: http://127.0.0.1:9/', hint: 'Lathe does not connect to it.' }]);
    expect(prepareJobs([ingested], NOW)[0]?.detail).toContain('could not look into http://127.0.0.1:9/: Lathe does not connect to it.');
    const later = makeJob(8, { ...ingested, createdAtMs: 11, result: { files: 5, problems: [] } });
    expect(prepareProblems({ ...input, jobs: [ingested, later] })).toEqual([]);
  });
});

describe('the file browser', () => {
  const listing = { folder: '/home/ada', entries: [{ name: 'b.pdf', path: '/home/ada/b.pdf', kind: 'file' as const, bytes: 1 }, { name: '.git', path: '/home/ada/.git', kind: 'folder' as const, bytes: 0 }, { name: 'a', path: '/home/ada/a', kind: 'folder' as const, bytes: 0 }] };
  const entries = { title: '', what: 'entries' as const, verb: 'Ingest' };

  it('shows folders first and no hidden ones', () => {
    expect(prepareBrowse({ request: entries, listing, typed: '', taken: [] }).entries.map(({ name }) => name)).toEqual(['a', 'b.pdf']);
    expect(prepareBrowse({ request: { ...entries, what: 'folder' }, listing, typed: '', taken: [] }).entries.map(({ name }) => name)).toEqual(['a']);
  });

  it('takes a pasted path before what is ticked, and this folder before nothing', () => {
    expect(prepareBrowse({ request: entries, listing, typed: " '/data/my papers' ", taken: ['/x'] })).toMatchObject({ result: ['/data/my papers'], verb: 'Ingest' });
    expect(prepareBrowse({ request: entries, listing, typed: '', taken: ['/x', '/y'] })).toMatchObject({ result: ['/x', '/y'], verb: 'Ingest 2 items' });
    expect(prepareBrowse({ request: entries, listing, typed: '', taken: [] })).toMatchObject({ result: ['/home/ada'], verb: 'Ingest this folder' });
    expect(prepareBrowse({ request: { ...entries, what: 'file' }, listing, typed: '', taken: [] }).result).toEqual([]);
  });
});

describe('what is opened', () => {
  it('is the linked project, else the one opened last whose folder is there', () => {
    const other = ProjectId.parse(uuid(1, 2));
    const gone = ProjectId.parse(uuid(1, 3));
    const recent = [{ id: PROJECT, openedAtMs: 1, exists: true }, { id: other, openedAtMs: 2, exists: true }, { id: gone, openedAtMs: 9, exists: false }];
    expect(chooseProject(recent, PROJECT)).toBe(PROJECT);
    expect(chooseProject(recent, null)).toBe(other);
    expect(chooseProject(recent, ProjectId.parse(uuid(1, 9)))).toBe(other);
    expect(chooseProject([], null)).toBeNull();
  });

  it('ranks titles that start with the words before those that hold them, and drops the rest', () => {
    const item = (title: string, detail = '') => ({ id: title, title, detail, keys: null, run: () => undefined });
    const found = rankOpenables([item('old snapshots'), item('unsnap'), item('snapshots.md'), item('x', 'snap'), item('y')], 'snap');
    expect(found.map(({ title }) => title)).toEqual(['snapshots.md', 'old snapshots', 'unsnap', 'x']);
    expect(rankOpenables([item('go to models', 'Go')], 'models go')).toHaveLength(1);
  });
});
