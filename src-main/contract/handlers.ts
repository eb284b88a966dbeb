import type { AnySchema, ContractProcedure, InferSchemaInput, InferSchemaOutput } from '@orpc/contract';
import type { Contract } from './router.ts';

/** What a handler is given beside its input. */
export interface CallContext {
  /** Fires when the caller went away or cancelled. */
  readonly signal: AbortSignal;
}

type AnyErrors = Record<never, never>;
type AnyMeta = Record<never, never>;

export type InputOf<P> = P extends ContractProcedure<infer I extends AnySchema, AnySchema, AnyErrors, AnyMeta> ? InferSchemaOutput<I> : never;
export type OutputOf<P> = P extends ContractProcedure<AnySchema, infer O extends AnySchema, AnyErrors, AnyMeta> ? InferSchemaInput<O> : never;

/** A plain function for each procedure of a record of them, no more and no fewer. */
export type HandlersOf<Procedures> = {
  readonly [P in keyof Procedures]: (input: InputOf<Procedures[P]>, call: CallContext) => Promise<OutputOf<Procedures[P]>>;
};

/** The plain functions that a capability offers for its noun. */
export type Handlers<Noun extends keyof Contract> = HandlersOf<Contract[Noun]>;
