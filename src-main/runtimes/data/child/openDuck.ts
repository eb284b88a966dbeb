import { availableParallelism, totalmem } from 'node:os';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { text } from './quote.ts';
import { toDataError } from './toDataError.ts';

/** Share of the machine's memory after which DuckDB writes to disk. */
const MEMORY_SHARE = 0.25;
const MOST_MEMORY_BYTES = 4_000_000_000;

export interface DuckPaths {
  /** The only files that may be opened. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** What does not fit into memory goes here, and away with the call. */
  readonly spill: string;
}

/**
 * Runs work on a database in memory of its own, which opens the named files and no others, loads no extension and reaches no network.
 * An aborted signal interrupts what runs. Rejects with what `toDataError` makes of DuckDB's errors.
 */
export async function withDuck<T>(paths: DuckPaths, signal: AbortSignal, work: (duck: DuckDBConnection) => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const bytes = Math.min(MOST_MEMORY_BYTES, Math.round(totalmem() * MEMORY_SHARE));
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(availableParallelism()),
    memory_limit: `${Math.round(bytes / 1_000_000)}MB`,
    temp_directory: paths.spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const duck = await instance.connect();
  const interrupt = (): void => duck.interrupt();
  signal.addEventListener('abort', interrupt);
  try {
    await duck.run(`SET allowed_paths = [${[...paths.reads, ...paths.writes].map(text).join(', ')}]`);
    await duck.run(`SET allowed_directories = [${text(paths.spill)}]`);
    await duck.run('SET enable_external_access = false');
    await duck.run('SET lock_configuration = true');
    return await work(duck);
  } catch (error) {
    signal.throwIfAborted();
    throw toDataError(error);
  } finally {
    signal.removeEventListener('abort', interrupt);
    duck.closeSync();
    instance.closeSync();
  }
}
