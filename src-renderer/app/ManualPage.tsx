import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback } from 'react';
import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { toProblem } from '../client/problem.ts';
import { ErrorState } from '../ui/ErrorState.tsx';
import { LoadingRows } from '../ui/Loading.tsx';
import { offerFocus } from '../ui/offerFocus.ts';
import { useWindow } from '../ui/windowPort.tsx';
import { readManualPage } from './manualPages.ts';
import { MANUAL_START, manualLink, prepareContents } from './prepareManual.ts';

/** The manual, read beside the work that raised the question. */
export function ManualPage({ page }: { page: string }) {
  const port = useWindow();
  const scroller = useCallback((element: HTMLDivElement | null) => offerFocus(element, { idle: true }), []);
  const contents = useQuery({ queryKey: ['manual', 'README'], queryFn: () => readManualPage('README'), staleTime: Number.POSITIVE_INFINITY });
  const text = useQuery({ queryKey: ['manual', page], queryFn: () => readManualPage(page), staleTime: Number.POSITIVE_INFINITY });
  return (
    <div className="place manual">
      <nav className="manual-contents" aria-label="Pages of the manual">
        <h1 className="section-title">Manual</h1>
        {prepareContents(contents.data ?? '').map((entry) => (
          <button key={entry.page} type="button" className="plain manual-entry" aria-current={entry.page === page ? 'page' : undefined} onClick={() => port.replace({ place: 'manual', page: entry.page })}>
            {entry.title}
          </button>
        ))}
      </nav>
      <div key={page} ref={scroller} className="manual-scroll" tabIndex={0} role="region" aria-label="Page of the manual">
        {text.error === null ? null : <ErrorState title="The page could not be read" {...toProblem(text.error)} action={<Button onClick={() => void text.refetch()}>Try again</Button>} />}
        {text.data === undefined && text.error === null ? <LoadingRows rows={12} label="Loading the page" /> : null}
        {text.data === null ? <ErrorState title={`The manual has no page ${page}`} message="The link may come from another version of Lathe." action={<Button onClick={() => port.replace({ place: 'manual', page: MANUAL_START })}>Open Getting started</Button>} /> : null}
        {text.data == null ? null : (
          <article className="answer-text manual-text">
            <Markdown remarkPlugins={[remarkGfm]} components={{ a: ({ href, children }) => <ManualAnchor href={href}>{children}</ManualAnchor> }}>
              {text.data}
            </Markdown>
          </article>
        )}
      </div>
    </div>
  );
}

/** Links stay inside the manual; what leads elsewhere is text, because help must not send anyone onto the network. */
function ManualAnchor({ href, children }: { href: string | undefined; children: ReactNode }) {
  const port = useWindow();
  const page = manualLink(href);
  if (page === null) return <>{children}</>;
  return (
    <button type="button" className="link" onClick={() => port.replace({ place: 'manual', page })}>
      {children}
    </button>
  );
}
