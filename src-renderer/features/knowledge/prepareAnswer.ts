import type { JobId } from '#contract/ids.ts';
import type { Job } from '#contract/jobs.ts';
import type { Answer, Citation, PassageResult } from '#contract/knowledge.ts';
import { saySentences } from '../../client/problem.ts';
import { formatThings } from '../../lib/formatCount.ts';
import { formatDuration } from '../../lib/formatDuration.ts';
import { formatDay } from '../../lib/formatTime.ts';

export interface SourceRow {
  readonly key: string;
  /** Numbers of the citations that stand in this passage, `1–3 5`; a dash when there is none. */
  readonly label: string;
  readonly numbers: readonly number[];
  readonly use: 'cited' | 'prompt' | 'missed';
  readonly file: string;
  readonly page: number | null;
  readonly heading: string;
  readonly ranks: string;
  readonly passage: PassageResult | null;
  readonly citation: Citation | null;
}

/** Cited passages by number, then those the model saw, then those that just missed the prompt. */
export function prepareSources({ citations, passages, inPrompt, by }: Answer): SourceRow[] {
  const within = (citation: Citation, passage: PassageResult): boolean => citation.documentId === passage.documentId && citation.start < passage.end && citation.end > passage.start;
  const rows = passages.map((passage, index): SourceRow => {
    const cited = citations.filter((citation) => within(citation, passage));
    return {
      key: passage.chunkId,
      label: numberRanges(cited.map(({ number }) => number)),
      numbers: cited.map(({ number }) => number),
      use: cited.length > 0 ? 'cited' : index < inPrompt || by === 'passages' ? 'prompt' : 'missed',
      file: passage.file,
      page: passage.page,
      heading: passage.headings.at(-1) ?? passage.title,
      ranks: describeRanks(passage.ranks),
      passage,
      citation: cited[0] ?? null,
    };
  });
  const orphans = citations
    .filter((citation) => !passages.some((passage) => within(citation, passage)))
    .map((citation): SourceRow => ({ key: `citation-${citation.number}`, label: String(citation.number), numbers: [citation.number], use: 'cited', file: citation.file, page: citation.page, heading: citation.headings.at(-1) ?? citation.title, ranks: 'neighbour', passage: null, citation }));
  const order = { cited: 0, prompt: 1, missed: 2 } as const;
  return [...rows, ...orphans]
    .map((row, index) => ({ row, index }))
    .toSorted((a, b) => order[a.row.use] - order[b.row.use] || (a.row.numbers[0] ?? 0) - (b.row.numbers[0] ?? 0) || a.index - b.index)
    .map(({ row }) => row);
}

/** Neighbours as a range, so that many numbers fit beside a source: `1–3 5`. */
function numberRanges(numbers: readonly number[]): string {
  if (numbers.length === 0) return '–';
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const open = ranges.at(-1);
    if (open !== undefined && number <= open.last + 1) open.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges.map(({ first, last }) => (last - first > 1 ? `${first}–${last}` : last > first ? `${first} ${last}` : `${first}`)).join(' ');
}

/** Other documents that say the same, for the end of a line; empty where there are none. */
export function alsoIn(passage: PassageResult | null): string {
  const [first, ...others] = passage?.aliases ?? [];
  if (first === undefined) return '';
  return `also in ${first.file}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

export function describeRanks({ text, vector, deep }: PassageResult['ranks']): string {
  const parts = [text === null ? null : `text ${text}`, vector === null ? null : `vector ${vector}`, deep === null ? null : `deep ${deep}`].filter((part) => part !== null);
  return parts.length === 0 ? 'neighbour' : parts.join(' · ');
}

/** The line under an answer: model, speed, sources used, confidence, time. Empty for one that ended before it found anything. */
export function describeAnswer(answer: Answer): string {
  if (answer.state !== 'done' && answer.passages.length === 0) return '';
  const { model, by, passages, inPrompt, confidence, timingsMs, generatedTokens, citations } = answer;
  const total = timingsMs['total'];
  if (by === 'metadata') return ['metadata, no model', ...(total === undefined ? [] : [formatDuration(total)])].join(' · ');
  const parts: string[] = [];
  parts.push(by === 'model' ? (model ?? 'no model') : passagesInPlaceOf(answer));
  const generating = timingsMs['generate'];
  if (by === 'model' && generatedTokens !== null && generatedTokens > 0 && generating !== undefined && generating > 0) parts.push(`${Math.round(generatedTokens / (generating / 1000))} tok/s`);
  const used = by === 'model' ? inPrompt : new Set(citations.map(({ number }) => number)).size || passages.length;
  parts.push(`${used} of ${formatThings(passages.length, 'passage')}`, `confidence ${confidence.toFixed(2)}`);
  if (total !== undefined) parts.push(formatDuration(total));
  return parts.join(' · ');
}

const REJECTED: Record<NonNullable<Answer['rejected']>, (model: string) => string> = {
  empty: (model) => `${model} wrote nothing`,
  repeats: (model) => `${model} ran in circles`,
  'copies-prompt': (model) => `${model} repeated the question`,
  refuses: (model) => `${model} found no answer in them`,
  unsupported: (model) => `${model}’s text was not supported by them`,
  beside: (model) => `${model} wrote about something else`,
};

/** Whether a model was asked, and what became of its text. Answers of older versions do not say the latter, but count its prompt. */
function passagesInPlaceOf({ model, rejected, promptTokens }: Answer): string {
  const name = model ?? 'the model';
  if (rejected !== undefined) return `passages; ${REJECTED[rejected](name)}`;
  return promptTokens === null ? 'passages, no model' : `passages; ${name}’s text was not used`;
}

/** Sentences under an answer: its note unless it stands above, what the search went on without, what the prompt had no room for. */
export function smallPrint(answer: Answer): string[] {
  return [answerNotice(answer) === null ? answer.note : null, ...answer.notes, answer.cut].filter((sentence) => sentence !== null);
}

/** What is said plainly above an answer that is not the model's own; null when there is nothing to say. */
export function answerNotice({ abstained, by, note, state, error }: Answer): { readonly title: string; readonly text: string } | null {
  if (state === 'failed') return { title: 'The answer failed', text: saySentences(error?.message, error?.hint) };
  if (abstained) return { title: 'The documents do not seem to hold the answer', text: withoutTitle(note) ?? 'The nearest passages are shown instead of a guess.' };
  if (by === 'metadata') return { title: 'Counted from metadata, not read in the documents', text: withoutTitle(note) ?? 'No passage is quoted.' };
  if (by === 'passages' && state === 'done') return { title: 'The passages themselves are the answer', text: note ?? 'The model is too weak for this question, so nothing is put in its words.' };
  if (state === 'stopped') return { title: 'Stopped', text: 'The text ends where it was stopped; its sentences were not checked against the sources.' };
  return null;
}

/** The owner's note begins with what the title says already. */
function withoutTitle(note: string | null): string | null {
  const rest = note?.replace(/^(?:Your documents do not seem to hold the answer|Counted from metadata)[:.]\s*/, '') ?? '';
  return rest === '' ? null : `${rest.charAt(0).toUpperCase()}${rest.slice(1)}`;
}

export function recordedLine({ recorded }: Answer): string | null {
  return recorded === null ? null : `recorded on ${recorded.machine}, ${formatDay(recorded.atMs)}`;
}

/** Text for the clipboard: the answer with its numbers, then the sources. */
export function answerText({ question, text, sentences, citations }: Answer): string {
  const body = sentences.length === 0 ? text : sentences.map((sentence) => `${sentence.text}${sentence.citations.map((number) => `[${number}]`).join('')}${sentence.after}`).join('');
  const sources = citations.map(({ number, file, page, quote }) => `[${number}] ${file}${page === null ? '' : `, page ${page}`}: "${quote}"`);
  return [question, '', body.trim(), ...(sources.length === 0 ? [] : ['', ...sources])].join('\n');
}

/**
 * Which job Stop means: that of the question asked here, also before the list has it; once it has ended, the answer that is running.
 * Null while the question asked here is on its way, and while none is known.
 */
export function jobToStop(jobs: readonly Job[], asked: JobId | 'expected' | null): JobId | null {
  if (asked === 'expected') return null;
  if (asked !== null && jobs.find(({ id }) => id === asked)?.endedAtMs == null) return asked;
  return jobs.find(({ kind, endedAtMs }) => kind === 'knowledge.answer' && endedAtMs === null)?.id ?? null;
}
