import { stringify } from 'yaml';
import type { ApiSource } from '#contract/sources.ts';

/** The value at a place: `data.items` or, as a JSON pointer, `/data/items`; the whole for an empty place. Own fields only. */
export function valueAt(value: unknown, place: string): unknown {
  const parts = place === '' ? [] : place.startsWith('/') ? place.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')) : place.split('.');
  let at = value;
  for (const part of parts) at = typeof at === 'object' && at !== null && Object.hasOwn(at, part) ? (at as Record<string, unknown>)[part] : undefined;
  return at;
}

function wordsAt(item: unknown, places: readonly string[]): string | null {
  for (const place of places) {
    const value = valueAt(item, place);
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  }
  return null;
}

const URLS = ['html_url', 'web_url', 'webUrl', 'permalink', 'link', 'url'];
const AUTHORS = ['author.name', 'author.displayName', 'author.login', 'author', 'user.name', 'user.login', 'creator.name', 'creator', 'reporter.displayName'];
const CREATED = ['created_at', 'createdAt', 'created', 'date', 'published_at', 'fields.created'];
const MODIFIED = ['updated_at', 'updatedAt', 'updated', 'modified_at', 'modified', 'fields.updated'];

export interface ApiDocument {
  readonly id: string | null;
  readonly title: string | null;
  readonly url: string | null;
  readonly modifiedMs: number | null;
  readonly text: string;
  readonly ending: '.md' | '.json';
}

/** ISO text or seconds or milliseconds since 1970; null for what is no time. */
function timeOf(words: string | null): number | null {
  if (words === null) return null;
  const ms = /^\d{9,10}$/.test(words) ? Number(words) * 1000 : /^\d{12,13}$/.test(words) ? Number(words) : Date.parse(words);
  return Number.isNaN(ms) ? null : ms;
}

/** One item as a document: Markdown with its facts in front where the source says which fields are its text, else the item as JSON. */
export function toDocument(item: unknown, spec: ApiSource): ApiDocument {
  const title = wordsAt(item, [spec.title ?? 'title', 'name', 'subject'])?.slice(0, 500) ?? null;
  const link = wordsAt(item, URLS);
  const url = link !== null && /^https?:\/\//i.test(link) && URL.canParse(link) ? link : null;
  const modified = wordsAt(item, MODIFIED);
  const facts = { id: wordsAt(item, [spec.id ?? 'id', 'key']), title, url, modifiedMs: timeOf(modified) };
  if (spec.text === undefined) return { ...facts, text: `${JSON.stringify(item, null, 2)}\n`, ending: '.json' };
  const front = { title, author: wordsAt(item, AUTHORS), created: wordsAt(item, CREATED), modified, url };
  const kept = Object.fromEntries(Object.entries(front).filter(([, value]) => value !== null));
  const texts = spec.text.map((place) => toText(valueAt(item, place))).filter((text) => text.trim() !== '');
  return { ...facts, text: `---\n${Object.keys(kept).length === 0 ? '' : stringify(kept)}---\n\n${title === null ? '' : `# ${title.replace(/\s+/g, ' ')}\n\n`}${texts.join('\n\n')}\n`, ending: '.md' };
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value.join('\n\n');
  return value === undefined || value === null ? '' : JSON.stringify(value, null, 2);
}
