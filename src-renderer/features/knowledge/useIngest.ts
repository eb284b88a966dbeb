import type { KnowledgeBase } from '#contract/knowledge.ts';
import { useKnowledgeActions } from '../../client/knowledgeQueries.ts';
import { sayProblem } from '../../client/problem.ts';
import { useWindow } from '../../ui/windowPort.tsx';

/** Adding files, ingesting again and removing: what each says when it is done or fails. */
export function useIngest(base: KnowledgeBase) {
  const port = useWindow();
  const actions = useKnowledgeActions();
  const onError = (error: unknown): void => {
    port.notify({ text: sayProblem(error), meaning: 'bad' });
  };
  return {
    busy: actions.ingest.isPending || base.job !== null,
    async add(): Promise<void> {
      const paths = await port.pick({ title: `Add files or folders to ${base.name}`, what: 'entries', verb: 'Ingest', other: { verb: 'Preview', run: (path) => port.open({ place: 'preview', knowledgeId: base.id, path }) } });
      if (paths !== null) actions.ingest.mutate({ knowledgeId: base.id, paths: [...paths] }, { onError });
    },
    again(): void {
      actions.ingest.mutate({ knowledgeId: base.id, paths: [] }, { onError });
    },
    remove(undo: () => void): void {
      actions.remove.mutate(base.id, {
        onError,
        onSuccess: () => port.notify({ text: `Removed ${base.name} with ${base.documents.total} documents. The files themselves are untouched.`, action: { label: 'Undo', run: undo } }),
      });
    },
  };
}
