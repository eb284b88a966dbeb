import { ERROR_TRAITS, type ErrorBody, type ErrorCode } from '#contract/errors.ts';

export interface AppErrorOptions {
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error class of the main side. Recognise it by `code` with `toErrorBody`, not by `instanceof`: errors cross processes as data. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_TRAITS, value);
}

/** True for anything that carries one of our codes, from whichever realm or process it came. */
export function hasErrorCode(error: unknown, code?: ErrorCode): error is AppError {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return code === undefined ? isErrorCode(error.code) : error.code === code;
}

/** Turns anything thrown into data. Unknown errors become INTERNAL and keep only their message. */
export function toErrorBody(error: unknown): ErrorBody {
  if (hasErrorCode(error)) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.details === undefined ? {} : { details: error.details }),
    };
  }
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}

export function fromErrorBody(body: ErrorBody): AppError {
  return new AppError(body.code, body.message, {
    ...(body.hint === undefined ? {} : { hint: body.hint }),
    ...(body.details === undefined ? {} : { details: body.details }),
  });
}
