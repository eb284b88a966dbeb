import { isContractProcedure } from '@orpc/contract';
import { contract, EVENTS_PATH, RPC_PREFIX, SESSION_PATH, SOURCE_PATH } from '#contract/router.ts';

/** What a caller must show: `token` = a session's token; `code` = the one-time code in the body; `open` = only Host and Origin (static files). */
export type RouteAccess = 'token' | 'code' | 'open';

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly access: RouteAccess;
}

function procedurePaths(node: unknown, trail: readonly string[]): string[] {
  if (isContractProcedure(node)) return [[RPC_PREFIX, ...trail].join('/')];
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, child]) => procedurePaths(child, [...trail, name]));
}

/** Every route, made from the contract itself: the guard, the handler and the tests all read this one list. */
export const ROUTES: readonly Route[] = [
  ...procedurePaths(contract, []).map((path): Route => ({ method: 'POST', path, access: 'token' })),
  { method: 'GET', path: EVENTS_PATH, access: 'token' },
  { method: 'GET', path: SOURCE_PATH, access: 'token' },
  { method: 'POST', path: SESSION_PATH, access: 'code' },
];

const byPath = new Map(ROUTES.map((route) => [route.path, route]));

/** The route that a path belongs to; anything else that is read with GET is a static file. */
export function routeOf(method: string, path: string): Route | undefined {
  const named = byPath.get(path);
  if (named) return named;
  return method === 'GET' && !path.startsWith(`${RPC_PREFIX}/`) ? { method: 'GET', path, access: 'open' } : undefined;
}
