import { Button } from '@mantine/core';
import type { Answer, Citation, PassageResult } from '#contract/knowledge.ts';
import { formatCount } from '../../lib/formatCount.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Digest } from '../../ui/Digest.tsx';
import { type Fact, Facts } from '../../ui/Facts.tsx';
import { useWindow } from '../../ui/windowPort.tsx';

export interface PassageFactsProps {
  readonly answer: Answer;
  readonly passage: PassageResult | null;
  readonly citation: Citation | null;
}

/** A cited passage in the inspector: where it stands and how it came into the answer. */
export function PassageFacts({ answer, passage, citation }: PassageFactsProps) {
  const port = useWindow();
  const from = citation ?? passage;
  if (from === null) return null;
  const rank = (name: string, value: number | null | undefined): Fact[] => (value == null ? [{ name, value: 'not found' }] : [{ name, value: `rank ${value}` }]);
  const place = passage === null ? -1 : answer.passages.indexOf(passage);
  const inPrompt = place >= 0 && place < answer.inPrompt;
  return (
    <>
      <Facts
        title="Passage"
        facts={[
          { name: 'Document', value: from.file },
          ...(from.page === null ? [] : [{ name: 'Page', value: formatCount(from.page), mono: true }]),
          ...(from.headings.length === 0 ? [] : [{ name: 'Section', value: from.headings.join(' › ') }]),
          ...(passage === null || passage.aliases.length === 0 ? [] : [{ name: 'Also in', value: passage.aliases.map(({ file }) => file).join(', ') }]),
          ...(passage === null ? [] : [{ name: 'Chunk', value: <Digest value={passage.chunkId} /> }]),
          { name: 'Characters', value: `${formatCount(from.start)}–${formatCount(from.end)}`, mono: true },
        ]}
      />
      {citation === null ? null : (
        <section className="facts">
          <h3 className="facts-title">Quote, verbatim</h3>
          <blockquote className="facts-quote">{citation.quote}</blockquote>
        </section>
      )}
      {passage === null ? null : (
        <Facts
          title="How it got here"
          facts={[
            ...rank('Full text', passage.ranks.text),
            ...rank('Vectors', passage.ranks.vector),
            ...rank('Transformer', passage.ranks.deep),
            ...rank('Fused', passage.ranks.fused),
            ...rank('Ranked', passage.ranks.ranked),
            { name: 'Score', value: passage.score.toFixed(3), mono: true },
            ...(answer.by === 'model' ? [{ name: 'Prompt', value: inPrompt ? `passage ${place + 1} of ${answer.inPrompt}` : 'not in the prompt' }] : []),
          ]}
        />
      )}
      {citation === null ? null : <Facts title="Lineage" facts={[{ name: 'Parsed form', value: <Digest value={citation.parsedDigest} /> }, { name: 'Answer', value: <Digest value={answer.id} /> }]} />}
      <div className="facts-actions">
        <Button onClick={() => port.open({ place: 'document', documentId: from.documentId, name: from.file, start: from.start, end: from.end, ...(citation === null ? {} : { parsed: citation.parsedDigest }) }, { beside: true })}>Open document</Button>
        {citation === null && passage !== null ? <Button onClick={() => port.open({ place: 'why', answerId: answer.id })}>Why it was left out</Button> : null}
        <CopyButton text={citation?.quote ?? passage?.text ?? ''} label="Copy quote" />
      </div>
    </>
  );
}
