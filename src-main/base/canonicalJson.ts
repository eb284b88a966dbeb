import { hash } from 'node:crypto';
import type { Digest } from '#contract/ids.ts';

/**
 * Canonical JSON (RFC 8785): keys sorted by UTF-16 code units, numbers as ECMAScript prints them, no spaces.
 * Members that are undefined are left out, as JSON.stringify does.
 * Throws TypeError for what JSON cannot hold: NaN, infinities, big integers, functions, lone surrogates, cycles.
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

/** `parents` holds the objects that the value lies in; it is the same again when this returns. */
function write(value: unknown, parents: object[]): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeString(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`Expected a finite number but got ${value}`);
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') throw new TypeError(`Expected a JSON value but got ${typeof value}`);
  if (parents.includes(value)) throw new TypeError('Expected a JSON value but got an object that contains itself');
  parents.push(value);
  const text = writeContainer(value, parents);
  parents.pop();
  return text;
}

function writeContainer(value: object, parents: object[]): string {
  if (Array.isArray(value)) return `[${value.map((item) => write(item, parents)).join(',')}]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return write(value.toJSON(), parents);
  let members = '';
  // The default order of strings is that of their UTF-16 code units, as the RFC asks.
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) members += `${members === '' ? '' : ','}${writeString(key)}:${write(member, parents)}`;
  }
  return `{${members}}`;
}

function writeString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('Expected well-formed Unicode but got a lone surrogate');
  return JSON.stringify(text);
}

/** SHA-256 as 64 lower-case hex digits. A string is hashed as UTF-8. */
export function sha256(data: string | Uint8Array): Digest {
  return hash('sha256', data, 'hex') as Digest;
}

/** The key of a value: SHA-256 of its canonical JSON. */
export function digestOf(value: unknown): Digest {
  return sha256(canonicalJson(value));
}
