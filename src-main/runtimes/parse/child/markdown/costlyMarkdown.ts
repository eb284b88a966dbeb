/** Markdown's grammar takes quadratic time on some texts; these bounds keep the worst accepted one at a few seconds. */
const MAX_TEXT = 4_000_000;
const MAX_GROUP = 60_000;
const MAX_MARKS = 4_000;
const MAX_PLAIN_GROUP = 2_000_000;
const MAX_DEFINITIONS = 20_000;
const DEEP = /^(?:[ \t]{0,3}(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){24}|^[ \t]{160,}(?:>|[-*+] |\d{1,9}[.)] )/;
const FENCE = /^[ \t]{0,12}(?:`{3,}|~{3,})/;
const MARKS = /[*_[\]`<&~!|]/g;

/** Why a text is not given to the Markdown reader, in words; null when it can be. */
export function costlyMarkdown(source: string): string | null {
  if (source.length > MAX_TEXT) return `it is longer than ${MAX_TEXT / 1e6} million characters`;
  let size = 0;
  let marks = 0;
  let plain = 0;
  let definitions = 0;
  let fenced = false;
  let start = 0;
  while (start < source.length) {
    let end = source.indexOf('\n', start);
    if (end < 0) end = source.length;
    const line = source.slice(start, end);
    start = end + 1;
    if (FENCE.test(line)) fenced = !fenced;
    if (line.trim() === '') {
      size = 0;
      marks = 0;
      plain = 0;
      continue;
    }
    const first = line.trimStart()[0];
    if (fenced || first === '<' || (first === '|' && line.length < 5_000)) plain += line.length;
    else {
      size += line.length;
      if (first === '[' && /^[ ]{0,3}\[[^\]]{1,200}\]:/.test(line)) definitions++;
      else marks += line.match(MARKS)?.length ?? 0;
      if (line.length > 24 && DEEP.test(line)) return 'its quotes and lists nest too deep';
    }
    if (size > MAX_GROUP || plain > MAX_PLAIN_GROUP) return 'it has a paragraph of more than 60,000 characters';
    if (marks > MAX_MARKS) return `it has a paragraph with more than ${MAX_MARKS.toLocaleString('en')} marks`;
    if (definitions > MAX_DEFINITIONS) return `it defines more than ${MAX_DEFINITIONS.toLocaleString('en')} links`;
  }
  return null;
}
