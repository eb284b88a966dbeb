import { gunzipSync } from 'node:zlib';
import { Parser } from 'htmlparser2';
import { hasErrorCode } from '../../../base/appError.ts';
import type { FetchWork } from './fetchedFiles.ts';

/** The format's own bounds: 50,000 addresses and 50 MB a sitemap. */
const MAX_BYTES = 50 * 1024 * 1024;
const MAX_ADDRESSES = 50_000;
const MAX_SITEMAPS = 50;

/** The addresses in these sitemaps, in the sitemaps that an index names, and in gzipped ones. What cannot be read is left out. */
export async function readSitemaps(sitemaps: readonly string[], allowed: (url: string) => boolean, work: Pick<FetchWork, 'fetch' | 'signal'>): Promise<string[]> {
  const pages: string[] = [];
  const pending = [...new Set(sitemaps)];
  const seen = new Set(pending);
  for (let count = 0; count < MAX_SITEMAPS && pages.length < MAX_ADDRESSES; count += 1) {
    const next = pending.shift();
    if (next === undefined) break;
    if (!allowed(next)) continue;
    const text = await fetchSitemap(next, work);
    for (const { kind, url } of text === null ? [] : readSitemap(text)) {
      if (kind === 'page') pages.push(url);
      else if (!seen.has(url)) pending.push((seen.add(url), url));
    }
  }
  return pages.slice(0, MAX_ADDRESSES);
}

async function fetchSitemap(url: string, { fetch, signal }: Pick<FetchWork, 'fetch' | 'signal'>): Promise<string | null> {
  try {
    const { status, body } = await fetch({ url, by: 'sites', signal, maxBytes: MAX_BYTES, timeoutMs: 60_000, wants: (answer) => answer.status === 200 });
    if (status !== 200) return null;
    const packed = body[0] === 0x1f && body[1] === 0x8b;
    return (packed ? gunzipSync(body, { maxOutputLength: MAX_BYTES }) : Buffer.from(body)).toString('utf8');
  } catch (error) {
    if (signal.aborted || hasErrorCode(error, 'CANCELLED')) throw error;
    return null;
  }
}

function readSitemap(text: string): { kind: 'page' | 'sitemap'; url: string }[] {
  // A sitemap may be plain text, one address a line.
  if (!text.trimStart().startsWith('<')) return text.split(/\r?\n/, MAX_ADDRESSES).map((line) => ({ kind: 'page' as const, url: line.trim() })).filter(({ url }) => /^https?:/.test(url));
  const found: { kind: 'page' | 'sitemap'; url: string }[] = [];
  let kind: 'page' | 'sitemap' | null = null;
  let address: string | null = null;
  const parser = new Parser(
    {
      onopentag: (name) => {
        if (name === 'url') kind = 'page';
        else if (name === 'sitemap') kind = 'sitemap';
        else if (name === 'loc') address = '';
      },
      ontext: (piece) => {
        if (address !== null && address.length < 4_000) address += piece;
      },
      onclosetag: (name) => {
        if (name === 'loc' && kind !== null && address !== null && found.length < MAX_ADDRESSES) found.push({ kind, url: address.trim() });
        if (name === 'loc') address = null;
      },
    },
    { xmlMode: true },
  );
  parser.end(text);
  return found;
}
