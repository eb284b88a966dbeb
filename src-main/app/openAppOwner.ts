import { APP_HOST, APP_ORIGIN } from './appScheme.ts';
import type { AppOwner } from './createAppFront.ts';
import type { Handle } from './createProtocolMount.ts';

/** What attaching gives: the owner that was opened in this process, or the address of the one that runs elsewhere. */
export interface AttachedOwner {
  readonly here: { readonly owner: { readonly handle: Handle }; readonly allowedHosts: Set<string>; readonly allowedOrigins: Set<string> } | null;
  readonly origin: string;
  readonly client: {
    readonly system: { newCode(): Promise<{ readonly code: string }> };
    readonly projects: { open(input: { folder: string; trust: boolean }): Promise<{ readonly id: string }> };
  };
  close(): Promise<void>;
}

/** Headers that describe the page's own connection and not what it asks. */
const OF_THE_CONNECTION = /^(host|origin|referer|connection|content-length|sec-.*)$/i;

/** Sends a page's request on to the owner of another process, streams and cancelling included. */
export function forwardTo(origin: string, send: typeof fetch = fetch): Handle {
  return (request) => {
    const { pathname, search } = new URL(request.url);
    const headers = new Headers([...request.headers].filter(([name]) => !OF_THE_CONNECTION.test(name)));
    const init: RequestInit & { duplex: 'half' } = { method: request.method, headers, body: request.body, signal: request.signal, redirect: 'error', duplex: 'half' };
    return send(`${origin}${pathname}${search}`, init);
  };
}

export interface AppOwnerOptions {
  /** Is told of a project that cannot be opened; the window opens without it. */
  readonly onProblem: (what: string, error: unknown) => void;
  /** The person trusts the project that this program was started with, and no other. */
  readonly trustFirst: boolean;
}

/** The owner as the desktop front wants it. */
export function openAppOwner(attached: AttachedOwner, { onProblem, trustFirst }: AppOwnerOptions): AppOwner {
  let trustNext = trustFirst;
  attached.here?.allowedHosts.add(APP_HOST);
  attached.here?.allowedOrigins.add(APP_ORIGIN);

  async function projectQuery(folder: string | null): Promise<string> {
    const trust = trustNext;
    trustNext = false;
    if (folder === null) return '';
    try {
      return `?project=${encodeURIComponent((await attached.client.projects.open({ folder, trust })).id)}`;
    } catch (error) {
      onProblem(`The project ${folder} could not be opened`, error);
      return '';
    }
  }

  return {
    handle: attached.here ? attached.here.owner.handle : forwardTo(attached.origin),
    async startPath({ project }) {
      const query = await projectQuery(project);
      const { code } = await attached.client.system.newCode();
      return `/${query}#code=${encodeURIComponent(code)}`;
    },
    close: () => attached.close(),
  };
}
