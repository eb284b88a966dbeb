import { createReadStream } from 'node:fs';
import type { z } from 'zod';
import { damagedFile } from './manifest.ts';

/** More is no row that Lathe writes. */
const LINE_CHARACTERS = 16 * 1024 * 1024;

/** The values of a file of one JSON value a line, in their order, each checked; throws KNOWLEDGE_FILE_DAMAGED. `file` and `name` are for messages. */
export async function* readLines<T>(path: string, schema: z.ZodType<T>, { file, name }: { readonly file: string; readonly name: string }): AsyncGenerator<T> {
  let rest = '';
  let number = 0;
  const toValue = (line: string): T => {
    number += 1;
    try {
      return schema.parse(JSON.parse(line));
    } catch (error) {
      throw damagedFile(file, `cannot be used: line ${number} of ${name} is not what Lathe writes`, error);
    }
  };
  for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const lines = (rest + (piece as string)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARACTERS) throw damagedFile(file, `was refused: a line of ${name} has more than ${LINE_CHARACTERS} characters`);
    for (const line of lines) yield toValue(line);
  }
  if (rest !== '') yield toValue(rest);
}

/** Reads on as long as the values belong to one document. */
export interface Cursor<T> {
  take(document: string): Promise<T[]>;
  /** Whether all was taken. */
  isDone(): Promise<boolean>;
}

export function createCursor<T extends { readonly document: string }>(values: AsyncGenerator<T>): Cursor<T> {
  let ahead: IteratorResult<T, unknown> | null = null;
  const peek = async (): Promise<IteratorResult<T, unknown>> => (ahead ??= await values.next());
  return {
    async take(document) {
      const taken: T[] = [];
      for (let next = await peek(); !next.done && next.value.document === document; next = await peek()) {
        taken.push(next.value);
        ahead = null;
      }
      return taken;
    },
    isDone: async () => (await peek()).done === true,
  };
}
