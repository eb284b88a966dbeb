import { Button } from '@mantine/core';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { toProblem } from '../../client/problem.ts';
import { lazy, Suspense } from 'react';
import { useKnowledgeBases } from '../../client/knowledgeQueries.ts';
import type { Route } from '../../lib/route.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { LoadingRows } from '../../ui/Loading.tsx';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { BaseHeader } from './BaseHeader.tsx';
import { BaseList } from './BaseList.tsx';
import { BaseParts } from './BaseParts.tsx';
import { CreateBase } from './CreateBase.tsx';
import { DocumentsTable } from './DocumentsTable.tsx';
import { DropHint } from './DropHint.tsx';
import { EmptyBase } from './EmptyBase.tsx';
import { IngestProgress } from './IngestProgress.tsx';

// Looked at now and then: the first view does without them.
const QuestionsPart = lazy(async () => ({ default: (await import('./questions/QuestionsPart.tsx')).QuestionsPart }));
const SnapshotsPart = lazy(async () => ({ default: (await import('./snapshots/SnapshotsPart.tsx')).SnapshotsPart }));
const MapPart = lazy(async () => ({ default: (await import('./map/MapPart.tsx')).MapPart }));
const SourcesPart = lazy(async () => ({ default: (await import('./sources/SourcesPart.tsx')).SourcesPart }));

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
        <div className="base-main">
          <BaseParts base={selected} part={route.part ?? 'documents'} />
          <Suspense fallback={<LoadingRows rows={8} label="Loading" />}>
            <BasePart key={selected.id} base={selected} route={route} />
          </Suspense>
        </div>
      </div>
    </div>
  );
}

function BasePart({ base, route }: { base: KnowledgeBase; route: KnowledgeRoute }) {
  switch (route.part ?? 'documents') {
    case 'questions':
      return <section className="base-shown" aria-label={`Saved questions of ${base.name}, figures and list`}><QuestionsPart base={base} /></section>;
    case 'snapshots':
      return <section className="base-shown" aria-label={`Indexes of ${base.name}`}><SnapshotsPart base={base} /></section>;
    case 'map':
      return <section className="base-shown" aria-label={`Map of ${base.name}`}><MapPart base={base} /></section>;
    case 'sources':
      return <section className="base-shown" aria-label={`Sources of ${base.name}`}><SourcesPart base={base} /></section>;
    default:
      return <DropHint base={base}>{base.documents.total === 0 && base.job === null ? <EmptyBase base={base} /> : <DocumentsTable base={base} route={route} />}</DropHint>;
  }
}
