import { implement, ORPCError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/fetch';
import type { AnyContractProcedure } from '@orpc/contract';
import { ERROR_TRAITS } from '#contract/errors.ts';
import type { CallContext, Handlers } from '#contract/handlers.ts';
import { contract, RPC_PREFIX, type Contract } from '#contract/router.ts';
import { toErrorBody } from '../base/appError.ts';
import type { Logger } from '../base/logger.ts';

export type AllHandlers = { readonly [Noun in keyof Contract]: Handlers<Noun> };

type PlainHandler = (input: unknown, call: CallContext) => Promise<unknown>;

function toWireError(error: unknown, path: readonly string[], logger: Logger): ORPCError<string, unknown> {
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') {
    const issues = (error.data as { issues?: { path?: PropertyKey[]; message: string }[] } | undefined)?.issues ?? [];
    const said = issues.slice(0, 5).map((issue) => `${(issue.path ?? []).map(String).join('.') || 'input'}: ${issue.message}`);
    return new ORPCError('INPUT_INVALID', { status: 400, message: `${path.join('.')} was called with bad input. ${said.join('; ')}`.trim(), data: { details: { issues: said } } });
  }
  const body = toErrorBody(error);
  if (body.code === 'INTERNAL') logger.error(`${path.join('.')} failed`, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  const { status } = ERROR_TRAITS[body.code];
  return new ORPCError(body.code, { status, message: body.message, data: { hint: body.hint, details: body.details } });
}

/** Binds the capabilities' plain functions to the contract; input and output are checked against it on every call. */
export function createRpc(handlers: AllHandlers, logger: Logger): (request: Request) => Promise<Response | null> {
  const bind = (noun: keyof Contract): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(contract[noun]).map(([name, procedure]) => {
        // The loop loses the pairing that `Handlers` guarantees: name and procedure come from the same object.
        const run = handlers[noun][name as never] as PlainHandler;
        const implemented = implement(procedure as AnyContractProcedure).handler(({ input, signal }) => run(input, { signal: signal ?? new AbortController().signal }));
        return [name, implemented];
      }),
    );
  const router = Object.fromEntries((Object.keys(contract) as (keyof Contract)[]).map((noun) => [noun, bind(noun)]));
  const handler = new RPCHandler(router as ConstructorParameters<typeof RPCHandler>[0], {
    clientInterceptors: [
      async ({ next, path }) => {
        try {
          return await next();
        } catch (error) {
          throw toWireError(error, path, logger);
        }
      },
    ],
  });
  return async (request) => {
    const { matched, response } = await handler.handle(request, { prefix: RPC_PREFIX, context: {} });
    return matched ? response : null;
  };
}
