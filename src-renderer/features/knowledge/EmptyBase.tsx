import { Button } from '@mantine/core';
import { useCallback } from 'react';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { AddIcon } from '../../ui/icons.ts';
import { offerFocus } from '../../ui/offerFocus.ts';
import { useIngest } from './useIngest.ts';

export function EmptyBase({ base }: { base: KnowledgeBase }) {
  const ingest = useIngest(base);
  // The base may name its sources already: its file came with the project, or a first ingestion was cancelled.
  const known = base.sources.length === 0 ? null : base.sources.length === 1 ? (base.sources[0] ?? null) : `${base.sources.length} sources`;
  const next = useCallback((button: HTMLButtonElement | null) => offerFocus(button, { idle: true }), []);
  return (
    <EmptyState
      manual="knowledge-bases"
      title={`${base.name} has no documents yet`}
      sentence="Add files or whole folders. PDF with text, Office files, web pages, Markdown, mail, tables, archives and source code are read; what cannot be read stays listed with its reason. Originals stay where they are."
      action={
        <>
          {known === null ? null : (
            <Button ref={next} size="xs" variant="filled" onClick={ingest.again}>
              Ingest {known}
            </Button>
          )}
          <Button {...(known === null ? { ref: next } : {})} size="xs" variant={known === null ? 'filled' : 'default'} leftSection={<AddIcon size={14} />} onClick={() => void ingest.add()}>
            Add files or folders
          </Button>
        </>
      }
    />
  );
}
