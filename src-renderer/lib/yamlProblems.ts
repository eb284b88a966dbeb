import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { describeSchema, type JsonSchema } from './jsonSchema.ts';

/** Offsets are half-open and count UTF-16 code units. */
export interface TextProblem {
  readonly start: number;
  readonly end: number;
  readonly field: string;
  readonly message: string;
}

type Report = (node: Node | null, field: string, message: string) => void;

/** Syntax errors, then what the schema does not allow, each at its place in the text. */
export function yamlProblems(text: string, schema: JsonSchema | null): TextProblem[] {
  const parsed = parseDocument(text, { lineCounter: new LineCounter(), prettyErrors: false, uniqueKeys: true });
  const problems: TextProblem[] = parsed.errors.map(({ pos, message }) => ({ start: pos[0], end: Math.max(pos[0] + 1, pos[1]), field: '', message }));
  if (schema === null || problems.length > 0) return problems;
  const report: Report = (node, field, message) => {
    const range = node?.range;
    problems.push({ start: range?.[0] ?? 0, end: Math.max((range?.[0] ?? 0) + 1, range?.[1] ?? 1), field, message });
  };
  check(parsed.contents, schema, { field: '', report });
  return problems;
}

interface At {
  readonly field: string;
  readonly report: Report;
}

function check(node: Node | null, schema: JsonSchema, at: At): void {
  const { field, report } = at;
  if (schema.anyOf !== undefined) return;
  if (isMap(node)) {
    if (schema.type !== undefined && schema.type !== 'object') return report(node, field, `${nameOf(field)} must be ${describeSchema(schema)}, not a group of fields.`);
    return checkMap(node, schema, at);
  }
  if (isSeq(node)) {
    if (schema.type !== undefined && schema.type !== 'array') return report(node, field, `${nameOf(field)} must be ${describeSchema(schema)}, not a list.`);
    const { items } = schema;
    if (items !== undefined) node.items.forEach((item, index) => check(asNode(item), items, { field: `${field}[${index}]`, report }));
    return;
  }
  const value: unknown = isScalar(node) ? node.value : null;
  if (!accepts(schema, value)) report(node, field, `${nameOf(field)} must be ${describeSchema(schema)}, not ${value === null ? 'empty' : JSON.stringify(value)}.`);
}

function checkMap(node: YAMLMap, schema: JsonSchema, { field, report }: At): void {
  const seen = new Set<string>();
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    seen.add(name);
    const path = field === '' ? name : `${field}.${name}`;
    const within = schema.properties?.[name] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
    if (within !== undefined) check(asNode(value) ?? (isScalar(key) ? key : null), within, { field: path, report });
    else if (schema.additionalProperties === false) report(asNode(key), path, `${name} is not a field of ${field === '' ? 'this file' : field}. It may have ${Object.keys(schema.properties ?? {}).join(', ')}.`);
  }
  const missing = (schema.required ?? []).filter((name) => !seen.has(name));
  if (missing.length > 0) report(node, field, `${nameOf(field)} lacks ${missing.join(', ')}.`);
}

const nameOf = (field: string): string => (field === '' ? 'This file' : field);

function asNode(value: unknown): Node | null {
  return isMap(value) || isSeq(value) || isScalar(value) ? value : null;
}

function accepts(schema: JsonSchema, value: unknown): boolean {
  if (schema.const !== undefined) return value === schema.const;
  if (schema.enum !== undefined) return schema.enum.includes(value);
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' && value.length >= (schema.minLength ?? 0) && value.length <= (schema.maxLength ?? Number.POSITIVE_INFINITY) && (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value));
    case 'integer':
    case 'number':
      return typeof value === 'number' && (schema.type === 'number' || Number.isInteger(value)) && value >= (schema.minimum ?? Number.NEGATIVE_INFINITY) && value <= (schema.maximum ?? Number.POSITIVE_INFINITY);
    case 'boolean':
      return typeof value === 'boolean';
    case 'object':
    case 'array':
      return false;
    default:
      return true;
  }
}
