import { InvalidArgumentError, type Command } from 'commander';
import { DocumentFormat } from '#contract/document.ts';
import { DocumentFilter } from '#contract/filters.ts';
import { AppError } from '../base/appError.ts';
import { shellWord } from '../base/shellWord.ts';

/** Several values: the option again, or separated by commas. */
function listOf(value: string, former: readonly string[] | undefined): readonly string[] {
  return [...(former ?? []), ...value.split(',').map((part) => part.trim()).filter((part) => part !== '')];
}

function formats(value: string, former: readonly string[] | undefined): readonly string[] {
  const all = listOf(value, former);
  const known: readonly string[] = DocumentFormat.options;
  const stranger = all.find((format) => !known.includes(format));
  if (stranger !== undefined) throw new InvalidArgumentError(`${stranger} is no format. There are: ${known.join(', ')}.`);
  return all;
}

function day(value: string): string {
  if (!DocumentFilter.shape.after.safeParse(value).success) throw new InvalidArgumentError('Expected a day such as 2026-11-28.');
  return value;
}

function words(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('Expected words but got none.');
  return value.trim();
}

export interface FilterOptions {
  readonly format?: DocumentFilter['format'];
  readonly language?: string[];
  readonly author?: string;
  readonly path?: string;
  readonly after?: string;
  readonly before?: string;
}

/** The options that narrow a search to documents by what is known of them: the same words wherever something is searched. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('--format <formats>', 'only these formats, such as pdf or pdf,docx', formats)
    .option('--language <languages>', 'only these languages, such as en; de also means de-CH', listOf)
    .option('--author <name>', 'only documents whose author has this in the name', words)
    .option('--path <beginning>', 'only documents whose path begins so, or matches a pattern with *', words)
    .option('--after <day>', 'only documents dated on this day or later, as YYYY-MM-DD', day)
    .option('--before <day>', 'only documents dated before this day', day);
}

/** A filter as the options that give it, to be read and typed. */
export function asOptions(filter: DocumentFilter): string {
  return Object.entries(filter)
    .map(([name, value]) => `--${name} ${shellWord([value].flat().join(','))}`)
    .join(' ');
}

/** undefined where none of the options was given. Throws INPUT_INVALID for what is too long or too much. */
export function toFilter({ format, language, author, path, after, before }: FilterOptions): DocumentFilter | undefined {
  const given = Object.entries({ format, language, author, path, after, before }).filter(([, value]) => value !== undefined && value.length > 0);
  if (given.length === 0) return undefined;
  const parsed = DocumentFilter.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const [wrong] = parsed.error.issues;
  throw new AppError('INPUT_INVALID', `--${String(wrong?.path[0])} cannot be used: ${wrong?.message}`, { hint: 'Give fewer or shorter values.' });
}
