import { Button, SegmentedControl } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Digest, DocumentId } from '#contract/ids.ts';
import type { DocumentView } from '#contract/knowledge.ts';
import { toProblem } from '../../client/problem.ts';
import { useDocumentView } from '../../client/knowledgeQueries.ts';
import { formatThings } from '../../lib/formatCount.ts';
import type { Route } from '../../lib/route.ts';
import { useActions } from '../../ui/actionRegistry.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { SearchOffIcon, WarnIcon } from '../../ui/icons.ts';
import { LoadingRows } from '../../ui/Loading.tsx';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import { DocumentFacts } from './DocumentFacts.tsx';
import { DocumentText } from './DocumentText.tsx';
import { blockAt, type Span } from './prepareBlocks.ts';
import { useSelectedText } from './selectedText.ts';

// pdf.js is most of a megabyte: only who opens a PDF loads it.
const PdfView = lazy(async () => ({ default: (await import('./PdfView.tsx')).PdfView }));

type DocumentRoute = Extract<Route, { place: 'document' }>;
type Layout = 'page' | 'both' | 'text';
const LAYOUTS: { value: Layout; label: string; action: string }[] = [
  { value: 'page', label: 'Page', action: 'Show the page as it was drawn' },
  { value: 'both', label: 'Both', action: 'Show the page and its text' },
  { value: 'text', label: 'Text', action: 'Show the text that was read' },
];

/** What Lathe read from one file, beside the page that it read it from. */
export function DocumentPage({ route }: { route: DocumentRoute }) {
  const id = DocumentId.safeParse(route.documentId);
  if (!id.success) return <ErrorState title="This link names no document" message={`${route.documentId} is not the id of a document.`} hint="Open the document from Knowledge." />;
  return <OpenDocument id={id.data} route={route} />;
}

function OpenDocument({ id, route }: { id: DocumentId; route: DocumentRoute }) {
  const parsed = Digest.safeParse(route.parsed);
  const view = useDocumentView(id, parsed.success ? parsed.data : undefined);
  const port = useWindow();
  const marked: Span | null = route.start === undefined || route.end === undefined ? null : { start: route.start, end: route.end };
  const [chunksShown, setChunksShown] = useState(true);
  const missed = useSelectedText();
  const [chosen, setChosen] = useState<Layout | null>(null);
  const data = view.data;
  const isPdf = data?.pages != null;
  const facts = (): void => {
    if (data !== undefined) port.inspect({ key: data.document.id, title: 'Document', content: <DocumentFacts document={data.document} /> });
  };
  const shouldBeFound = (): void => {
    if (data !== undefined && missed !== '') port.open({ place: 'autopsy', knowledgeId: data.knowledgeId, file: data.document.file, quote: missed }, { beside: true });
  };
  useActions([
    { id: 'document-chunks', title: chunksShown ? 'Hide the borders of chunks' : 'Show the borders of chunks', section: 'Document', shortcut: 'B', when: () => data !== undefined, run: () => setChunksShown(!chunksShown) },
    { id: 'document-missed', title: 'Find out why the marked words were not found', section: 'Document', shortcut: 'M', when: () => missed !== '', run: shouldBeFound },
    ...LAYOUTS.map(({ value, action }) => ({ id: `document-${value}`, title: action, section: 'Document', when: () => isPdf, run: () => setChosen(value) })),
    { id: 'document-facts', title: 'Show the facts of this document', section: 'Document', when: () => data !== undefined, run: facts },
  ]);
  if (view.error !== null) {
    return (
      <div className="place">
        <PlaceHeader title={route.name} />
        <ErrorState title={`${route.name} could not be opened`} {...toProblem(view.error)} action={<Button onClick={() => void view.refetch()}>Try again</Button>} />
      </div>
    );
  }
  const layout: Layout = !isPdf ? 'text' : (chosen ?? (marked === null ? 'both' : 'page'));
  return (
    <div className="place document">
      <PlaceHeader title={route.name} meta={data === undefined ? null : describe(data)}>
        {isPdf ? <SegmentedControl aria-label="What is shown" data={LAYOUTS.map(({ value, label }) => ({ value, label }))} value={layout} onChange={(value) => setChosen(value === 'page' || value === 'text' ? value : 'both')} /> : null}
        {missed === '' ? null : <Button leftSection={<SearchOffIcon size={14} />} onMouseDown={(event) => event.preventDefault()} onClick={shouldBeFound}>This should have been found</Button>}
        {data === undefined ? null : <Button aria-pressed={chunksShown} variant={chunksShown ? 'light' : 'default'} onClick={() => setChunksShown(!chunksShown)}>Chunks</Button>}
        {data === undefined ? null : <Button onClick={facts}>Facts</Button>}
      </PlaceHeader>
      {data === undefined ? <LoadingRows rows={14} label={`Loading ${route.name}`} /> : <Body key={marked?.start ?? 0} view={data} marked={marked} layout={layout} chunksShown={chunksShown} />}
    </div>
  );
}

function describe({ chunks, blocks, pages }: DocumentView): string {
  const parts = pages === null ? [] : [formatThings(pages.length, 'page')];
  return [...parts, formatThings(blocks.length, 'block'), formatThings(chunks.length, 'chunk')].join(' · ');
}

const SOURCE_WORDS = {
  changed: 'The file has changed since it was read. What is shown is the form that was read then; ingest again to read it anew.',
  missing: 'The file is no longer where it was. What is shown is the form that was read then.',
} as const;

function Body({ view, marked, layout, chunksShown }: { view: DocumentView; marked: Span | null; layout: Layout; chunksShown: boolean }) {
  const [page, setPage] = useState(() => (marked === null ? 1 : (view.blocks[blockAt(view.blocks, marked.start)]?.page ?? 1)));
  // A page turned at the left brings its text; text scrolled at the right brings its page.
  const [turned, setTurned] = useState<number | null>(null);
  const turn = (next: number): void => {
    setPage(next);
    setTurned(next);
  };
  const general = view.document.warnings.filter(({ page }) => page === undefined);
  return (
    <>
      {view.source === 'same' ? null : <Notice text={SOURCE_WORDS[view.source]} />}
      {general.map(({ code, message }) => (
        <Notice key={code} text={message} />
      ))}
      <div className={`document-body show-${layout}${chunksShown ? '' : ' chunks-hidden'}`}>
        {layout === 'text' ? null : (
          <Suspense fallback={<LoadingRows rows={10} label="Loading the page" />}>
            <PdfView view={view} marked={marked} page={page} onTurn={turn} />
          </Suspense>
        )}
        {layout === 'page' ? null : <DocumentText view={view} marked={marked} turned={turned} onPage={setPage} />}
      </div>
    </>
  );
}

function Notice({ text }: { text: string }) {
  return (
    <p className="notice-line">
      <WarnIcon size={14} aria-hidden />
      {text}
    </p>
  );
}
