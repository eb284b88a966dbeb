import type { DocumentFilter } from '#contract/filters.ts';
import type { AnswerTrace, StageRanks, TracedChunk } from '#contract/why.ts';
import { formatCount, formatThings } from '../../../lib/formatCount.ts';
import { formatDuration } from '../../../lib/formatDuration.ts';
import { FORMATS } from '../prepareDocuments.ts';

export const STAGES = ['text', 'vector', 'deep', 'fused', 'ranked', 'passage'] as const;
export type Stage = (typeof STAGES)[number];
const LISTS: readonly Stage[] = ['text', 'vector', 'deep'];
const AFTER_FUSION = ['fused', 'ranked', 'passage', 'prompt', 'cited'] as const;
export type Column = Stage | 'prompt' | 'cited';
export const COLUMNS: readonly { readonly id: Column; readonly title: string; readonly explains: string }[] = [
  { id: 'text', title: 'by words', explains: 'Full text: the rarer a word of the question, the more it counts' },
  { id: 'vector', title: 'by static vectors', explains: 'Meaning, from a table of word vectors' },
  { id: 'deep', title: 'by transformer', explains: 'Meaning, from the transformer’s vectors' },
  { id: 'fused', title: 'fused', explains: 'The lists joined by reciprocal rank' },
  { id: 'ranked', title: 'ranked', explains: 'The best of them ordered by everything that is known' },
  { id: 'passage', title: 'found', explains: 'Neighbours joined, doubles left out' },
  { id: 'prompt', title: 'in the prompt', explains: 'What the model read' },
  { id: 'cited', title: 'cited', explains: 'What stands under a sentence of the answer' },
];

export interface FunnelStep {
  readonly id: Column;
  readonly title: string;
  readonly explains: string;
  /** A dash where the stage did not take part. */
  readonly count: string;
}

export function prepareFunnel({ funnel }: Pick<AnswerTrace, 'funnel'>): FunnelStep[] {
  const counts: Record<Column, number | null> = { text: funnel.text, vector: funnel.vector, deep: funnel.deep, fused: funnel.fused, ranked: funnel.ranked, passage: funnel.passages, prompt: funnel.prompt, cited: funnel.cited };
  return COLUMNS.map((column) => ({ ...column, count: counts[column.id] === null ? '–' : formatCount(counts[column.id] ?? 0) }));
}

export type ChunkUse = 'cited' | 'prompt' | 'found' | 'missed';

export interface ChunkRow {
  readonly key: string;
  readonly chunk: TracedChunk;
  readonly use: ChunkUse;
  /** `cited 1, 3`, `in the prompt, not cited`, `part of passage 2`, `lost in ranking` … */
  readonly fate: string;
  readonly where: string;
  readonly heading: string;
  /** Rank at each of STAGES; a dash where it is not in that list. */
  readonly ranks: readonly string[];
  readonly score: string;
}

/** Best first: cited, then in the prompt, then found, then those that were lost, by the place they had before. */
export function prepareChunks({ chunks, prompt }: Pick<AnswerTrace, 'chunks'> & Partial<Pick<AnswerTrace, 'prompt'>>): ChunkRow[] {
  // Chunks that were joined to one passage have its number; the prompt may hold sentences of one of them only.
  const used = new Set(chunks.flatMap(({ inPrompt, cited, ranks }) => (ranks.passage !== null && (inPrompt || cited.length > 0) ? [ranks.passage] : [])));
  const order: Record<ChunkUse, number> = { cited: 0, prompt: 1, found: 2, missed: 3 };
  const place = ({ ranks }: TracedChunk): number => ranks.passage ?? 1e3 + (ranks.ranked ?? 1e3 + (ranks.fused ?? 1e3 + Math.min(ranks.text ?? 1e3, ranks.vector ?? 1e3, ranks.deep ?? 1e3)));
  return chunks
    .map((chunk): ChunkRow => {
      const use: ChunkUse = chunk.cited.length > 0 ? 'cited' : chunk.inPrompt ? 'prompt' : chunk.ranks.passage === null ? 'missed' : 'found';
      return {
        key: chunk.chunkId,
        chunk,
        use,
        fate: use === 'found' ? foundFate(chunk, { used, asked: prompt !== null }) : fateOf(chunk, use),
        where: `${chunk.file}${chunk.page === null ? '' : `, page ${chunk.page}`}`,
        heading: chunk.headings.at(-1) ?? chunk.title,
        ranks: STAGES.map((stage) => (chunk.ranks[stage] === null ? '–' : formatCount(chunk.ranks[stage]))),
        score: chunk.score === null ? '' : chunk.score.toFixed(3),
      };
    })
    .toSorted((a, b) => order[a.use] - order[b.use] || place(a.chunk) - place(b.chunk));
}

function foundFate({ ranks }: TracedChunk, { used, asked }: { used: ReadonlySet<number>; asked: boolean }): string {
  if (ranks.passage !== null && used.has(ranks.passage)) return `part of passage ${ranks.passage}`;
  return asked ? 'no room in the prompt' : 'found, no model was asked';
}

function fateOf({ cited, ranks }: TracedChunk, use: Exclude<ChunkUse, 'found'>): string {
  if (use === 'cited') return `cited ${cited.join(', ')}`;
  if (use === 'prompt') return 'in the prompt, not cited';
  if (ranks.ranked !== null) return 'lost among the passages';
  return ranks.fused === null ? 'lost in fusion' : 'lost in ranking';
}

export interface Dot {
  readonly column: number;
  readonly rank: number;
}

/** The dots of one chunk and the lines between them: each list leads into the fusion, from there one line goes on. */
export function chunkPath({ ranks, inPrompt, cited }: Pick<TracedChunk, 'ranks' | 'inPrompt' | 'cited'>): { readonly dots: Dot[]; readonly lines: (readonly [Dot, Dot])[] } {
  const later: StageRanks & { prompt: number | null; cited: number | null } = { ...ranks, prompt: inPrompt ? (ranks.passage ?? 1) : null, cited: cited.length > 0 ? (ranks.passage ?? 1) : null };
  const dot = (id: Column): Dot | null => {
    const rank = later[id];
    return rank === null ? null : { column: COLUMNS.findIndex((column) => column.id === id), rank };
  };
  const dots = COLUMNS.flatMap(({ id }) => dot(id) ?? []);
  const lines: (readonly [Dot, Dot])[] = [];
  const fused = dot('fused');
  for (const list of LISTS) {
    const from = dot(list);
    if (from !== null && fused !== null) lines.push([from, fused]);
  }
  for (const [index, id] of AFTER_FUSION.slice(1).entries()) {
    const from = dot(AFTER_FUSION[index] ?? 'fused');
    const to = dot(id);
    if (from !== null && to !== null) lines.push([from, to]);
  }
  return { dots, lines };
}

/** The lowest place that any dot has; the picture is that deep. */
export function deepest({ chunks }: Pick<AnswerTrace, 'chunks'>): number {
  return Math.max(1, ...chunks.flatMap(({ ranks }) => STAGES.map((stage) => ranks[stage] ?? 0)));
}

export function describePrompt(prompt: AnswerTrace['prompt']): string {
  if (prompt === null) return 'No model was asked.';
  const room = prompt.contextTokens - prompt.tokens;
  return `${formatThings(prompt.tokens, 'token')} of a context of ${formatCount(prompt.contextTokens)}, ${formatCount(Math.max(0, room))} left for the answer · at most ${formatCount(prompt.maxTokens)} written · temperature ${prompt.temperature} · seed ${prompt.seed}`;
}

/** What an answer was narrowed to, as the filter's chips say it. */
export function describeFilter({ format, language, author, path, after, before }: DocumentFilter): string {
  const parts = [
    format?.map((one) => FORMATS[one]).join(' or '),
    language === undefined ? undefined : `language ${language.join(' or ')}`,
    author === undefined ? undefined : `author ${author}`,
    path,
    after === undefined ? undefined : `since ${after}`,
    before === undefined ? undefined : `before ${before}`,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

const TIMING_WORDS: Record<string, string> = { search: 'Search', embed: 'Embed the question', rank: 'Rank', prompt: 'Read the prompt', generate: 'Write', check: 'Check', total: 'Total' };

/** Longest first, the whole last. */
export function prepareTimings(timingsMs: Readonly<Record<string, number>>): { readonly name: string; readonly time: string; readonly share: number }[] {
  const total = timingsMs['total'] ?? Math.max(1, ...Object.values(timingsMs));
  return Object.entries(timingsMs)
    .toSorted(([a, x], [b, y]) => Number(a === 'total') - Number(b === 'total') || y - x)
    .map(([name, ms]) => ({ name: TIMING_WORDS[name] ?? name, time: formatDuration(ms), share: Math.min(1, ms / Math.max(1, total)) }));
}
