import type { Answer } from '#contract/knowledge.ts';
import { useWindow } from '../../ui/windowPort.tsx';
import { openCitation, openPassage, passageOf } from './openCitation.tsx';
import { alsoIn } from './prepareAnswer.ts';

const SHOWN = 4;

/** The passages as the answer: verbatim, each with its place; a click opens the source with the span marked. */
export function PassageAnswer({ answer }: { answer: Answer }) {
  const port = useWindow();
  if (answer.citations.length > 0) {
    return (
      <ol className="passages">
        {answer.citations.map((citation) => (
          <li key={citation.number}>
            <button type="button" className="plain passage" onClick={() => openCitation(port, answer, citation)}>
              <span className="passage-where">
                <span className="cite" aria-hidden>{citation.number}</span>
                <span className="clip">{citation.file}{citation.page === null ? '' : `, page ${citation.page}`}</span>
                <span className="faint clip">{[citation.headings.at(-1) ?? '', alsoIn(passageOf(answer, citation))].filter((part) => part !== '').join(' · ')}</span>
              </span>
              <span className="passage-text">{citation.quote}</span>
            </button>
          </li>
        ))}
      </ol>
    );
  }
  return (
    <ol className="passages">
      {answer.passages.slice(0, SHOWN).map((passage) => (
        <li key={passage.chunkId}>
          <button type="button" className="plain passage" onClick={() => openPassage(port, answer, passage)}>
            <span className="passage-where">
              <span className="clip">{passage.file}{passage.page === null ? '' : `, page ${passage.page}`}</span>
              <span className="faint clip">{[passage.headings.at(-1) ?? '', alsoIn(passage)].filter((part) => part !== '').join(' · ')}</span>
            </span>
            <span className="passage-text passage-clamped">{passage.text}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
