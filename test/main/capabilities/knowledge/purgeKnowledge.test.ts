import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEPT_MS } from '../../../../src-main/storage/journal.ts';
import { projectOverFakes, type FakeProject } from '../../../helpers/projectOverFakes.ts';

const CANARY = 'The heron Quixotrane nests in Wyvernholm.';

let project: FakeProject;
beforeEach(async () => {
  project = await projectOverFakes();
  project.note('stays.txt', 'A lion lives here.');
  project.note('goes.txt', CANARY);
  await project.ingest();
});
afterEach(() => project.close());

const context = { signal: new AbortController().signal } as never;
const projectId = (): never => project.open.file.id as never;

/** Files of the project that hold the text, in UTF-8 or UTF-16. */
function holding(text: string): string[] {
  const needles = [Buffer.from(text), Buffer.from(text, 'utf16le')];
  return readdirSync(project.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => needles.some((needle) => readFileSync(file).includes(needle)));
}

async function removeDocument(file: string): Promise<void> {
  const document = (await project.documents()).find((candidate) => candidate.file === file);
  await project.open.handlers.knowledge.removeDocuments({ projectId: projectId(), knowledgeId: (await project.base()) as never, documentIds: [document?.id as never] }, context);
}

const inIndex = (): string[] => project.index.entries().map((entry) => entry.text);

describe('documents that were deleted', () => {
  it('are in the journal with what brings them back, in the transaction that hides them', async () => {
    await removeDocument('goes.txt');
    const [entry] = await project.open.journal.list();
    expect(entry).toMatchObject({ kind: 'knowledge.documents', title: 'Delete goes.txt', undoneAtMs: null });
    expect((await project.search('heron')).files).toEqual([]);
    await project.open.undo(entry?.id);
    expect((await project.search('heron')).files).toEqual(['goes.txt']);
  });

  it('leave nothing of their text in the project when they are purged', async () => {
    await removeDocument('goes.txt');
    expect(holding(CANARY)).not.toEqual([]);
    const { entries, freedBytes } = await project.open.purge();
    expect(entries).toBe(1);
    expect(freedBytes).toBeGreaterThan(CANARY.length);
    expect(holding(CANARY)).toEqual([]);
    expect(holding('goes.txt')).toEqual([]);
    expect(inIndex()).toEqual(['A lion lives here.']);
    expect(project.index.calls).toContain('compact');
    expect((await project.search('lion')).files).toEqual(['stays.txt']);
    expect(existsSync(join(project.folder, '.lathe', 'purge-unfinished'))).toBe(false);
  });

  it('take the questions of deleted conversations with them, also out of the titles of jobs, and leave the others', async () => {
    const ask = async (question: string): Promise<string> => {
      const { answer, job } = await project.open.knowledge.asking.start({ knowledgeId: await project.base(), question });
      await project.open.jobs.wait(job);
      return answer.conversationId;
    };
    const gone = await ask('Where does Quixotrane nest?');
    const stays = await ask('Where do lions live?');
    await project.open.knowledge.asking.remove(gone);
    await removeDocument('goes.txt');
    await project.open.purge();
    expect(holding('Quixotrane')).toEqual([]);
    expect((await project.open.jobs.list(projectId(), 100)).map((job) => job.title)).toContain('Answer: Where do lions live?');
    expect((await project.open.knowledge.asking.conversation(stays)).answers).toHaveLength(1);
  });

  it('whose file is gone from disk are purged too, though no journal names them', async () => {
    rmSync(join(project.notes, 'goes.txt'));
    await project.ingest();
    await project.open.purge();
    expect(holding(CANARY)).toEqual([]);
    expect(inIndex()).toEqual(['A lion lives here.']);
  });

  it('go by themselves after 30 days, with their artifacts, and not before', async () => {
    await removeDocument('goes.txt');
    rmSync(join(project.notes, 'stays.txt'));
    project.note('other.txt', 'A crane.');
    rmSync(join(project.notes, 'goes.txt'));
    await project.ingest();
    project.clock.advance(KEPT_MS - 1_000);
    await project.reopen();
    await project.documents();
    expect(await project.open.journal.list()).toHaveLength(1);
    expect(holding(CANARY)).not.toEqual([]);
    project.clock.advance(2_000);
    await project.reopen();
    await expect.poll(() => holding(CANARY), { timeout: 20_000 }).toEqual([]);
    await expect.poll(() => inIndex(), { timeout: 20_000 }).toEqual(['A crane.']);
    await expect.poll(() => holding('A lion lives here.'), { timeout: 20_000 }).toEqual([]);
    expect(await project.open.journal.list()).toEqual([]);
  });

  it('are purged to the end at the next start when Lathe was killed in the middle', async () => {
    await removeDocument('goes.txt');
    // As a kill after the rows leaves it: the mark, and an artifact that nothing names.
    const [entry] = await project.open.journal.list();
    await project.open.journal.purge('all');
    expect(entry).toBeDefined();
    writeFileSync(join(project.folder, '.lathe', 'purge-unfinished'), '');
    project.clock.advance(120_000);
    await project.reopen();
    await expect.poll(() => holding(CANARY), { timeout: 20_000 }).toEqual([]);
    await expect.poll(() => inIndex(), { timeout: 20_000 }).toEqual(['A lion lives here.']);
  });

  it('cost the whole index when it cannot be opened: what it holds is deleted and built again', async () => {
    await removeDocument('goes.txt');
    const { compact } = project.index;
    project.index.compact = () => Promise.reject(new Error('This index cannot be written'));
    const folder = join(project.folder, '.lathe', 'vectors', await project.base());
    writeFileSync(join(folder, 'text-22222222', 'index.db'), CANARY);
    await project.open.purge();
    project.index.compact = compact;
    expect(holding(CANARY)).toEqual([]);
    expect((await project.search('lion')).files).toEqual(['stays.txt']);
  });
});
