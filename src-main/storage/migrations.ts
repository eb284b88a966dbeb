import { sha256 } from '../base/canonicalJson.ts';

/** One numbered step of a database's schema. Never edited after it was released: its hash is stored and checked. */
export interface Migration {
  /** `NNNN-verb-noun`; applied in the order of ids. */
  readonly id: string;
  readonly database: 'project' | 'user' | 'both';
  readonly up: string;
}

export function migrationHash(migration: Migration): string {
  return sha256(migration.up);
}
