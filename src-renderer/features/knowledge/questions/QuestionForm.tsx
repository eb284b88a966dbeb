import { ActionIcon, Button, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ExpectedPassage, SavedQuestion } from '#contract/questions.ts';
import { AddIcon, DeleteIcon } from '../../../ui/icons.ts';
import { offerFocus } from '../../../ui/offerFocus.ts';

export interface QuestionFormProps {
  /** Null for a new one. */
  readonly question: SavedQuestion | null;
  readonly saving: boolean;
  readonly problem: string | null;
  readonly onSave: (question: { id?: string; question: string; expected: ExpectedPassage[] }) => void;
  readonly onBack: () => void;
}

/** A saved question and the passages that should be found for it; none where the documents do not answer it. */
export function QuestionForm({ question, saving, problem, onSave, onBack }: QuestionFormProps) {
  const [text, setText] = useState(question?.question ?? '');
  const [expected, setExpected] = useState<readonly ExpectedPassage[]>(question?.expected ?? [{ file: '', quote: '' }]);
  const filled = expected.filter(({ file, quote }) => file.trim() !== '' && quote.trim() !== '');
  const half = expected.length - filled.length - expected.filter(({ file, quote }) => file.trim() === '' && quote.trim() === '').length;
  const ready = text.trim() !== '' && half === 0;
  const change = (index: number, next: Partial<ExpectedPassage>): void => setExpected(expected.map((passage, at) => (at === index ? { ...passage, ...next } : passage)));
  const [offer] = useState(() => (element: HTMLElement | null) => offerFocus(element));
  return (
    <form
      className="question-form"
      aria-label={question === null ? 'New saved question' : 'Saved question'}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onSave({ ...(question === null ? {} : { id: question.id }), question: text.trim(), expected: filled.map(({ file, quote }) => ({ file: file.trim(), quote: quote.trim() })) });
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onBack();
        else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
      }}
    >
      <Textarea ref={offer} label="Question" autosize minRows={1} maxRows={4} maxLength={4000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <p className="section-title">Passages of which one should be found; none = the documents do not answer it</p>
      {expected.map(({ file, quote }, index) => (
        // Passages of a form have no identity but their place.
        <div key={index} className="expected">
          <TextInput aria-label={`Document of passage ${index + 1}`} placeholder="manuals/coolant.pdf" maxLength={4096} value={file} onChange={(event) => change(index, { file: event.currentTarget.value })} className="mono-input" />
          <Textarea aria-label={`Words of passage ${index + 1}`} placeholder="Words of the document that answer the question" autosize minRows={1} maxRows={5} maxLength={4000} value={quote} onChange={(event) => change(index, { quote: event.currentTarget.value })} />
          <ActionIcon aria-label={`Leave out passage ${index + 1}`} onClick={() => setExpected(expected.filter((_, at) => at !== index))}><DeleteIcon size={14} /></ActionIcon>
        </div>
      ))}
      <div className="row">
        <Button type="submit" variant="filled" loading={saving} disabled={!ready}>Save question</Button>
        <Button onClick={onBack}>Back</Button>
        <Button leftSection={<AddIcon size={14} />} disabled={expected.length >= 20} onClick={() => setExpected([...expected, { file: '', quote: '' }])}>Another passage</Button>
        {half > 0 ? <span className="dim">A passage needs a document and its words.</span> : null}
        {problem === null ? null : <span className="form-error" role="alert">{problem}</span>}
      </div>
    </form>
  );
}
