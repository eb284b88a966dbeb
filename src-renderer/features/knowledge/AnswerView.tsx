import { Button, Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { KnowledgeId } from '#contract/ids.ts';
import type { Answer } from '#contract/knowledge.ts';
import { useAnswerText } from '../../client/answerQueries.ts';
import { formatExact } from '../../lib/formatTime.ts';
import { AgainIcon, WarnIcon } from '../../ui/icons.ts';
import { AnswerActions } from './AnswerActions.tsx';
import { PassageAnswer } from './PassageAnswer.tsx';
import { answerNotice, describeAnswer, recordedLine, smallPrint } from './prepareAnswer.ts';
import { SourceList } from './SourceList.tsx';

const AnswerMarkdown = lazy(async () => ({ default: (await import('./AnswerMarkdown.tsx')).AnswerMarkdown }));

export interface AnswerViewProps {
  readonly answer: Answer;
  readonly knowledgeId: KnowledgeId;
  readonly onAgain: (question: string) => void;
  /** What its job is doing, in words; empty when that is not known. */
  readonly now: string;
}

/** One question with its answer, its line of facts and its sources. */
export function AnswerView({ answer, knowledgeId, onAgain, now }: AnswerViewProps) {
  const streamed = useAnswerText(answer.id);
  const running = answer.state === 'running';
  const text = running && streamed !== null && streamed.length > answer.text.length ? streamed : answer.text;
  const notice = answerNotice(answer);
  const recorded = recordedLine(answer);
  return (
    <article className="answer" aria-busy={running} aria-label={answer.question}>
      <h2 className="question" title={formatExact(answer.createdAtMs)}>{answer.question}</h2>
      {recorded === null ? null : (
        <div className="row recorded">
          <span className="tag">{recorded}</span>
          <Button leftSection={<AgainIcon size={14} />} onClick={() => onAgain(answer.question)}>Run again</Button>
        </div>
      )}
      {notice === null ? null : (
        <div className={`answer-notice ${answer.state === 'failed' ? 'answer-notice-bad' : answer.by === 'metadata' ? 'answer-notice-plain' : ''}`} role={answer.state === 'failed' ? 'alert' : 'note'}>
          {answer.by === 'metadata' && answer.state === 'done' ? null : <WarnIcon size={15} stroke={1.75} aria-hidden />}
          <div>
            <p className="answer-notice-title">{notice.title}</p>
            <p>{notice.text}</p>
          </div>
        </div>
      )}
      {answer.by === 'passages' && !running ? (
        <PassageAnswer answer={answer} />
      ) : answer.by === 'metadata' ? (
        // Names of files are no markdown.
        <div className="answer-text"><p className="answer-plain">{text}</p></div>
      ) : (
        <div className="answer-text">
          {text === '' && running ? <Thinking found={answer.passages.length} now={now} /> : null}
          <Suspense fallback={<p className="answer-plain">{text}</p>}>{text === '' ? null : <AnswerMarkdown text={text} answer={answer} />}</Suspense>
        </div>
      )}
      {running ? null : (
        <>
          <div className="answer-line">
            <span className="dim">{describeAnswer(answer)}</span>
            <AnswerActions answer={answer} knowledgeId={knowledgeId} onAgain={onAgain} />
          </div>
          {smallPrint(answer).map((sentence) => <p key={sentence} className="dim answer-cut">{sentence}</p>)}
          <SourceList answer={answer} />
        </>
      )}
    </article>
  );
}

/** Never a lone spinner: what is being done, in words. */
function Thinking({ found, now }: { found: number; now: string }) {
  return (
    <div role="status">
      <p className="dim">{now !== '' ? now : found === 0 ? 'Searching the documents' : `${found} passages found, the model is reading them`}</p>
      <Skeleton height={12} mt={10} width="92%" radius={2} />
      <Skeleton height={12} mt={10} width="78%" radius={2} />
    </div>
  );
}
