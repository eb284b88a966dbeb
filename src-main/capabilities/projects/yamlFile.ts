import { isMap, isSeq, LineCounter, parseDocument, stringify, type Document } from 'yaml';
import type { z } from 'zod';
import { AppError } from '../../base/appError.ts';

export interface FileProblem {
  /** 1-based. */
  readonly line: number;
  /** Dotted path of the field; empty for the file itself. */
  readonly field: string;
  readonly message: string;
}

const MAX_ALIASES = 50;

function lineOf(document: Document, counter: LineCounter, path: readonly PropertyKey[]): number {
  // The nearest node that exists: a missing field is shown where its parent stands.
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth).map((part) => (typeof part === 'symbol' ? String(part) : part)), true);
    const range = isMap(node) || isSeq(node) ? node.range : typeof node === 'object' && node !== null && 'range' in node ? (node.range as [number, number, number] | null) : null;
    if (range) return counter.linePos(range[0]).line;
  }
  return 1;
}

/** Checks YAML text against a schema; every problem names its line, field and what was expected. */
export function checkYaml<T>(text: string, schema: z.ZodType<T>): { value: T | null; problems: FileProblem[] } {
  const counter = new LineCounter();
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: true });
  } catch (error) {
    // Brackets nested by the thousand exhaust the parser's stack.
    return { value: null, problems: [{ line: 1, field: '', message: error instanceof Error ? error.message : String(error) }] };
  }
  if (document.errors.length > 0) {
    return { value: null, problems: document.errors.map((error) => ({ line: counter.linePos(error.pos[0]).line, field: '', message: error.message })) };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    return { value: null, problems: [{ line: 1, field: '', message: error instanceof Error ? error.message : String(error) }] };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data, problems: [] };
  return { value: null, problems: parsed.error.issues.map((issue) => ({ line: lineOf(document, counter, issue.path), field: issue.path.map(String).join('.'), message: issue.message })) };
}

/** As `checkYaml`, but throws PROJECT_FILE_INVALID with all problems in words. */
export function parseYaml<T>(file: string, text: string, schema: z.ZodType<T>): T {
  const { value, problems } = checkYaml(text, schema);
  if (value !== null) return value;
  const said = problems.slice(0, 5).map((problem) => `line ${problem.line}${problem.field === '' ? '' : `, ${problem.field}`}: ${problem.message}`);
  throw new AppError('PROJECT_FILE_INVALID', `${file} cannot be used. ${said.join('; ')}`, { hint: `Correct ${file} and try again.`, details: { file, problems } });
}

/** Writes YAML that a person would have written: no wrapping, no aliases. */
export function toYaml(value: unknown, comment: string): string {
  return `# ${comment}\n${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
