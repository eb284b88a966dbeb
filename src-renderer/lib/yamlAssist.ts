import { describeSchema, type JsonSchema, schemaAt } from './jsonSchema.ts';

export interface Suggestion {
  readonly label: string;
  readonly insert: string;
  readonly detail: string;
  readonly documentation: string;
}

interface Place {
  /** Keys above the line. */
  readonly path: readonly (string | number)[];
  /** Key on the line, when there is one. */
  readonly key: string | null;
}

const LINE = /^(\s*)(- )?(?:("[^"]*"|'[^']*'|[^\s:#][^:#]*?)\s*:)?/;

/** Where a line stands, read from indentation alone, so that it also works while the text does not parse. */
export function placeOf(text: string, line: number): Place {
  const lines = text.split('\n');
  const parts = (index: number): { indent: number; dash: boolean; key: string | null } => {
    const match = LINE.exec(lines[index] ?? '');
    const dash = match?.[2] !== undefined;
    return { indent: (match?.[1]?.length ?? 0) + (dash ? 2 : 0), dash, key: match?.[3]?.replace(/^['"]|['"]$/g, '') ?? null };
  };
  const own = parts(line);
  const path: (string | number)[] = [];
  let indent = own.indent;
  if (own.dash) {
    path.unshift(0);
    indent -= 2;
  }
  for (let index = line - 1; index >= 0 && indent >= 0; index -= 1) {
    if (/^\s*(#|$)/.test(lines[index] ?? '')) continue;
    const above = parts(index);
    const aboveDash = above.dash ? above.indent - 2 : above.indent;
    if (above.dash && above.indent === indent && !path.includes(0)) path.unshift(0);
    const opens = above.key !== null && /:\s*(#.*)?$/.test(lines[index] ?? '');
    const isParent = opens && (aboveDash < indent || (path[0] === 0 && aboveDash === indent && !above.dash));
    if (!isParent || above.key === null) continue;
    path.unshift(above.key);
    indent = aboveDash;
    if (indent === 0) break;
  }
  return { path, key: own.key };
}

/** Keys that are not there yet, or the values that a key may have. `column` counts from 0. */
export function yamlSuggestions(text: string, at: { line: number; column: number }, schema: JsonSchema): Suggestion[] {
  const line = text.split('\n')[at.line] ?? '';
  const before = line.slice(0, at.column);
  const { path, key } = placeOf(text, at.line);
  if (key !== null && before.includes(':')) {
    const value = schemaAt(schema, [...path, key]);
    return value === null ? [] : valuesOf(value).map((label) => ({ label, insert: label, detail: describeSchema(value), documentation: value.description ?? '' }));
  }
  const parent = schemaAt(schema, path);
  const present = keysAt(text, path);
  return Object.entries(parent?.properties ?? {})
    .filter(([name]) => !present.has(name) || name === key)
    .map(([name, within]) => ({ label: name, insert: within.type === 'object' ? `${name}:\n  ` : within.type === 'array' ? `${name}:\n  - ` : `${name}: `, detail: `${describeSchema(within)}${parent?.required?.includes(name) === true ? ', required' : ''}`, documentation: within.description ?? '' }));
}

/** What the field on a line is, or null. */
export function yamlHover(text: string, line: number, schema: JsonSchema): string | null {
  const { path, key } = placeOf(text, line);
  if (key === null) return null;
  const found = schemaAt(schema, [...path, key]);
  return found === null ? null : `**${key}**: ${describeSchema(found)}${found.description === undefined ? '' : `\n\n${found.description}`}`;
}

function valuesOf(schema: JsonSchema): string[] {
  if (schema.const !== undefined) return [String(schema.const)];
  if (schema.enum !== undefined) return schema.enum.map(String);
  return schema.type === 'boolean' ? ['true', 'false'] : [];
}

function keysAt(text: string, path: readonly (string | number)[]): Set<string> {
  const wanted = JSON.stringify(path);
  const found = new Set<string>();
  text.split('\n').forEach((_, line) => {
    const place = placeOf(text, line);
    if (place.key !== null && JSON.stringify(place.path) === wanted) found.add(place.key);
  });
  return found;
}
