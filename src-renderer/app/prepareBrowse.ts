import type { PickRequest } from '../ui/windowPort.tsx';

export interface BrowseEntry {
  readonly name: string;
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly bytes: number;
  readonly selectable: boolean;
}

interface Listing {
  readonly folder: string;
  readonly entries: readonly { readonly name: string; readonly path: string; readonly kind: 'file' | 'folder'; readonly bytes: number }[];
}

export interface BrowseInput {
  readonly request: PickRequest;
  readonly listing: Listing | null;
  readonly typed: string;
  readonly taken: readonly string[];
}

/** What the file browser shows, what its button would take, and what the button says. A typed path wins. */
export function prepareBrowse({ request, listing, typed, taken }: BrowseInput): { entries: BrowseEntry[]; result: string[]; verb: string } {
  const entries = (listing?.entries ?? [])
    .filter(({ name, kind }) => !name.startsWith('.') && (request.what !== 'folder' || kind === 'folder'))
    .map((entry) => ({ ...entry, selectable: request.what === 'entries' || entry.kind === 'file' }))
    .toSorted((a, b) => (a.kind === b.kind ? a.name.localeCompare(b.name, undefined, { numeric: true }) : a.kind === 'folder' ? -1 : 1));
  const path = unquote(typed.trim());
  if (path !== '') return { entries, result: [path], verb: request.verb };
  if (taken.length > 0) return { entries, result: [...taken], verb: taken.length === 1 ? request.verb : `${request.verb} ${taken.length} items` };
  if (request.what === 'file' || listing === null) return { entries, result: [], verb: request.verb };
  return { entries, result: [listing.folder], verb: `${request.verb} this folder` };
}

/** The one file that is chosen or typed; null when none is, when several are, or when it is known to be a folder. */
export function oneFile(result: readonly string[], { entries, typed, taken }: { readonly entries: readonly BrowseEntry[]; readonly typed: string; readonly taken: readonly string[] }): string | null {
  const [path] = result;
  if (path === undefined || result.length > 1 || (typed.trim() === '' && taken.length === 0)) return null;
  return entries.some((entry) => entry.path === path && entry.kind === 'folder') ? null : path;
}

/** A pasted path may carry the quotes of a shell or of a file manager. */
function unquote(text: string): string {
  const match = /^(['"])(.*)\1$/.exec(text);
  return match?.[2] ?? text;
}
