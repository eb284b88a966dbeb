import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { RPC_PREFIX, SOURCE_PATH, TOKEN_HEADER } from '#contract/router.ts';
import type { Api } from './knowledgeApi.ts';

export interface ConnectionOptions {
  readonly origin: string;
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
  /** Called when the owner process no longer knows the token. */
  readonly onUnauthorized?: () => void;
}

/** The only place that calls procedures over the wire. */
export function createApi({ origin, token, fetch, onUnauthorized }: ConnectionOptions): Api {
  const link = new RPCLink({
    url: `${origin}${RPC_PREFIX}`,
    headers: () => ({ [TOKEN_HEADER]: `Bearer ${token}` }),
    fetch: async (request, init) => {
      const response = await fetch(request, init);
      if (response.status === 401) onUnauthorized?.();
      return response;
    },
  });
  return createORPCClient(link);
}

/** Original bytes of a document. Throws `Error` with the owner's words when it refuses. */
export async function readSource(options: ConnectionOptions, ids: { projectId: string; documentId: string }): Promise<Uint8Array> {
  const query = new URLSearchParams(ids);
  const response = await options.fetch(`${options.origin}${SOURCE_PATH}?${query.toString()}`, {
    headers: { [TOKEN_HEADER]: `Bearer ${options.token}` },
  });
  if (!response.ok) throw new Error(await refusal(response));
  return new Uint8Array(await response.arrayBuffer());
}

async function refusal(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') return body.message;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return `The original could not be read (HTTP ${response.status}).`;
}
