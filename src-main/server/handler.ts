import { z } from 'zod';
import { EVENTS_PATH, RPC_PREFIX, SESSION_PATH, SOURCE_PATH } from '#contract/router.ts';
import { AppError } from '../base/appError.ts';
import type { Logger } from '../base/logger.ts';
import { parseRange, type ByteRange } from './byteRange.ts';
import { errorResponse } from './errorResponse.ts';
import type { EventStream } from './eventStream.ts';
import { admit, type GuardPolicy } from './guard.ts';
import { limitBody } from './limitBody.ts';
import { createRpc, type AllHandlers } from './rpc.ts';
import { SECURITY_HEADERS } from './securityHeaders.ts';

export type Handle = (request: Request) => Promise<Response>;

export interface HandlerParts {
  readonly policy: GuardPolicy;
  readonly handlers: AllHandlers;
  readonly events: EventStream;
  readonly staticFiles: (pathname: string) => Promise<Response>;
  /** Opens the original bytes of a document. */
  readonly source: (query: URLSearchParams) => Promise<OpenedSource>;
  readonly logger: Logger;
}

export interface OpenedSource {
  readonly size: number;
  readonly type: string;
  read(range?: ByteRange): ReadableStream<Uint8Array>;
  close(): Promise<void>;
}

/** Lathe as one function from Request to Response. Mounts translate and do nothing else. */
export function createHandler(parts: HandlerParts): Handle {
  const rpc = createRpc(parts.handlers, parts.logger);

  async function session(request: Request): Promise<Response> {
    const limited = limitBody(request);
    const body = z.object({ code: z.string().max(200) }).safeParse(await limited.request.json().catch(() => null));
    limited.assertWithin();
    if (!body.success) throw new AppError('INPUT_INVALID', 'Expected a JSON body with a `code`');
    const token = parts.policy.sessions.redeem(body.data.code);
    if (token === null) {
      throw new AppError('TOKEN_WRONG', 'This link was used before or is older than ten minutes', { hint: 'Run `npm start -- open` for a new one.' });
    }
    return Response.json({ token }, { headers: SECURITY_HEADERS });
  }

  function events(request: Request): Response {
    const query = new URL(request.url).searchParams;
    const after = query.get('after');
    const stream = parts.events.open({
      epoch: query.get('epoch'),
      after: after === null || !/^\d{1,15}$/.test(after) ? null : Number(after),
      projectId: query.get('projectId'),
      signal: request.signal,
    });
    return new Response(stream, { headers: { ...SECURITY_HEADERS, 'content-type': 'application/x-ndjson' } });
  }

  async function source(request: Request): Promise<Response> {
    const found = await parts.source(new URL(request.url).searchParams);
    const range = parseRange(request.headers.get('range'), found.size);
    // Always a download of inert bytes: what a document claims to be never decides how a browser treats it.
    const headers = { ...SECURITY_HEADERS, 'content-type': found.type, 'content-disposition': 'attachment', 'accept-ranges': 'bytes' };
    if (range === 'outside') {
      await found.close();
      return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${found.size}` } });
    }
    if (range === 'whole') return new Response(found.read(), { headers: { ...headers, 'content-length': String(found.size) } });
    const { start, end } = range;
    return new Response(found.read(range), { status: 206, headers: { ...headers, 'content-length': String(end - start + 1), 'content-range': `bytes ${start}-${end}/${found.size}` } });
  }

  async function dispatch(request: Request): Promise<Response> {
    const route = admit(request, parts.policy);
    if (route.path === SESSION_PATH) return session(request);
    if (route.path === EVENTS_PATH) return events(request);
    if (route.path === SOURCE_PATH) return source(request);
    if (!route.path.startsWith(`${RPC_PREFIX}/`)) return parts.staticFiles(route.path);
    const limited = limitBody(request);
    const response = await rpc(limited.request);
    limited.assertWithin();
    if (!response) throw new AppError('ROUTE_UNKNOWN', `There is no route ${request.method} ${route.path}`);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
    return response;
  }

  return async (request) => {
    try {
      return await dispatch(request);
    } catch (error) {
      return errorResponse(error);
    }
  };
}
