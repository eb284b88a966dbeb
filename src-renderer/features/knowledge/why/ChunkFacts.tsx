import { Button } from '@mantine/core';
import type { AnswerTrace } from '#contract/why.ts';
import { formatCount } from '../../../lib/formatCount.ts';
import { Digest } from '../../../ui/Digest.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { useWindow } from '../../../ui/windowPort.tsx';
import type { ChunkRow } from './prepareWhy.ts';

/** One passage of the funnel in the inspector. */
export function ChunkFacts({ trace, row }: { trace: AnswerTrace; row: ChunkRow }) {
  const port = useWindow();
  const { chunk } = row;
  const features = Object.entries(chunk.features);
  return (
    <>
      <Facts
        title="Passage"
        facts={[
          { name: 'Document', value: row.where },
          ...(chunk.headings.length === 0 ? [] : [{ name: 'Section', value: chunk.headings.join(' › ') }]),
          { name: 'Became', value: row.fate },
          { name: 'Chunk', value: <Digest value={chunk.chunkId} /> },
          { name: 'Characters', value: `${formatCount(chunk.start)}–${formatCount(chunk.end)}`, mono: true },
        ]}
      />
      {features.length === 0 ? null : <Facts title="What its score is made of" facts={features.map(([name, value]) => ({ name, value: Number.isInteger(value) ? formatCount(value) : value.toFixed(3), mono: true }))} />}
      <section className="facts">
        <h3 className="facts-title">How it begins</h3>
        <blockquote className="facts-quote">{chunk.preview}</blockquote>
      </section>
      <div className="facts-actions">
        <Button onClick={() => port.open({ place: 'document', documentId: chunk.documentId, name: chunk.file, start: chunk.start, end: chunk.end }, { beside: true })}>Open document</Button>
        {row.use === 'cited' ? null : <Button onClick={() => port.open({ place: 'autopsy', knowledgeId: trace.knowledgeId, question: trace.question, answerId: trace.answerId, file: chunk.file, quote: chunk.preview.trim().slice(0, 400) })}>This should have been used</Button>}
      </div>
    </>
  );
}
