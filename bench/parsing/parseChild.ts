// Our side of `parse`: the parse child's reader in a process of its own, asked as baseline/parse.py is. Cutting into chunks is left out on both sides.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { ParsedDocument } from '../../src-main/contract/document.ts';
import { parseBytes } from '../../src-main/runtimes/parse/child/parseBytes.ts';

/** Each row of a table as its text stands in the document. */
function rowsOf({ blocks, text }: ParsedDocument): string[] {
  return blocks.flatMap(({ rows = [], end }) => rows.map((start, at) => text.slice(start, rows[at + 1] ?? end)));
}

process.stdout.write(`${JSON.stringify({ node: process.versions.node })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line) as { path: string; text?: boolean };
  const before = process.cpuUsage();
  const spent = (): number => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  let answer: object;
  try {
    const document = await parseBytes(readFileSync(asked.path), basename(asked.path));
    answer = { cpuSeconds: spent(), ...(document.format === 'pdf' ? { pages: document.pages?.length } : {}), ...(asked.text === true ? { text: document.text, rows: rowsOf(document) } : {}) };
  } catch (error) {
    answer = { cpuSeconds: spent(), error: error instanceof Error ? error.message : String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
