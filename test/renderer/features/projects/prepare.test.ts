import { describe, expect, it } from 'vitest';
import type { HomeFacts, Project } from '#contract/projects.ts';
import { prepareFileTree } from '../../../../src-renderer/features/projects/prepareFileTree.ts';
import { prepareLanes, prepareNextStep } from '../../../../src-renderer/features/projects/prepareHome.ts';
import { KNOWLEDGE, NOW, PROJECT } from '../../fakeData.ts';

const base = { id: KNOWLEDGE, name: 'Manuals', documents: 10, failed: 0, chunks: 330, state: 'ready' as const, updatedAtMs: NOW, sources: 0, failure: null };
const facts = (knowledge: HomeFacts['knowledge']): HomeFacts => ({ knowledge, answers: 0, lastAnswer: null, changes: [] });
const project: Project = { id: PROJECT, name: 'p', folder: '/p', sample: false, trusted: true, textModel: null, branch: null, troubles: [] };

describe('the project as a picture', () => {
  it('shows documents, chunks, index and answers of each knowledge base with state and figure', () => {
    const [lane] = prepareLanes(facts([{ ...base, failed: 2 }]), [{ knowledgeId: KNOWLEDGE, answers: 3, updatedAtMs: NOW }, { knowledgeId: 'other', answers: 9, updatedAtMs: NOW }], NOW);
    expect(lane?.boxes.map(({ title, figure, word }) => [title, figure, word])).toEqual([['Documents', '10', 'Some failed'], ['Chunks', '330', 'Fresh'], ['Index', 'text + vectors', 'Fresh'], ['Answers', '3', 'Answered']]);
    expect(lane?.boxes[0]?.route).toEqual({ place: 'knowledge', knowledgeId: KNOWLEDGE, state: 'failed' });
  });

  it('is empty in its own words before anything was ingested', () => {
    const [lane] = prepareLanes(facts([{ ...base, documents: 0, chunks: 0, state: 'empty', updatedAtMs: null }]), [], NOW);
    expect(lane?.boxes.map(({ word }) => word)).toEqual(['Empty', 'Empty', 'Empty', 'Empty']);
  });
});

describe('a knowledge base that is being read', () => {
  const running = { ...base, state: 'running' as const, failed: 1 };

  it('shows what is there so far and never says that all is read', () => {
    const [lane] = prepareLanes(facts([running]), [], NOW);
    expect(lane?.boxes.slice(0, 2).map(({ figure, word, detail }) => [figure, word, detail])).toEqual([['10', 'Running', 'more are being read'], ['330', 'Running', '33 per document']]);
    const [first] = prepareLanes(facts([{ ...running, documents: 0, chunks: 0 }]), [], NOW);
    expect(first?.boxes.slice(0, 2).map(({ word }) => word)).toEqual(['Running', 'Running']);
  });

  it('is not called ready: one that is comes first, and a first ingestion leads to its progress', () => {
    expect(prepareNextStep(facts([running]), project).sentence).toContain('can be asked while it is being read: 10 documents, 330 chunks so far.');
    expect(prepareNextStep(facts([running, { ...base, name: 'Other' }]), project).sentence).toContain('Other is ready');
    expect(prepareNextStep(facts([{ ...running, documents: 0, chunks: 0 }]), project)).toMatchObject({ title: 'Manuals is being read', verb: 'Show the progress' });
  });
});

describe('the next step', () => {
  it('is the one that makes most sense: trust, create, mend, add, ingest again, ask', () => {
    const empty = { ...base, documents: 0, chunks: 0, state: 'empty' as const };
    expect([
      prepareNextStep(facts([base]), { ...project, trusted: false }).verb,
      prepareNextStep(facts([]), project).verb,
      prepareNextStep(facts([{ ...base, state: 'failed', failed: 3 }]), project).verb,
      prepareNextStep(facts([empty]), project).verb,
      prepareNextStep(facts([{ ...base, state: 'stale' }]), project).verb,
      prepareNextStep(facts([empty, base]), project).verb,
    ]).toEqual(['Trust this project', 'Create a knowledge base', 'Show what failed', 'Add files or folders', 'Show it', 'Ask']);
  });
});

describe('the next step for a knowledge base that names its sources', () => {
  const named = { ...base, documents: 0, chunks: 0, sources: 2, state: 'empty' as const, updatedAtMs: null };

  it('is to read them, not to add any', () => {
    expect(prepareNextStep(facts([named]), project)).toMatchObject({ title: 'Manuals has not been read yet', verb: 'Ingest 2 sources', does: { ingest: KNOWLEDGE } });
    expect(prepareLanes(facts([named]), [], NOW)[0]?.boxes[0]).toMatchObject({ detail: '2 sources not read yet', word: 'Empty' });
  });

  it('is to read them again when the ingestion failed, which is named with what to do', () => {
    const failed = { ...named, state: 'failed' as const, failure: { message: 'The model could not be fetched', hint: 'Turn off "Stay offline".' } };
    expect(prepareNextStep(facts([failed]), project)).toMatchObject({ title: 'Manuals could not be ingested', sentence: 'The model could not be fetched. Turn off "Stay offline".', verb: 'Read again', does: { ingest: KNOWLEDGE } });
    expect(prepareLanes(facts([failed]), [], NOW)[0]?.boxes[0]).toMatchObject({ detail: 'none could be read' });
    expect(prepareNextStep(facts([{ ...failed, documents: 10, state: 'stale' }]), project).sentence).toBe('The model could not be fetched. Turn off "Stay offline". Ingesting again reads only what changed.');
  });
});

describe('the tree of files', () => {
  it('puts folders before files, level by level, and makes the folders that are only implied', () => {
    const rows = prepareFileTree([{ path: 'lathe.yaml', kind: 'file', sizeBytes: 1 }, { path: 'knowledge/b.yaml', kind: 'file', sizeBytes: 1 }, { path: 'agents/x/y.yaml', kind: 'file', sizeBytes: 1 }, { path: 'knowledge/a/z.yaml', kind: 'file', sizeBytes: 1 }]);
    expect(rows.map(({ depth, name, kind }) => `${'-'.repeat(depth)}${name}${kind === 'folder' ? '/' : ''}`)).toEqual(['agents/', '-x/', '--y.yaml', 'knowledge/', '-a/', '--z.yaml', '-b.yaml', 'lathe.yaml']);
  });
});
