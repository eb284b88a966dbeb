import type { DocumentId } from '#contract/ids.ts';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { useKnowledgeActions } from '../../client/knowledgeQueries.ts';
import { toProblem } from '../../client/problem.ts';
import { useUndo } from '../../client/projectQueries.ts';
import { formatThings } from '../../lib/formatCount.ts';
import { useWindow } from '../../ui/windowPort.tsx';

/** Removes documents from a knowledge base, with the way back in the notice. */
export function useRemoveDocuments(base: KnowledgeBase): { remove: (documentIds: DocumentId[]) => void } {
  const port = useWindow();
  const { removeDocuments } = useKnowledgeActions();
  const undo = useUndo();
  return {
    remove: (documentIds) =>
      removeDocuments.mutate(
        { knowledgeId: base.id, documentIds },
        {
          onSuccess: ({ undoId, removed }) => {
            port.inspect(null);
            port.notify({ text: `Removed ${formatThings(removed, 'document')} from ${base.name}. The files are untouched; the next ingest of their folder reads them again.`, action: { label: 'Undo', run: () => undo.mutate(undoId) } });
          },
          onError: (error) => port.notify({ text: toProblem(error).message, meaning: 'bad' }),
        },
      ),
  };
}
