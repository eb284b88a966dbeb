import type { WebContents } from 'electron';
import { isOwnPage } from './appScheme.ts';
import type { OpenExternal } from './createOpenExternal.ts';

/**
 * Holds one web contents inside Lathe: it navigates nowhere, opens no window and attaches no webview. What the user
 * clicked goes to `openExternal`; redirects and sub-frames are refused without a question, for nobody clicked them.
 */
export function guardContents(contents: WebContents, openExternal: OpenExternal, warn: (message: string) => void): void {
  const offer = (url: string): void => {
    openExternal(url).catch((error: unknown) => warn(error instanceof Error ? error.message : String(error)));
  };
  contents.setWindowOpenHandler(({ url, postBody }) => {
    // A form's target=_blank carries data of the page: that is never sent outside.
    if (!isOwnPage(url) && postBody === undefined) offer(url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event) => {
    if (isOwnPage(event.url)) return;
    event.preventDefault();
    if (event.isMainFrame) offer(event.url);
  });
  contents.on('will-frame-navigate', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (isOwnPage(event.url)) return;
    event.preventDefault();
    warn(`A redirect out of Lathe was refused: ${event.url.slice(0, 120)}`);
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
