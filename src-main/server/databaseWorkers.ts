import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The entry of a database's threads: beside this file as source or, in the bundle, as JavaScript. */
export function databaseWorker(database: 'project' | 'user'): URL {
  const source = new URL(`./${database}DatabaseWorker.ts`, import.meta.url);
  return existsSync(fileURLToPath(source)) ? source : new URL(`./${database}DatabaseWorker.js`, import.meta.url);
}
