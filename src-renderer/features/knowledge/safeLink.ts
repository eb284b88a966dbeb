const ALLOWED = new Set(['http:', 'https:', 'mailto:']);

/** Where a link of an answer leads, shown raw (punycode, no bidirectional marks); null when the scheme is not allowed. */
export function safeLink(href: string | undefined): { readonly href: string; readonly shown: string } | null {
  if (href === undefined) return null;
  let url: URL;
  try {
    url = new URL(href);
  } catch {
    // Not absolute: an answer has no address of its own that it could be relative to.
    return null;
  }
  if (!ALLOWED.has(url.protocol)) return null;
  const shown = url.protocol === 'mailto:' ? decodeURIComponent(url.pathname) : url.host;
  return { href: url.href, shown: shown.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '') };
}
