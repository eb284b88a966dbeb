import { Button } from '@mantine/core';
import type { KnowledgeId } from '#contract/ids.ts';
import type { Answer } from '#contract/knowledge.ts';
import { useFeedback } from '../../client/answerQueries.ts';
import { toProblem } from '../../client/problem.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { BookmarkIcon, RightIcon, WhyIcon, WrongIcon } from '../../ui/icons.ts';
import { useWindow } from '../../ui/windowPort.tsx';
import { answerText } from './prepareAnswer.ts';
import { useSaveQuestion } from './questions/useSaveQuestion.ts';

/** Was this right? A second press takes the mark back. */
export function AnswerActions({ answer, knowledgeId, onAgain }: { answer: Answer; knowledgeId: KnowledgeId; onAgain: (question: string) => void }) {
  const feedback = useFeedback();
  const port = useWindow();
  const mark = (value: 'right' | 'wrong'): void =>
    feedback.mutate({ answerId: answer.id, feedback: answer.feedback === value ? null : value }, { onError: (error) => port.notify({ text: toProblem(error).message, meaning: 'bad' }) });
  // What was counted came from no passage: there is none to follow or to expect.
  const searched = answer.by !== 'metadata';
  const saver = useSaveQuestion(answer, knowledgeId);
  return (
    <div className="row answer-actions">
      {searched ? <Button leftSection={<WhyIcon size={14} />} onClick={() => port.open({ place: 'why', answerId: answer.id }, { beside: true })}>Why</Button> : null}
      {answer.state === 'done' ? (
        <>
          <span className="faint">Was this right?</span>
          <Button aria-pressed={answer.feedback === 'right'} variant={answer.feedback === 'right' ? 'light' : 'default'} leftSection={<RightIcon size={14} />} onClick={() => mark('right')}>Right</Button>
          <Button aria-pressed={answer.feedback === 'wrong'} variant={answer.feedback === 'wrong' ? 'light' : 'default'} leftSection={<WrongIcon size={14} />} onClick={() => mark('wrong')}>Wrong</Button>
        </>
      ) : null}
      {answer.state === 'done' && searched ? <Button leftSection={<BookmarkIcon size={14} />} loading={saver.saving} onClick={saver.save} title="Keep this question with the passages that should be found (S)">Save question</Button> : null}
      <CopyButton text={answerText(answer)} />
      {answer.state === 'failed' || answer.state === 'stopped' ? <Button onClick={() => onAgain(answer.question)}>Ask again</Button> : null}
    </div>
  );
}
