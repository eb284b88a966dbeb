import { SESSION_PATH } from '#contract/router.ts';

/**
 * Owns the per-tab token. A one-time code arrives in the URL fragment (`#code=…`), is exchanged once and removed
 * from the address; the token lives in sessionStorage, so a reload keeps it and another tab needs its own link.
 */
const TOKEN_KEY = 'lathe.token';

export type SessionState = { readonly kind: 'ready'; readonly token: string } | { readonly kind: 'needs-link'; readonly reason: string };

/** Reads `code` from a fragment such as `#code=abc&project=…`; null when there is none. */
export function codeOf(fragment: string): string | null {
  const match = /(?:^#?|&)code=([^&]+)/.exec(fragment);
  return match?.[1] === undefined ? null : decodeURIComponent(match[1]);
}

/** The fragment without its `code`, so that neither history nor a bookmark keeps it. */
export function withoutCode(fragment: string): string {
  const rest = fragment.replace(/^#/, '').split('&').filter((part) => part !== '' && !part.startsWith('code='));
  return rest.length === 0 ? '' : `#${rest.join('&')}`;
}

/** Ends with a token or with why there is none. Never throws for a refused code. */
export async function openSession(): Promise<SessionState> {
  const code = codeOf(location.hash);
  if (code !== null) {
    const response = await fetch(SESSION_PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    // Only now: a code that never reached the owner still works after a reload.
    history.replaceState(null, '', location.pathname + location.search + withoutCode(location.hash));
    if (response.ok) {
      const body: unknown = await response.json();
      if (typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string') {
        sessionStorage.setItem(TOKEN_KEY, body.token);
        return { kind: 'ready', token: body.token };
      }
    }
    const kept = sessionStorage.getItem(TOKEN_KEY);
    if (kept === null) return { kind: 'needs-link', reason: 'The link was used before or has expired.' };
  }
  const token = sessionStorage.getItem(TOKEN_KEY);
  return token === null ? { kind: 'needs-link', reason: 'This tab was opened without a link.' } : { kind: 'ready', token };
}

/** Forgets a token that the owner process no longer knows. */
export function closeSession(): void {
  sessionStorage.removeItem(TOKEN_KEY);
}
