import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { latheHome, type LatheHome, type Window } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

interface Removable {
  readonly lathe: LatheHome;
  readonly project: string;
  readonly file: string;
}

async function projectWithBase(): Promise<Removable> {
  const lathe = latheHome(temporaryFolder());
  const project = join(temporaryFolder(), 'project');
  await lathe.json(['project', 'new', project]);
  await lathe.json(['knowledge', 'create', 'Notes', '--project', project]);
  return { lathe, project, file: join(project, 'knowledge', 'notes.yaml') };
}

/** Does something in a window that is killed at this place in it. */
async function killedAt({ lathe, project }: Removable, failpoint: string, work: (window: Window) => Promise<unknown>): Promise<void> {
  const window = await lathe.open(project, { env: { LATHE_FAILPOINT: failpoint } });
  const ended = once(window.process, 'close');
  await work(window).catch(() => undefined);
  const [, signal] = await ended;
  expect(signal).toBe('SIGKILL');
}

interface Seen {
  readonly bases: string[];
  readonly undoable: number;
  readonly recovered: string;
}

async function seenAfterwards({ lathe, project }: Removable): Promise<Seen> {
  const window = await lathe.open(project);
  const projectId = window.projectId as never;
  const bases = (await window.client.knowledge.list({ projectId })).map((base) => base.name);
  const undoable = (await window.client.projects.undoList({ projectId })).filter((entry) => entry.undoneAtMs === null).length;
  const { recovered } = await window.client.system.status();
  await window.close();
  return { bases, undoable, recovered: recovered.join(' ') };
}

describe('a knowledge base whose removal or undo is cut off by kill -9', () => {
  test('is there with its file when the removal was cut off between journal and file, and that is said', async () => {
    const base = await projectWithBase();
    await killedAt(base, 'base.after-journal', async (window) => {
      const projectId = window.projectId as never;
      const [found] = await window.client.knowledge.list({ projectId });
      await window.client.knowledge.remove({ projectId, knowledgeId: found?.id as never });
    });
    const seen = await seenAfterwards(base);
    expect(seen).toMatchObject({ bases: ['Notes'], undoable: 0 });
    expect(seen.recovered).toContain('Notes');
    expect(existsSync(base.file)).toBe(true);
  });

  test('is there with its file when the undo was cut off between file and rows', async () => {
    const base = await projectWithBase();
    const first = await base.lathe.open(base.project);
    const [found] = await first.client.knowledge.list({ projectId: first.projectId as never });
    const { undoId } = await first.client.knowledge.remove({ projectId: first.projectId as never, knowledgeId: found?.id as never });
    await first.close();
    expect(existsSync(base.file)).toBe(false);
    await killedAt(base, 'base.after-file-back', (window) => window.client.projects.undo({ projectId: window.projectId as never, id: undoId }));
    expect(await seenAfterwards(base)).toMatchObject({ bases: ['Notes'], undoable: 0 });
    expect(existsSync(base.file)).toBe(true);
  });
});
