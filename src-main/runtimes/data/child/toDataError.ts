import { AppError } from '../../../base/appError.ts';

const LONGEST = 1_500;

/** DuckDB's words with the code of what they mean: they name the line of a file and the place in a query. */
export function toDataError(thrown: unknown): unknown {
  if (thrown instanceof AppError || !(thrown instanceof Error)) return thrown;
  const message = thrown.message.length > LONGEST ? `${thrown.message.slice(0, LONGEST)} …` : thrown.message;
  if (/No space left on device|ENOSPC|Could not write.*disk/i.test(message)) return new AppError('DISK_FULL', `The disk is full: ${message}`, { hint: 'Free some space and run the cell again.', cause: thrown });
  if (/\bOut of Memory Error\b/i.test(message)) return new AppError('RUNTIME_MEMORY', `The table does not fit into memory: ${message}`, { hint: 'Read fewer columns or rows at a time.', cause: thrown });
  if (/\b(Parser|Binder|Catalog|Conversion|Invalid Input|Permission|Not implemented|Out of Range|Constraint|Mismatch Type) Error\b/i.test(message)) return new AppError('QUERY_INVALID', message, { cause: thrown });
  if (/\b(IO|Serialization|Invalid) Error\b/i.test(message)) return new AppError('TABLE_UNREADABLE', message, { cause: thrown });
  return thrown;
}
