import { Button, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { AnswerId, KnowledgeId } from '#contract/ids.ts';
import type { Autopsy } from '#contract/why.ts';
import { toProblem } from '../../../client/problem.ts';
import { type MissingPassage, useAutopsy } from '../../../client/whyQueries.ts';
import type { Route } from '../../../lib/route.ts';
import { useActions } from '../../../ui/actionRegistry.ts';
import { ManualLink } from '../../../ui/EmptyState.tsx';
import { ErrorState } from '../../../ui/ErrorState.tsx';
import { SearchOffIcon } from '../../../ui/icons.ts';
import { LoadingRows } from '../../../ui/Loading.tsx';
import { offerFocus } from '../../../ui/offerFocus.ts';
import { PlaceHeader } from '../../../ui/PlaceHeader.tsx';
import { StateMark } from '../../../ui/StateMark.tsx';
import { useWindow } from '../../../ui/windowPort.tsx';
import { FixLine } from './FixLine.tsx';
import { autopsyTitle, describePlaces, lostStep } from './prepareAutopsy.ts';
import '../questions/questions.css';
import './autopsy.css';

type AutopsyRoute = Extract<Route, { place: 'autopsy' }>;

/** A passage that should have been found: at which stage it was lost, and what brings it back. */
export function AutopsyPage({ route }: { route: AutopsyRoute }) {
  const knowledgeId = KnowledgeId.safeParse(route.knowledgeId);
  const answerId = AnswerId.safeParse(route.answerId);
  if (!knowledgeId.success) return <ErrorState title="This link names no knowledge base" message={`${route.knowledgeId} is not the id of a knowledge base.`} hint="Open it from Why under an answer." />;
  const { question = '', file = '', quote = '' } = route;
  const missing = question === '' || file === '' || quote === '' ? null : { knowledgeId: knowledgeId.data, question, file, quote, ...(answerId.success ? { answerId: answerId.data } : {}) };
  return (
    <div className="place autopsy">
      <PlaceHeader title="Missing passage" meta="Where a passage that should have been found was lost" />
      <div className="place-body">
        <PassageForm key={`${question}\n${file}\n${quote}`} route={route} />
        {missing === null ? <p className="autopsy-hint dim">Mark a passage in a document and press “This should have been found”, or name the document and paste the words here. <ManualLink page="asking" /></p> : <Result missing={missing} />}
      </div>
    </div>
  );
}

function PassageForm({ route }: { route: AutopsyRoute }) {
  const port = useWindow();
  const [question, setQuestion] = useState(route.question ?? '');
  const [file, setFile] = useState(route.file ?? '');
  const [quote, setQuote] = useState(route.quote ?? '');
  const ready = [question, file, quote].every((text) => text.trim() !== '');
  const submit = (): void => {
    if (ready) port.replace({ ...route, question: question.trim(), file: file.trim(), quote: quote.trim() });
  };
  useActions([{ id: 'autopsy-run', title: 'Find where the passage was lost', section: 'Missing passage', shortcut: 'Mod+Enter', when: () => ready, run: submit }]);
  // Where something is still to be written, the cursor waits.
  const first = question === '' ? 'question' : file === '' ? 'file' : quote === '' ? 'quote' : null;
  const focusOn = (name: string) => (element: HTMLElement | null) => { if (name === first && element !== null && document.activeElement !== element) offerFocus(element); };
  const [offered] = useState(() => ({ question: focusOn('question'), file: focusOn('file'), quote: focusOn('quote') }));
  return (
    <form className="autopsy-form" onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <Textarea ref={offered.question} label="Question" placeholder="As it was asked" autosize minRows={1} maxRows={4} maxLength={4000} value={question} onChange={(event) => setQuestion(event.currentTarget.value)} />
      <TextInput ref={offered.file} label="Document" placeholder="manuals/coolant.pdf" maxLength={4096} value={file} onChange={(event) => setFile(event.currentTarget.value)} className="mono-input" />
      <Textarea ref={offered.quote} label="Words that should have been found" placeholder="A sentence of the document that answers the question" autosize minRows={2} maxRows={8} maxLength={4000} value={quote} onChange={(event) => setQuote(event.currentTarget.value)} />
      <div className="row">
        <Button type="submit" variant="filled" disabled={!ready} leftSection={<SearchOffIcon size={14} />}>Find where it was lost</Button>
      </div>
    </form>
  );
}

function Result({ missing }: { missing: MissingPassage }) {
  const autopsy = useAutopsy(missing);
  if (autopsy.error !== null) return <ErrorState title="The passage could not be followed" {...toProblem(autopsy.error)} action={<Button onClick={() => void autopsy.refetch()}>Try again</Button>} />;
  if (autopsy.data === undefined) return <LoadingRows rows={6} label="Following the passage through every stage" />;
  return <Found autopsy={autopsy.data} missing={missing} />;
}

function Found({ autopsy, missing }: { autopsy: Autopsy; missing: MissingPassage }) {
  const { title, meaning } = autopsyTitle(autopsy);
  const places = describePlaces(autopsy);
  const lostAt = lostStep(autopsy);
  return (
    <section className="autopsy-result" aria-label="Result" aria-live="polite">
      <h2 className={`autopsy-title state-${meaning}`}>{title}</h2>
      <p>{autopsy.message}</p>
      {places === '' ? null : <p className="dim">{places}.</p>}
      <ol className="walk" aria-label="What each stage said">
        {autopsy.steps.map(({ stage, passed, detail }, index) => (
          <li key={stage} className={index === lostAt ? 'walk-step walk-lost' : 'walk-step'}>
            <StateMark meaning={passed ? 'good' : index === lostAt ? 'bad' : index < lostAt ? 'warning' : 'stopped'} word={passed ? 'passed' : index === lostAt ? 'lost here' : index < lostAt ? 'not passed' : 'not reached'} iconOnly />
            <span className="walk-stage">{stage}</span>
            <span className="walk-detail">{detail}</span>
          </li>
        ))}
      </ol>
      {autopsy.fixes.length === 0 ? null : (
        <>
          <h3 className="section-title">What brings it back</h3>
          <ul className="fixes">
            {autopsy.fixes.map((fix) => (
              <FixLine key={`${fix.kind}-${fix.title}`} fix={fix} missing={missing} autopsy={autopsy} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
