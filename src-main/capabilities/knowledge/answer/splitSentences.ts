/** A sentence's span in the text that was split, [start, end) without the white space around it. */
export interface SentenceSpan {
  readonly start: number;
  readonly end: number;
}

/** Words whose dot does not end a sentence. Lower case, without the dot. */
const ABBREVIATIONS = new Set(
  'e.g i.e eg ie etc vs cf dr mr mrs ms prof sr jr st fig figs no nos vol ed eds al approx ca inc ltd co corp dept est resp sec ch chap pp p ver v jan feb mar apr jun jul aug sep sept oct nov dec z.b d.h bzw usw ca nr'.split(' '),
);

const CLOSERS = `"'”’)\\]»\`*_`;
/** An end mark with the quotes and brackets that close after it, then white space; CJK marks need none. */
const END = new RegExp(`(?:[.!?…]+[${CLOSERS}]*(?=\\s)|[。！？]+[”’」』）]*)`, 'gu');
const FENCE = /^ {0,3}(```|~~~)/;
const LIST_MARK = /^\s*(?:[-*•‣–]|\d{1,3}[.)]|[a-z][.)]|#{1,6})\s+/;

export interface SplitOptions {
  /** `end`: a line break ends a sentence (answers, code, lists). `space`: it is only where a line was full (prose of a PDF). */
  readonly lineBreaks: 'end' | 'space';
}

/**
 * Splits text into sentences. Abbreviations, initials, version numbers and dots inside of identifiers do not end one;
 * paragraphs and list items do; a fenced code block is one.
 */
export function splitSentences(text: string, options: SplitOptions): SentenceSpan[] {
  const spans: SentenceSpan[] = [];
  for (const part of parts(text, options)) {
    if (part.code) pushTrimmed(text, spans, part);
    else splitProse(text, spans, part);
  }
  return spans;
}

interface Part extends SentenceSpan {
  readonly code: boolean;
}

/** Runs of lines that hold whole sentences: a paragraph, a list item, a code block. */
function* parts(text: string, { lineBreaks }: SplitOptions): Generator<Part> {
  let start = 0;
  let at = 0;
  let fenced = false;
  for (const line of text.split('\n')) {
    const next = at + line.length + 1;
    const fence = FENCE.test(line);
    if (fenced) {
      if (fence) {
        yield { start, end: next - 1, code: true };
        start = next;
        fenced = false;
      }
    } else if (fence) {
      yield { start, end: at, code: false };
      start = at;
      fenced = true;
    } else if (line.trim() === '' || LIST_MARK.test(line) || lineBreaks === 'end') {
      yield { start, end: at, code: false };
      start = at;
    }
    at = next;
  }
  yield { start, end: text.length, code: fenced };
}

function splitProse(text: string, spans: SentenceSpan[], part: SentenceSpan): void {
  const prose = text.slice(part.start, part.end);
  const mark = LIST_MARK.exec(prose);
  let from = mark ? mark[0].length : 0;
  for (const match of prose.matchAll(END)) {
    const end = match.index + match[0].length;
    if (end <= from || !endsHere(prose, match.index, end)) continue;
    pushTrimmed(text, spans, { start: part.start + from, end: part.start + end });
    from = end;
  }
  pushTrimmed(text, spans, { start: part.start + from, end: part.end });
}

function endsHere(prose: string, markAt: number, end: number): boolean {
  if (/[。！？]/.test(prose[markAt] ?? '')) return true;
  const next = prose.slice(end).trimStart()[0] ?? '';
  if (/\p{Ll}/u.test(next)) return false;
  if (prose[markAt] !== '.' || prose[markAt + 1] === '.') return true;
  const word = /[\p{L}\p{N}.]*$/u.exec(prose.slice(0, markAt))?.[0] ?? '';
  if (ABBREVIATIONS.has(word.toLowerCase())) return false;
  // An initial: "J. Smith".
  return !/^\p{Lu}$/u.test(word);
}

function pushTrimmed(text: string, spans: SentenceSpan[], span: SentenceSpan): void {
  const raw = text.slice(span.start, span.end);
  const trimmed = raw.trim();
  if (trimmed === '') return;
  const start = span.start + raw.indexOf(trimmed);
  spans.push({ start, end: start + trimmed.length });
}
