import { useState } from 'react';
import type { Answer } from '#contract/knowledge.ts';
import { listKeyHandler } from '../../ui/listKeyHandler.ts';
import { useWindow } from '../../ui/windowPort.tsx';
import { openCitation, openPassage } from './openCitation.tsx';
import { alsoIn, prepareSources } from './prepareAnswer.ts';

/** How many passages that were not cited are shown before one asks for all. */
const UNCITED = 3;

/** Sources of an answer: cited ones numbered, just-missed ones greyed; J/K and Enter. */
export function SourceList({ answer }: { answer: Answer }) {
  const port = useWindow();
  const [all, setAll] = useState(false);
  const [at, setAt] = useState(0);
  const rows = prepareSources(answer);
  const cited = rows.filter(({ use }) => use === 'cited').length;
  const shown = all ? rows : rows.slice(0, cited + UNCITED);
  if (rows.length === 0) return null;
  const open = (index: number): void => {
    const row = shown[index];
    if (row?.citation != null) openCitation(port, answer, row.citation);
    else if (row?.passage != null) openPassage(port, answer, row.passage);
  };
  const id = (index: number): string => `source-${answer.id}-${index}`;
  return (
    <section className="sources" aria-label="Sources">
      <h3 className="section-title">Sources</h3>
      <div onKeyDown={listKeyHandler({ count: shown.length, at, onMove: (index) => { setAt(index); document.getElementById(id(index))?.focus(); }, onOpen: open })}>
        {shown.map((row, index) => (
          <button key={row.key} id={id(index)} type="button" className={`plain source source-${row.use}`} tabIndex={index === at ? 0 : -1} onFocus={() => setAt(index)} onClick={() => open(index)}>
            <span className="source-number" title={row.numbers.join(', ')}>{row.label}</span>
            <span className="clip source-file" title={[row.file, ...(row.passage?.aliases ?? []).map((alias) => `also in ${alias.file}`)].join('\n')}>
              {row.file}{row.page === null ? '' : `, page ${row.page}`}
              {alsoIn(row.passage) === '' ? null : <span className="faint"> · {alsoIn(row.passage)}</span>}
            </span>
            <span className="clip source-heading">{row.use === 'missed' ? `just missed: ${row.heading}` : row.use === 'prompt' ? `not cited: ${row.heading}` : row.heading}</span>
            <span className="source-ranks">{row.ranks}</span>
          </button>
        ))}
      </div>
      {rows.length > shown.length ? (
        <button type="button" className="link source-more" onClick={() => setAll(true)}>
          Show all {rows.length} passages
        </button>
      ) : null}
    </section>
  );
}
