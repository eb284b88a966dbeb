import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import type { SavedQuestion } from '#contract/questions.ts';
import { useUndo } from '../../../client/projectQueries.ts';
import { sayProblem, toProblem } from '../../../client/problem.ts';
import { useEvaluations, useQuestionActions, useQuestions } from '../../../client/questionQueries.ts';
import { useJob } from '../../../client/systemQueries.ts';
import { describeProgress } from '../../../lib/describeProgress.ts';
import { formatThings } from '../../../lib/formatCount.ts';
import { useActions } from '../../../ui/actionRegistry.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ErrorState } from '../../../ui/ErrorState.tsx';
import { AddIcon, DeleteIcon, FilterIcon, RunIcon } from '../../../ui/icons.ts';
import { LoadingRows } from '../../../ui/Loading.tsx';
import { ProgressLine } from '../../../ui/ProgressLine.tsx';
import { useWindow } from '../../../ui/windowPort.tsx';
import { HistoryChart } from './HistoryChart.tsx';
import { describeEvaluations, filterQuestions, prepareHistory, prepareQuestions, type QuestionFilter } from './prepareQuestions.ts';
import { QuestionForm } from './QuestionForm.tsx';
import { QuestionsTable } from './QuestionsTable.tsx';
import './questions.css';

const FILTERS: readonly { readonly value: QuestionFilter; readonly label: string }[] = [
  { value: 'all', label: 'All questions' },
  { value: 'lost', label: 'Not found at once' },
  { value: 'problem', label: 'Passage missing' },
];

/** Saved questions with what became of each in the newest run, and the figures of all runs. */
export function QuestionsPart({ base }: { base: KnowledgeBase }) {
  const questions = useQuestions(base.id);
  const evaluations = useEvaluations(base.id);
  if (questions.error !== null) return <ErrorState title="The saved questions could not be read" {...toProblem(questions.error)} action={<Button onClick={() => void questions.refetch()}>Try again</Button>} />;
  if (questions.data === undefined) return <LoadingRows rows={12} label="Loading the saved questions" />;
  return <Questions base={base} questions={questions.data} evaluations={evaluations.data ?? []} />;
}

interface QuestionsProps {
  readonly base: KnowledgeBase;
  readonly questions: readonly SavedQuestion[];
  readonly evaluations: NonNullable<ReturnType<typeof useEvaluations>['data']>;
}

function Questions({ base, questions, evaluations }: QuestionsProps) {
  const port = useWindow();
  const actions = useQuestionActions(base.id);
  const undo = useUndo();
  const [words, setWords] = useState('');
  const [filter, setFilter] = useState<QuestionFilter>('all');
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  const [editing, setEditing] = useState<SavedQuestion | 'new' | null>(null);
  const [jobId, setJob] = useState<string | null>(null);
  const job = useJob(jobId);
  const running = actions.evaluate.isPending || (jobId !== null && (job === null || job.endedAtMs === null));
  const report = (error: unknown): void => port.notify({ text: sayProblem(error), meaning: 'bad' });
  const rows = useMemo(() => prepareQuestions(questions, evaluations), [questions, evaluations]);
  const shown = useMemo(() => filterQuestions(rows, filter, words), [rows, filter, words]);
  const run = (): void => actions.evaluate.mutate(undefined, { onSuccess: (reply) => setJob(reply.job), onError: report });
  const remove = (ids: readonly string[]): void => {
    setTaken(new Set());
    actions.remove.mutate([...ids], {
      onSuccess: ({ undoId, removed }) => port.notify({ text: `Removed ${formatThings(removed, 'saved question')}.`, action: { label: 'Undo', run: () => undo.mutate(undoId) } }),
      onError: report,
    });
  };
  const runTitle = `Run ${formatThings(questions.length, 'question')}`;
  useActions([
    { id: 'questions-run', title: runTitle, section: 'Saved questions', shortcut: 'Mod+Enter', when: () => questions.length > 0 && !running && editing === null, run },
    { id: 'questions-add', title: 'Add a saved question', section: 'Saved questions', shortcut: 'N', run: () => setEditing('new') },
  ]);
  const form =
    editing === null ? null : (
      <QuestionForm
        key={editing === 'new' ? 'new' : editing.id}
        question={editing === 'new' ? null : editing}
        saving={actions.save.isPending}
        problem={actions.save.error === null ? null : toProblem(actions.save.error).message}
        onSave={(question) => actions.save.mutate(question, { onSuccess: () => setEditing(null) })}
        onBack={() => setEditing(null)}
      />
    );
  if (questions.length === 0) {
    return (
      form ?? (
        <EmptyState
          manual="asking"
          title={`${base.name} has no saved questions yet`}
          sentence="A saved question names the passage that should be found for it. Run all of them after each change, and see what is gained and what is lost. Press S under an answer to save its question."
          action={<Button size="xs" variant="filled" leftSection={<AddIcon size={14} />} onClick={() => setEditing('new')}>Add a question</Button>}
        />
      )
    );
  }
  const progress = job?.progress == null ? null : describeProgress(job.progress);
  return (
    <div className="documents questions">
      <div className="questions-head">
        <HistoryChart points={prepareHistory(evaluations)} />
        <div className="questions-run">
          <p className="questions-figures">{describeEvaluations(evaluations, Date.now())}</p>
          {running ? (
            <div className="row" role="status">
              <span className="grow"><ProgressLine fraction={progress?.fraction ?? null} label={runTitle} /></span>
              <span className="num">{progress?.amount ?? 'Waiting for its turn'}</span>
            </div>
          ) : (
            <Button variant="filled" leftSection={<RunIcon size={14} />} onClick={run}>{runTitle}</Button>
          )}
          {job?.error == null ? null : <p className="form-error" role="alert">{job.error.message}</p>}
        </div>
      </div>
      {form}
      <div className="documents-toolbar">
        <TextInput aria-label="Filter the questions" placeholder="Filter the questions" leftSection={<FilterIcon size={14} />} value={words} onChange={(event) => setWords(event.currentTarget.value)} onKeyDown={(event) => { if (event.key === 'Escape') setWords(''); }} className="documents-filter" />
        <NativeSelect aria-label="Outcome" data={[...FILTERS]} value={filter} onChange={(event) => setFilter(FILTERS.find(({ value }) => value === event.currentTarget.value)?.value ?? 'all')} />
        <span className="dim" aria-live="polite">{shown.length === rows.length ? formatThings(rows.length, 'question') : `${shown.length} of ${rows.length}`}</span>
        <span className="grow" />
        {taken.size === 0 ? null : <Button leftSection={<DeleteIcon size={14} />} onClick={() => remove([...taken])}>Remove {formatThings(taken.size, 'question')}</Button>}
        <Button leftSection={<AddIcon size={14} />} onClick={() => setEditing('new')}>Add a question</Button>
      </div>
      <QuestionsTable label={`Saved questions of ${base.name}`} rows={shown} taken={taken} onTake={setTaken} onOpen={(id) => setEditing(questions.find((question) => question.id === id) ?? null)} onRemove={remove} />
    </div>
  );
}
