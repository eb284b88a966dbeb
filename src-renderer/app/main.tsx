import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.css';
import '@mantine/spotlight/styles.css';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/components.css';
import './frame.css';
import '../features/knowledge/knowledge.css';
import '../features/projects/projects.css';
import '../features/models/models.css';
import { type Connection, ConnectionProvider } from '../client/ApiContext.tsx';
import { createAnswerTexts } from '../client/answerTexts.ts';
import { createApi } from '../client/createApi.ts';
import { closeSession, openSession, type SessionState } from '../client/session.ts';
import { cssVariablesResolver, theme } from '../ui/theme.ts';
import { App } from './App.tsx';
import { NeedsLink } from './NeedsLink.tsx';

function connect(token: string, onUnauthorized: () => void): Connection {
  const options = { origin: location.origin, token, fetch: window.fetch.bind(window), onUnauthorized };
  return { api: createApi(options), options, answerTexts: createAnswerTexts() };
}

const container = document.getElementById('root');
if (container === null) throw new Error('Expected an element with the id root');
const root = createRoot(container);

function show(session: SessionState): void {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: (count, error) => count < 2 && error instanceof TypeError, staleTime: 30_000, refetchOnWindowFocus: false } } });
  const lost = (): void => {
    closeSession();
    show({ kind: 'needs-link', reason: 'The Lathe process that this tab belonged to has ended.' });
  };
  root.render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
        {session.kind === 'needs-link' ? (
          <NeedsLink reason={session.reason} />
        ) : (
          <QueryClientProvider client={queries}>
            <ConnectionProvider connection={connect(session.token, lost)}>
              <App />
            </ConnectionProvider>
          </QueryClientProvider>
        )}
      </MantineProvider>
    </StrictMode>,
  );
}

// A file or link dropped beside a place that takes it must not replace the window.
for (const type of ['dragover', 'drop'] as const) {
  window.addEventListener(type, (event) => {
    if (event.dataTransfer?.types.some((kind) => kind === 'Files' || kind === 'text/uri-list')) event.preventDefault();
  });
}

// A link opened in a tab that already shows Lathe carries a new code.
window.addEventListener('hashchange', () => {
  if (/(?:^#?|&)code=/.test(location.hash)) void openSession().then(show);
});
const failed = (error: unknown): SessionState => ({ kind: 'needs-link', reason: `The Lathe process does not answer (${error instanceof Error ? error.message : String(error)}).` });
void openSession().then(show, (error: unknown) => show(failed(error)));
