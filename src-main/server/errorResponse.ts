import { ERROR_TRAITS, type ErrorBody } from '#contract/errors.ts';
import { toErrorBody } from '../base/appError.ts';
import { SECURITY_HEADERS } from './securityHeaders.ts';

/** The only place where an error becomes a response outside the RPC protocol. */
export function errorResponse(error: unknown): Response {
  const body: ErrorBody = toErrorBody(error);
  return Response.json(body, { status: ERROR_TRAITS[body.code].status, headers: SECURITY_HEADERS });
}
