import type { Digest } from '#contract/ids.ts';
import { digestOf } from '../../base/canonicalJson.ts';

/** Everything that a step's result depends on, part by part: what changed can be told from two of them. */
export interface KeyParts {
  readonly kind: string;
  /** Of what the kind of cell does: another one computes something else. */
  readonly version: number;
  /** As the file has them, but for the cell's name, its kind and its inputs. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Digests of the tables that it reads, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Digests of the files that it reads, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Programs and machine: `duckdb`, `platform` … */
  readonly engine: Readonly<Record<string, string>>;
}

export function keyOf(parts: KeyParts): Digest {
  return digestOf(parts);
}

/** Names of the parts with their values as text, in the order in which a reader looks for them. */
export function listParts(parts: KeyParts): { name: string; value: string }[] {
  const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return [
    ...Object.entries(parts.parameters).map(([name, value]) => ({ name: `parameter \`${name}\``, value: written(value) })),
    ...Object.entries(parts.inputs).map(([name, value]) => ({ name: `input \`${name}\``, value })),
    ...Object.entries(parts.files).map(([name, value]) => ({ name: `file \`${name}\``, value })),
    ...Object.entries(parts.engine).map(([name, value]) => ({ name, value })),
    { name: `cells of kind \`${parts.kind}\``, value: `version ${parts.version}` },
  ];
}

const MOST_NAMED = 3;

/** What differs, in words; empty when nothing does. */
export function explainChange(before: KeyParts, now: KeyParts): string {
  const former = new Map(listParts(before).map(({ name, value }) => [name, value]));
  const changes: string[] = [];
  for (const { name, value } of listParts(now)) {
    const was = former.get(name);
    former.delete(name);
    if (was === undefined) changes.push(`${name} is new`);
    else if (was !== value) changes.push(`${name} changed`);
  }
  for (const name of former.keys()) changes.push(`${name} is gone`);
  return changes.length <= MOST_NAMED ? changes.join(', ') : `${changes.slice(0, MOST_NAMED).join(', ')} and ${changes.length - MOST_NAMED} more`;
}
