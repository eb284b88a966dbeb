import { Button } from '@mantine/core';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { toProblem } from '../../client/problem.ts';
import { useKnowledgeBases } from '../../client/knowledgeQueries.ts';
import type { Route } from '../../lib/route.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { LoadingRows } from '../../ui/Loading.tsx';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { BaseHeader } from './BaseHeader.tsx';
import { BaseList } from './BaseList.tsx';
import { CreateBase } from './CreateBase.tsx';
import { DocumentsTable } from './DocumentsTable.tsx';
import { DropHint } from './DropHint.tsx';
import { EmptyBase } from './EmptyBase.tsx';
import { IngestProgress } from './IngestProgress.tsx';

type KnowledgeRoute = Extract<Route, { place: 'knowledge' }>;

/** Knowledge bases and their documents. */
export function KnowledgePage({ route }: { route: KnowledgeRoute }) {
  const bases = useKnowledgeBases();
  if (bases.error !== null) {
    return (
      <div className="place">
        <PlaceHeader title="Knowledge" />
        <ErrorState title="The knowledge bases could not be listed" {...toProblem(bases.error)} action={<Button onClick={() => void bases.refetch()}>Try again</Button>} />
      </div>
    );
  }
  if (bases.data === undefined) {
    return (
      <div className="place">
        <PlaceHeader title="Knowledge" />
        <LoadingRows rows={14} label="Loading knowledge bases" />
      </div>
    );
  }
  const selected = bases.data.find(({ id }) => id === route.knowledgeId) ?? bases.data[0];
  if (selected === undefined) {
    return (
      <div className="place">
        <PlaceHeader title="Knowledge" />
        <CreateBase first />
      </div>
    );
  }
  return (
    <div className="place knowledge">
      <BaseHeader base={selected} bases={bases.data} />
      <IngestProgress base={selected} />
      <div className="knowledge-body">
        <BaseList bases={bases.data} selected={selected.id} />
        <BaseDocuments key={selected.id} base={selected} route={route} />
      </div>
    </div>
  );
}

function BaseDocuments({ base, route }: { base: KnowledgeBase; route: KnowledgeRoute }) {
  return (
    <DropHint base={base}>{base.documents.total === 0 && base.job === null ? <EmptyBase base={base} /> : <DocumentsTable base={base} filter={route.filter ?? ''} state={route.state ?? ''} />}</DropHint>
  );
}
