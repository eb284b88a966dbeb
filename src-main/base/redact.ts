/** Takes secrets out of text before it is kept or shown. Errs on the side of hiding. */
const HIDDEN = '[hidden]';

// Every repetition is bounded and no rule begins with one: hostile text must not make them slow.
const RULES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,10000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g, HIDDEN],
  [/\b(bearer|basic)\s{1,3}[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [/\b(?:sk|pk|rk)-(?=[A-Za-z_-]{0,40}\d)[A-Za-z0-9_-]{12,}/g, HIDDEN],
  [/\b(?:hf_|gh[pousr]_|github_pat_|glpat-|xox[abpr]-|AKIA|ASIA)[A-Za-z0-9_-]{12,}/g, HIDDEN],
  [/\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{0,1000}/g, HIDDEN],
  [/(:\/\/[^\s:/@]{0,100}):[^\s/@]{1,500}@/g, `$1:${HIDDEN}@`],
  [/((?:token|secret|passw(?:or)?d|api[_-]?key|authorization|cookie)"?\s{0,3}[:=]\s{0,3}"?)(?!\[hidden\]|(?:bearer|basic)\s)[^\s"',;&}]{4,}/gi, `$1${HIDDEN}`],
];

/** Replaces bearer tokens, well-known key formats, passwords in addresses and values of secret-like names. */
export function redact(text: string): string {
  return RULES.reduce((kept, [pattern, replacement]) => kept.replace(pattern, replacement), text);
}
