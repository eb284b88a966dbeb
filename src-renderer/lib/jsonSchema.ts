/** The part of JSON Schema that our own contract produces. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly anyOf?: readonly JsonSchema[];
}

/** The schema at a path of keys and indexes; null where the schema says nothing. */
export function schemaAt(schema: JsonSchema, path: readonly (string | number)[]): JsonSchema | null {
  let current: JsonSchema | null = schema;
  for (const step of path) {
    if (current === null) return null;
    const within: JsonSchema | undefined = typeof step === 'number' ? current.items : current.properties?.[step];
    const open: JsonSchema | null = typeof current.additionalProperties === 'object' ? current.additionalProperties : null;
    current = within ?? (typeof step === 'string' ? open : null);
  }
  return current;
}

/** What a value may be, in words: `a whole number from 16 to 4096`. */
export function describeSchema(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  const names: Record<string, string> = { integer: 'a whole number', number: 'a number', string: 'text', boolean: 'true or false', object: 'a group of fields', array: 'a list' };
  const type = typeof schema.type === 'string' ? (names[schema.type] ?? schema.type) : 'a value';
  const { minimum, maximum } = schema;
  const safe = (value: number | undefined): value is number => value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  if (safe(minimum) && safe(maximum)) return `${type} from ${minimum} to ${maximum}`;
  if (safe(minimum)) return `${type} of at least ${minimum}`;
  return type;
}
