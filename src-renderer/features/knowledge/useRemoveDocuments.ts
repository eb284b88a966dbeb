import type { DocumentId } from '#contract/ids.ts';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { useKnowledgeActions } from '../../client/knowledgeQueries.ts';
import { toProblem } from '../../client/problem.ts';
import { useUndo } from '../../client/projectQueries.ts';
import { useReadDocumentUse } from '../../client/whyQueries.ts';
import { formatThings } from '../../lib/formatCount.ts';
import { useWindow } from '../../ui/windowPort.tsx';

/** Removes documents from a knowledge base, with the way back in the notice. */
export function useRemoveDocuments(base: KnowledgeBase): { remove: (documentIds: DocumentId[]) => void } {
  const port = useWindow();
  const { removeDocuments } = useKnowledgeActions();
  const undo = useUndo();
  const use = useReadDocumentUse();
  const removeNow = (documentIds: DocumentId[]): void =>
    removeDocuments.mutate(
      { knowledgeId: base.id, documentIds },
      {
        onSuccess: ({ undoId, removed }) => {
          port.inspect(null);
          port.notify({ text: `Removed ${formatThings(removed, 'document')} from ${base.name}. The files are untouched; the next ingest of their folder reads them again.`, action: { label: 'Undo', run: () => undo.mutate(undoId) } });
        },
        onError: (error) => port.notify({ text: toProblem(error).message, meaning: 'bad' }),
      },
    );
  /** One document on which answers or saved questions rest is asked about, with what becomes of them; the way back stays. */
  const removeOne = async (id: DocumentId): Promise<void> => {
    // Where what rests on it cannot be read, the removal can still be undone.
    const rests = await use(id).catch(() => null);
    if (rests === null || rests.answers.length + rests.questions.length === 0) return removeNow([id]);
    const sure = await port.confirm({ title: 'Remove a document that is in use?', text: `${rests.ifDeleted} It can be undone until it is purged.`, verb: 'Remove' });
    if (sure) removeNow([id]);
  };
  return {
    remove: (documentIds) => {
      const [only, ...others] = documentIds;
      if (only !== undefined && others.length === 0) void removeOne(only);
      else removeNow(documentIds);
    },
  };
}
