import { HoverCard } from '@mantine/core';
import type { Answer, Citation } from '#contract/knowledge.ts';
import { useWindow } from '../../ui/windowPort.tsx';
import { openCitation } from './openCitation.tsx';

/** A small source number: hover or focus shows the passage, a click opens the source with the span marked. */
export function CitationMark({ citation, answer }: { citation: Citation; answer: Answer }) {
  const port = useWindow();
  const where = citation.page === null ? citation.file : `${citation.file}, page ${citation.page}`;
  return (
    <HoverCard width={380} position="bottom" withinPortal>
      <HoverCard.Target>
        <button type="button" className="cite" aria-label={`Source ${citation.number}: ${where}`} onClick={() => openCitation(port, answer, citation)}>
          {citation.number}
        </button>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <p className="cite-where clip">{where}</p>
        <p className="cite-heading clip faint">{citation.headings.join(' › ')}</p>
        <p className="cite-quote">{citation.quote}</p>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}
