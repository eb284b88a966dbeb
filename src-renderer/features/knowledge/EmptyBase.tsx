import { Button } from '@mantine/core';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { AddIcon } from '../../ui/icons.ts';
import { useIngest } from './useIngest.ts';

export function EmptyBase({ base }: { base: KnowledgeBase }) {
  const ingest = useIngest(base);
  return (
    <EmptyState
      title={`${base.name} has no documents yet`}
      sentence="Add files or whole folders. PDF with text, HTML, Markdown, plain text and source code are read; what cannot be read stays listed with its reason. Originals stay where they are."
      action={
        <Button size="xs" variant="filled" leftSection={<AddIcon size={14} />} onClick={() => void ingest.add()}>
          Add files or folders
        </Button>
      }
      more={base.sources.length === 0 ? null : <Button onClick={ingest.again}>Ingest {base.sources.length === 1 ? base.sources[0] : `${base.sources.length} sources`}</Button>}
    />
  );
}
