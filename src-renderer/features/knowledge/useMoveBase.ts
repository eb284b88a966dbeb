import type { KnowledgeBase } from '#contract/knowledge.ts';
import { useKnowledgeBases } from '../../client/knowledgeQueries.ts';
import { useMoveActions } from '../../client/moveQueries.ts';
import { sayProblem, saySentences, toProblem } from '../../client/problem.ts';
import { useWindow } from '../../ui/windowPort.tsx';
import { followMove } from './moveJobs.ts';
import { freeName } from './prepareMove.ts';

/** Carries a knowledge base to another project as one file. Both are jobs: their progress stands in Jobs, their end is told by MoveNotices. */
export function useMoveBase() {
  const port = useWindow();
  const { exportBase, importBase } = useMoveActions();
  const bases = useKnowledgeBases().data ?? [];
  const begun = (job: string, text: string): void => port.notify({ text, about: job, action: { label: 'Show jobs', run: () => port.showPanel('jobs') } });
  const failed = (error: unknown): void => port.notify({ text: sayProblem(error), meaning: 'bad' });
  // Promises, not callbacks of mutate: those are dropped when the place is left before the reply.
  const read = async (from: string, name?: string): Promise<void> => {
    try {
      const { job } = await importBase.mutateAsync({ from, ...(name === undefined ? {} : { name }) });
      followMove({ what: 'import', job, from });
      begun(job, `Importing ${from}${name === undefined ? '' : ` as ${name}`}.`);
    } catch (error) {
      const { code, message } = toProblem(error);
      if (code !== 'KNOWLEDGE_EXISTS' || name === undefined) failed(error);
      else port.notify({ text: saySentences(message), meaning: 'bad', action: { label: OTHER_NAME, run: () => void rename(from, name) } });
    }
  };
  const rename = async (from: string, taken: string): Promise<void> => {
    const name = await port.askName({ title: OTHER_NAME, text: from, label: 'Name of the knowledge base', value: taken === '' ? '' : freeName(taken, bases.map((base) => base.name)), verb: 'Import' });
    if (name !== null) await read(from, name);
  };
  return {
    /** Asks for the folder; the file is named after the base, and one that is there already is refused. */
    async carryOut({ id, name, slug }: KnowledgeBase): Promise<void> {
      const [folder] = (await port.pick({ title: `Export ${name} as ${slug}.lathe-knowledge into`, what: 'folder', verb: 'Export' })) ?? [];
      if (folder === undefined) return;
      const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
      const to = `${folder.endsWith(separator) ? folder.slice(0, -1) : folder}${separator}${slug}.lathe-knowledge`;
      try {
        const { job } = await exportBase.mutateAsync({ knowledgeId: id, to });
        followMove({ what: 'export', job });
        begun(job, `Exporting ${name} to ${to}.`);
      } catch (error) {
        failed(error);
      }
    },
    async carryIn(): Promise<void> {
      const [from] = (await port.pick({ title: 'Import a knowledge base from a .lathe-knowledge file', what: 'file', verb: 'Import' })) ?? [];
      if (from !== undefined) await read(from);
    },
    /** The same file once more, under a name that one types. */
    rename,
  };
}

export const OTHER_NAME = 'Import under another name';
