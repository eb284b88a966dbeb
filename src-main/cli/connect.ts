import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import type { StreamEvent } from '#contract/events.ts';
import { EVENTS_PATH, RPC_PREFIX, type Contract } from '#contract/router.ts';
import { AppError, isErrorCode } from '../base/appError.ts';

export type Client = ContractRouterClient<Contract>;

export interface Connection {
  readonly client: Client;
  /** Events until the signal fires or the owner goes away. */
  events(signal: AbortSignal): AsyncGenerator<StreamEvent>;
}

export interface Endpoint {
  readonly origin: string;
  readonly token: string;
  /** Transport: loopback HTTP, or straight into this process. */
  readonly send: (request: Request) => Promise<Response>;
}

/** What the RPC client throws, as one of our errors again. */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (typeof error !== 'object' || error === null || !('code' in error) || !isErrorCode(error.code)) return error;
  const { message, data } = error as { message?: string; data?: { hint?: string; details?: Record<string, unknown> } };
  return new AppError(error.code, message ?? error.code, { ...(data?.hint === undefined ? {} : { hint: data.hint }), ...(data?.details === undefined ? {} : { details: data.details }), cause: error });
}

/** A typed client and the event stream over one endpoint. */
export function connect({ origin, token, send }: Endpoint): Connection {
  const headers = { authorization: `Bearer ${token}` };
  const link = new RPCLink({ url: `${origin}${RPC_PREFIX}`, headers: () => headers, fetch: (request) => send(request) });

  async function* events(signal: AbortSignal): AsyncGenerator<StreamEvent> {
    const response = await send(new Request(`${origin}${EVENTS_PATH}`, { headers, signal }));
    if (!response.ok || !response.body) throw new AppError('INTERNAL', `The event stream answered ${response.status}`);
    const reader = response.body.getReader();
    // In process nothing but this tells the stream that its reader has left.
    const leave = (): void => void reader.cancel().catch(() => undefined);
    signal.addEventListener('abort', leave, { once: true });
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        rest += decoder.decode(piece.value, { stream: true });
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield* JSON.parse(line) as StreamEvent[];
      }
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
    }
  }

  return { client: createORPCClient(link), events };
}
