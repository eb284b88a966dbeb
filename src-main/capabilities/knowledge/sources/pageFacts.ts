import { Parser } from 'htmlparser2';

export interface PageFacts {
  readonly title: string | null;
  /** As written; relative to `base`. */
  readonly base: string | null;
  readonly canonical: string | null;
  readonly links: readonly string[];
  readonly noIndex: boolean;
  readonly noFollow: boolean;
}

const MAX_LINKS = 10_000;
const MAX_TITLE = 500;

/** What a page says of itself to a crawler. Reads only tags; runs and fetches nothing. */
export function readPageFacts(html: string): PageFacts {
  const links: string[] = [];
  let base: string | null = null;
  let canonical: string | null = null;
  let title: string | null = null;
  let inTitle = false;
  let rules = '';
  const parser = new Parser({
    onopentag: (name, attributes) => {
      const rel = (attributes['rel'] ?? '').toLowerCase().split(/\s+/);
      if (name === 'title') inTitle = title === null;
      else if (name === 'base') base ??= attributes['href'] ?? null;
      else if (name === 'link' && rel.includes('canonical')) canonical ??= attributes['href'] ?? null;
      else if (name === 'meta' && /^(robots|lathe)$/i.test(attributes['name'] ?? '')) rules += ` ${attributes['content'] ?? ''}`;
      else if (links.length < MAX_LINKS && !rel.includes('nofollow')) {
        const link = name === 'a' || name === 'area' ? attributes['href'] : name === 'frame' || name === 'iframe' ? attributes['src'] : undefined;
        if (link !== undefined && link.trim() !== '') links.push(link.trim());
      }
    },
    ontext: (text) => {
      if (inTitle && (title ?? '').length < MAX_TITLE) title = `${title ?? ''}${text}`;
    },
    onclosetag: (name) => {
      if (name === 'title') inTitle = false;
    },
  });
  parser.end(html);
  return { title: tidyTitle(title), base, canonical, links, ...readRules(rules) };
}

function tidyTitle(title: string | null): string | null {
  const tidy = (title ?? '').replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE);
  return tidy === '' ? null : tidy;
}

/** `noindex, nofollow` of a meta tag or of the header X-Robots-Tag. */
export function readRules(rules: string): { readonly noIndex: boolean; readonly noFollow: boolean } {
  return { noIndex: /\b(noindex|none)\b/i.test(rules), noFollow: /\b(nofollow|none)\b/i.test(rules) };
}
