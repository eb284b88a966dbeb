import { Button } from '@mantine/core';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { formatThings } from '../../lib/formatCount.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { useWindow } from '../../ui/windowPort.tsx';

export function AskEmpty({ base }: { base: KnowledgeBase }) {
  const port = useWindow();
  const empty = base.chunks === 0;
  return (
    <div className="ask-scroll">
      <EmptyState
        manual="asking"
        title={empty ? `${base.name} has nothing to answer from yet` : `Ask ${base.name}`}
        sentence={
          empty
            ? 'Add documents first. The first of them can be asked within seconds, while the others are still being read.'
            : `${formatThings(base.documents.ready, 'document')} are searched by full text and by meaning. Every sentence of the answer carries the number of the passage that supports it; sentences without one are marked.`
        }
        {...(empty ? { action: <Button size="xs" variant="filled" onClick={() => port.open({ place: 'knowledge', knowledgeId: base.id })}>Add documents</Button> } : {})}
      />
    </div>
  );
}
