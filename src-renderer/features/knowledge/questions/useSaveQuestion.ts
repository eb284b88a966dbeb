import type { KnowledgeId } from '#contract/ids.ts';
import type { Answer } from '#contract/knowledge.ts';
import { useQuestionActions } from '../../../client/questionQueries.ts';
import { sayProblem } from '../../../client/problem.ts';
import { useWindow } from '../../../ui/windowPort.tsx';

/** Keeps an answer's question with the quotes that it cites; one that was marked wrong is kept without, for the person to mark them. */
export function useSaveQuestion(answer: Answer | undefined, knowledgeId: KnowledgeId): { readonly saving: boolean; readonly save: () => void } {
  const port = useWindow();
  const { saveOfAnswer } = useQuestionActions(knowledgeId);
  return {
    saving: saveOfAnswer.isPending,
    save: () => {
      if (answer === undefined || answer.state !== 'done') return;
      saveOfAnswer.mutate(answer.id, {
        onSuccess: ({ expected }) =>
          port.notify({
            text: expected.length > 0 ? `Saved the question with ${expected.length === 1 ? 'the passage that it cites' : `the ${expected.length} passages that it cites`}.` : 'Saved the question without a passage: mark the one that should be found.',
            meaning: 'good',
            action: { label: 'Show', run: () => port.open({ place: 'knowledge', knowledgeId, part: 'questions' }) },
          }),
        onError: (error) => port.notify({ text: sayProblem(error), meaning: 'bad' }),
      });
    },
  };
}
