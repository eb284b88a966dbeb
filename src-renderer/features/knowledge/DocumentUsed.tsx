import type { ReactNode } from 'react';
import type { KnowledgeDocument } from '#contract/knowledge.ts';
import { useDocumentUse } from '../../client/whyQueries.ts';
import { toProblem } from '../../client/problem.ts';
import { formatThings } from '../../lib/formatCount.ts';
import { formatExact, formatRelative } from '../../lib/formatTime.ts';
import { Digest } from '../../ui/Digest.tsx';
import { useWindow } from '../../ui/windowPort.tsx';

const SHOWN = 8;

/** Backwards from a document: what rests on it, the forms it had, and what goes stale when it is removed. */
export function DocumentUsed({ document }: { document: KnowledgeDocument }) {
  const port = useWindow();
  const use = useDocumentUse(document.id);
  if (use.error !== null) return <p className="facts dim">{toProblem(use.error).message}</p>;
  if (use.data === undefined) return <p className="facts dim" role="status">Looking for what rests on it</p>;
  const { answers, questions, aliases, history, ifDeleted } = use.data;
  return (
    <>
      <Group title={`Answers that cite it: ${answers.length}`} empty="No answer cites it.">
        {answers.slice(0, SHOWN).map(({ answerId, question, atMs }) => (
          <li key={answerId}>
            <button type="button" className="link used-link clip" title={question} onClick={() => port.open({ place: 'why', answerId })}>{question}</button>
            <span className="faint" title={formatExact(atMs)}>{formatRelative(atMs, Date.now())}</span>
          </li>
        ))}
        {answers.length > SHOWN ? <li className="faint">and {formatThings(answers.length - SHOWN, 'more', 'more')}</li> : null}
      </Group>
      <Group title={`Saved questions that expect it: ${questions.length}`} empty="No saved question expects it.">
        {questions.slice(0, SHOWN).map(({ id, question }) => (
          <li key={id} className="clip" title={question}>{question}</li>
        ))}
      </Group>
      {aliases.length === 0 ? null : (
        <Group title="Same or nearly the same text" empty="">
          {aliases.map(({ documentId, file }) => (
            <li key={documentId}>
              <button type="button" className="link used-link clip" title={file} onClick={() => port.open({ place: 'document', documentId, name: file })}>{file}</button>
            </li>
          ))}
        </Group>
      )}
      <Group title="Forms it was read in" empty="It was not read yet.">
        {history.map(({ parsedDigest, atMs, chunks, current, citedBy }) => (
          <li key={parsedDigest} className="used-form">
            <button type="button" className="link used-link" onClick={() => port.open({ place: 'document', documentId: document.id, name: document.file, parsed: parsedDigest })} title={formatExact(atMs)}>{formatRelative(atMs, Date.now())}</button>
            <Digest value={parsedDigest} />
            <span className="faint">{[current ? 'now' : '', chunks === null ? '' : formatThings(chunks, 'chunk'), citedBy === 0 ? '' : `cited by ${formatThings(citedBy, 'answer')}`].filter((part) => part !== '').join(' · ')}</span>
          </li>
        ))}
      </Group>
      <section className="facts">
        <h3 className="facts-title">If it is removed</h3>
        <p className="used-sentence">{ifDeleted}</p>
      </section>
    </>
  );
}

function Group({ title, empty, children }: { title: string; empty: string; children: ReactNode }) {
  const none = Array.isArray(children) && children.flat().every((child) => child === null || child === false);
  return (
    <section className="facts">
      <h3 className="facts-title">{title}</h3>
      {none ? <p className="dim used-sentence">{empty}</p> : <ul className="used">{children}</ul>}
    </section>
  );
}
