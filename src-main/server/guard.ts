import { AppError } from '../base/appError.ts';
import { routeOf, type Route } from './routes.ts';
import type { Sessions } from './sessions.ts';

/** Largest request body in bytes: project files are the biggest thing a window sends. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface GuardPolicy {
  /** Exact `host:port` values that may stand in the Host header. */
  hosts(): ReadonlySet<string>;
  /** Exact origins of our own pages. */
  origins(): ReadonlySet<string>;
  readonly sessions: Sessions;
}

function tokenOf(request: Request): string | null {
  const header = request.headers.get('authorization');
  const match = header === null ? null : /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(header);
  return match?.[1] ?? null;
}

function checkHost(request: Request, policy: GuardPolicy): void {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  if (policy.hosts().has(host)) return;
  throw new AppError('HOST_REFUSED', `This address is not one of Lathe's own: "${host.slice(0, 200)}"`, {
    hint: 'Open the link that Lathe printed. Behind a forwarded port start it with --origin URL.',
  });
}

function checkOrigin(request: Request, policy: GuardPolicy): void {
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  const foreign = origin !== null && !policy.origins().has(origin);
  // A page of another site can load our files as subresources even without an Origin header.
  const crossSite = site !== null && site !== 'same-origin' && site !== 'none';
  if (!foreign && !crossSite) return;
  throw new AppError('ORIGIN_REFUSED', `Pages of another origin may not use Lathe: "${(origin ?? site ?? '').slice(0, 200)}"`, {
    hint: 'Behind a forwarded port start Lathe with --origin URL.',
  });
}

/**
 * The one door: Host, then Origin, then the route, then the token, for every request that any mount brings,
 * unknown routes and OPTIONS included. Nothing is read from the body before it passes.
 * Throws HOST_REFUSED, ORIGIN_REFUSED, ROUTE_UNKNOWN, TOKEN_MISSING, TOKEN_WRONG or BODY_TOO_LARGE.
 */
export function admit(request: Request, policy: GuardPolicy): Route {
  checkHost(request, policy);
  checkOrigin(request, policy);
  const { pathname } = new URL(request.url);
  const route = routeOf(request.method, pathname);
  const token = tokenOf(request);
  if (!route || route.method !== request.method) {
    // Without a token nobody learns which routes exist.
    requireToken(token, policy);
    throw new AppError('ROUTE_UNKNOWN', `There is no route ${request.method} ${pathname.slice(0, 200)}`);
  }
  if (route.access === 'token') requireToken(token, policy);
  const length = Number(request.headers.get('content-length') ?? 0);
  if (length > MAX_BODY_BYTES) {
    throw new AppError('BODY_TOO_LARGE', `The request's body has ${length} bytes; at most ${MAX_BODY_BYTES} are taken`);
  }
  if (request.headers.has('content-encoding')) throw new AppError('INPUT_INVALID', 'Compressed request bodies are not taken');
  return route;
}

function requireToken(token: string | null, policy: GuardPolicy): void {
  if (token === null) {
    throw new AppError('TOKEN_MISSING', 'This request carries no token', { hint: 'Run `npm start -- open` for a new link.' });
  }
  if (!policy.sessions.accepts(token)) {
    throw new AppError('TOKEN_WRONG', 'This token is not known to the running Lathe', { hint: 'Run `npm start -- open` for a new link.' });
  }
}
