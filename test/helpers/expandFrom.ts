import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHandlers } from '../../src-main/runtimes/parse/child/handlers.ts';
import type { ExpandResult } from '../../src-main/runtimes/types.ts';
import { temporaryFolder } from './temporaryFolder.ts';

export interface Expanded extends ExpandResult {
  /** Names of the files that were written. */
  readonly files: readonly string[];
  /** A member's text by its name. */
  textOf(name: string): string;
  bytesOf(name: string): Buffer;
}

/** Expands a file with these bytes and this name, as the parse child does; null = it is a document. */
export async function expandFrom(bytes: Uint8Array | string, name: string, signal: AbortSignal = new AbortController().signal): Promise<Expanded | null> {
  const path = join(temporaryFolder(), 'container');
  const into = temporaryFolder();
  writeFileSync(path, bytes);
  const result = await parseHandlers.expand({ path, name, into }, { signal, part: () => undefined });
  if (result === null) return null;
  const bytesOf = (wanted: string): Buffer => {
    const member = result.members.find((one) => one.name === wanted);
    if (!member) throw new Error(`No member ${wanted} among ${result.members.map((one) => one.name).join(', ')}`);
    return readFileSync(member.path);
  };
  return { ...result, files: readdirSync(into), bytesOf, textOf: (wanted) => bytesOf(wanted).toString('utf8') };
}
