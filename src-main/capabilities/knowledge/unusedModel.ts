import { toErrorBody } from '../../base/appError.ts';

/** A model that a search goes on without is asked for again after this long where its failure may pass. */
export const AGAIN_MS = 60_000;

/** Why a model cannot be used, for the end of a sentence: the cause in brackets, then the next step. */
export function causeInWords(error: unknown): string {
  const { code, message, hint } = toErrorBody(error);
  const said = code === 'INTERNAL' && error instanceof Error ? error.message : message;
  return `(${said.replace(/[.\s]+$/, '')}).${hint === undefined ? '' : ` ${hint}`}`;
}
