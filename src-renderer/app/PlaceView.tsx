import { lazy, Suspense } from 'react';
import { DocumentPage } from '../features/knowledge/DocumentPage.tsx';
import { KnowledgePage } from '../features/knowledge/KnowledgePage.tsx';
import { AskPage } from '../features/knowledge/AskPage.tsx';
import { ModelsPage } from '../features/models/ModelsPage.tsx';
import { HomePage } from '../features/projects/HomePage.tsx';
import { SettingsPage } from '../features/projects/SettingsPage.tsx';
import type { Route } from '../lib/route.ts';
import { LoadingRows } from '../ui/Loading.tsx';
import { PlaceBoundary } from './PlaceBoundary.tsx';
import { MANUAL_START } from './prepareManual.ts';

// The editor is a megabyte: only who opens a file loads it.
const FilePage = lazy(async () => ({ default: (await import('../features/projects/FilePage.tsx')).FilePage }));

// Read by who follows an answer or looks at a file before it is taken in.
const WhyPage = lazy(async () => ({ default: (await import('../features/knowledge/why/WhyPage.tsx')).WhyPage }));
const AutopsyPage = lazy(async () => ({ default: (await import('../features/knowledge/autopsy/AutopsyPage.tsx')).AutopsyPage }));
const PreviewPage = lazy(async () => ({ default: (await import('../features/knowledge/preview/PreviewPage.tsx')).PreviewPage }));

const PipelinesPage = lazy(async () => ({ default: (await import('../features/pipelines/PipelinesPage.tsx')).PipelinesPage }));

// Read when someone asks for it; markdown is a chunk of its own.
const ManualPage = lazy(async () => ({ default: (await import('./ManualPage.tsx')).ManualPage }));

/** The component of a route. The one table where places are named. */
export function PlaceView({ route }: { route: Route | null }) {
  return (
    <PlaceBoundary>
      <Suspense fallback={<LoadingRows label="Loading" />}>{route === null ? null : place(route)}</Suspense>
    </PlaceBoundary>
  );
}

function place(route: Route) {
  switch (route.place) {
    case 'home':
      return <HomePage />;
    case 'knowledge':
      return <KnowledgePage route={route} />;
    case 'ask':
      return <AskPage route={route} />;
    case 'why':
      return <WhyPage key={route.answerId} answerId={route.answerId} />;
    case 'autopsy':
      return <AutopsyPage route={route} />;
    case 'preview':
      return <PreviewPage key={`${route.path}:${route.member ?? ''}`} route={route} />;
    case 'pipelines':
      return <PipelinesPage route={route} />;
    case 'models':
      return <ModelsPage />;
    case 'settings':
      return <SettingsPage />;
    case 'manual':
      return <ManualPage page={route.page ?? MANUAL_START} />;
    case 'file':
      return <FilePage key={route.path} path={route.path} />;
    case 'document':
      return <DocumentPage key={`${route.documentId}:${route.parsed ?? ''}`} route={route} />;
  }
}
