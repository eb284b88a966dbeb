import path from 'node:path';
import type { CommandOutput } from '#contract/commands.ts';
import { hasErrorCode, toErrorBody } from '../base/appError.ts';
import { toAppError } from './connect.ts';

/** Exit codes of the command line; documented in the manual. */
export const EXIT = { done: 0, failed: 1, usage: 2, untrusted: 3, cancelled: 130 } as const;

export interface GlobalOptions {
  readonly project?: string;
  readonly json?: boolean;
  readonly trust?: boolean;
}

/** Progress, warnings and set-up go to stderr; stdout carries the result alone. */
export function say(sentence: string): void {
  process.stderr.write(`${harmless(sentence)}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${harmless(text)}\n`);
}

/** Nothing is printed as JSON that has no schema in the contract. */
export function printJson<Output extends CommandOutput>(value: NoInfer<Output>): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** A file's name or text may hold what moves the cursor, colours or turns the writing round: it is shown, not carried out. */
export function harmless(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** On one line: a name may hold line breaks. */
export function nameOnOneLine(name: string): string {
  return name.replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

/** Paths on the command line are relative to where the person stands, not to where npm runs. */
export function fromHere(relative: string): string {
  return path.resolve(process.env['INIT_CWD'] ?? process.cwd(), relative);
}

/** Says what failed and what to do; answers the exit code. */
export function reportFailure(thrown: unknown): number {
  const error = toAppError(thrown);
  const body = toErrorBody(error);
  say(`${body.code}: ${body.message}${body.hint === undefined ? '' : `\n  → ${body.hint}`}`);
  if (body.code === 'INTERNAL' && process.env['LATHE_DEBUG'] === '1' && thrown instanceof Error) say(thrown.stack ?? '');
  if (hasErrorCode(error, 'CANCELLED')) return EXIT.cancelled;
  if (hasErrorCode(error, 'PROJECT_UNTRUSTED')) return EXIT.untrusted;
  if (hasErrorCode(error, 'INPUT_INVALID')) return EXIT.usage;
  return EXIT.failed;
}

/** Rows under a header, columns as wide as their widest cell. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((cell, column) => Math.max(cell.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return [line(header), ...rows.map(line)].join('\n');
}

export function formatDuration(ms: number): string {
  if (ms < 60_000) return `${Math.max(1, Math.round(ms / 1000))} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
