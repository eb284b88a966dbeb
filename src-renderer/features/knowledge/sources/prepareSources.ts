import type { KnowledgeSource } from '#contract/sources.ts';

export type SourceKind = 'files' | 'watch' | 'site' | 'git' | 'api';
export const SOURCE_KINDS: readonly { readonly kind: SourceKind; readonly title: string; readonly explains: string }[] = [
  { kind: 'files', title: 'Files and folders', explains: 'Read where they lie, again when you ingest again' },
  { kind: 'watch', title: 'Watched folder', explains: 'Read again whenever something in it changes' },
  { kind: 'site', title: 'Web site', explains: 'Pages of one host from a start page on, as its robots.txt allows' },
  { kind: 'git', title: 'Git repository', explains: 'Its files as they were at one commit' },
  { kind: 'api', title: 'JSON API', explains: 'Items page after page, each a document' },
];

export interface SourceDraft {
  readonly kind: SourceKind;
  /** Address, path or repository. */
  readonly at: string;
  readonly maxPages: number | null;
  readonly commit: string;
  readonly folder: string;
  readonly items: string;
  readonly text: string;
  readonly next: string;
}

export const EMPTY_DRAFT: SourceDraft = { kind: 'site', at: '', maxPages: null, commit: '', folder: '', items: '', text: '', next: '' };

/** The source that a draft means; null while something is missing or is no address. */
export function draftSource(draft: SourceDraft): KnowledgeSource | null {
  const at = draft.at.trim();
  if (at === '') return null;
  switch (draft.kind) {
    case 'files':
      return at;
    case 'watch':
      return { folder: at, watch: true };
    case 'site':
      return originOf(at) === null ? null : { site: at, ...(draft.maxPages === null ? {} : { maxPages: draft.maxPages }) };
    case 'git':
      return draft.commit.trim() === '' ? null : { git: at, commit: draft.commit.trim(), ...(draft.folder.trim() === '' ? {} : { folder: draft.folder.trim() }) };
    case 'api': {
      const text = draft.text.split(',').map((place) => place.trim()).filter((place) => place !== '');
      return originOf(at) === null ? null : { api: at, items: draft.items.trim(), ...(text.length === 0 ? {} : { text }), ...(draft.next.trim() === '' ? {} : { next: { by: 'page', parameter: draft.next.trim() } }) };
    }
  }
}

/** `https://docs.example.org` of an http address; null for anything else, and for one with a user name in it. */
export function originOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, origin, username, password } = new URL(address);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' ? origin : null;
}

/** True for an address that is written as one of this machine or of a private network: to allow it is to allow that, too. */
export function liesNearby(origin: string): boolean {
  const { hostname } = new URL(origin);
  return /^(localhost|.+\.localhost|127(\.\d+){3}|10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|\[::1\]|\[f[cd][0-9a-f:]*\])$/i.test(hostname);
}

/** Which site a source would be fetched from; null for what lies on this machine. */
export function contactedOrigin(source: KnowledgeSource): string | null {
  if (typeof source === 'string') return null;
  if ('site' in source) return originOf(source.site);
  if ('api' in source) return originOf(source.api);
  return 'git' in source ? originOf(source.git) : null;
}

/** What a listed source is, by how its name begins. */
export function kindOfListed(source: string): SourceKind {
  if (/\.git(\s|@|$)/.test(source)) return 'git';
  return /^https?:/i.test(source) ? 'site' : 'files';
}
