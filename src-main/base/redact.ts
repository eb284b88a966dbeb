/** Takes secrets out of text before it is kept or shown. Errs on the side of hiding. */
const HIDDEN = '[hidden]';

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [/\b(sk|pk|rk)-[A-Za-z0-9_-]{12,}/g, HIDDEN],
  [/\b(hf|ghp|gho|ghs|github_pat|glpat|xox[abpr]|AKIA|ASIA)[_-]?[A-Za-z0-9_-]{12,}/g, HIDDEN],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, HIDDEN],
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, `$1:${HIDDEN}@`],
  [/("?\b[\w-]*(?:token|secret|passw(?:or)?d|api[_-]?key|authorization|cookie)"?\s*[:=]\s*"?)(?!\[hidden\])[^\s"',;&}]{4,}/gi, `$1${HIDDEN}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
];

/** Replaces bearer tokens, well-known key formats, passwords in addresses and values of secret-like names. */
export function redact(text: string): string {
  return RULES.reduce((kept, [pattern, replacement]) => kept.replace(pattern, replacement), text);
}
