import type { DocumentId } from '#contract/ids.ts';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { useKnowledgeActions } from '../../client/knowledgeQueries.ts';
import { sayProblem } from '../../client/problem.ts';
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
  const say = (removed: number, rests: string, undoId: string): void =>
    port.notify({ text: `Removed ${formatThings(removed, 'document')} from ${base.name}. ${rests}The files are untouched; the next ingest of their folder reads them again.`, action: { label: 'Undo', run: () => undo.mutate(undoId) } });
  /** What rests on the only document, said with the way back: where it cannot be read, the removal can be undone all the same. */
  const restsOn = async (documentIds: readonly DocumentId[]): Promise<string> => {
    const [only] = documentIds;
    if (only === undefined || documentIds.length > 1) return '';
    const rests = await use(only).catch(() => null);
    return rests === null || rests.answers.length + rests.questions.length === 0 ? '' : `${rests.ifDeleted} `;
  };
  const remove = async (documentIds: DocumentId[]): Promise<void> => {
    const rests = await restsOn(documentIds);
    removeDocuments.mutate(
      { knowledgeId: base.id, documentIds },
      {
        onSuccess: ({ undoId, removed }) => {
          port.inspect(null);
          say(removed, rests, undoId);
        },
        onError: (error) => port.notify({ text: sayProblem(error), meaning: 'bad' }),
      },
    );
  };
  return { remove: (documentIds) => void remove(documentIds) };
}
