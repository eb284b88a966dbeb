import type { SiteSource } from '#contract/sources.ts';

const TRACKING = /^(utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|_ga|_gl|igshid|yclid|phpsessid|jsessionid)$/i;
const MAX_ADDRESS = 2_000;
const MAX_PARTS = 30;
/** A path that repeats one part more often is a loop of relative links. */
const MAX_REPEATS = 3;
/** Calendars and filters are one path with endless queries. */
const MAX_QUERIES = 30;
/** Never a document; such links are not asked for. */
const NO_DOCUMENT = /\.(png|jpe?g|gif|svg|webp|avif|ico|bmp|tiff?|css|m?js|map|woff2?|ttf|otf|eot|mp[34]|m4[av]|webm|og[gv]|wav|flac|avi|mov|zip|gz|tgz|bz2|xz|7z|rar|tar|exe|dmg|iso|deb|rpm|msi|jar|whl|apk|bin)$/i;

export interface Scope {
  /** The address to ask for, without fragment, tracking and session; null for what is no page of this site. */
  take(link: string, base: URL): URL | null;
  /** Why a page of this site is passed over; null when it is in. */
  refusal(url: URL): string | null;
  /** The start page was found elsewhere on the same host: pages below that place are in as well. */
  movedTo(url: URL): void;
}

/** What makes two addresses the same page: order of the query and a trailing `index.html` do not count. */
export function keyOf(url: URL): string {
  const key = new URL(url);
  key.searchParams.sort();
  key.pathname = key.pathname.replace(/\/(index|default)\.(x?html?|php|aspx?)$/i, '/');
  return `${key.host}${key.pathname}${key.search}`;
}

export function createScope(spec: SiteSource): Scope {
  const start = new URL(spec.site);
  let { protocol } = start;
  const folders = [folderOf(start)];
  const include = spec.include?.map(toPattern);
  const exclude = (spec.exclude ?? []).map(toPattern);
  const queries = new Map<string, Set<string>>();

  function take(link: string, base: URL): URL | null {
    if (link.length > MAX_ADDRESS || !URL.canParse(link, base.href)) return null;
    const url = new URL(link, base.href);
    if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname !== start.hostname || url.username !== '' || url.password !== '') return null;
    // Old pages link to http of a site that has moved to https; its port is another, unless one is named.
    if (url.port === '' && start.port === '') url.protocol = protocol;
    if (url.port !== start.port) return null;
    url.hash = '';
    url.pathname = url.pathname.replace(/;jsessionid=[^/]*/gi, '');
    for (const name of Array.from(url.searchParams.keys()).filter((key) => TRACKING.test(key))) url.searchParams.delete(name);
    return url;
  }

  function refusal(url: URL): string | null {
    const place = `${url.pathname}${url.search}`;
    const isStart = keyOf(url) === keyOf(start);
    const inside = include ? include.some((pattern) => pattern.test(place)) : folders.some((folder) => `${url.pathname}/`.startsWith(folder));
    if (!inside && !isStart) return 'outside the part of the site that is read';
    if (exclude.some((pattern) => pattern.test(place))) return 'excluded';
    if (NO_DOCUMENT.test(url.pathname)) return 'not a document by its name';
    return isTrap(url) ? 'addresses without end' : null;
  }

  function isTrap(url: URL): boolean {
    const parts = url.pathname.split('/').filter((part) => part !== '');
    const counts = new Map<string, number>();
    for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + 1);
    if (parts.length > MAX_PARTS || [...counts.values()].some((count) => count > MAX_REPEATS)) return true;
    const known = queries.get(url.pathname) ?? new Set<string>();
    if (url.search !== '' && !known.has(url.search) && known.size >= MAX_QUERIES) return true;
    queries.set(url.pathname, known.add(url.search));
    return false;
  }

  function movedTo(url: URL): void {
    if (url.hostname !== start.hostname) return;
    protocol = url.protocol;
    folders.push(folderOf(url));
  }

  return { take, refusal, movedTo };
}

/** `/docs/guide.html` is in `/docs/`; `/docs` is taken as a folder itself. */
function folderOf(url: URL): string {
  const last = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  if (last === '') return url.pathname;
  return last.includes('.') ? url.pathname.slice(0, url.pathname.length - last.length) : `${url.pathname}/`;
}

/** A beginning of a path, with `*` for anything. */
function toPattern(text: string): { test(place: string): boolean } {
  const [first = '', ...others] = text.split(/\*+/);
  return {
    // By hand: a pattern of a stranger's project must not be able to make a regular expression run for ever.
    test: (place) => {
      if (!place.startsWith(first)) return false;
      let at = first.length;
      for (const part of others) {
        const found = place.indexOf(part, at);
        if (found < 0) return false;
        at = found + part.length;
      }
      return true;
    },
  };
}
