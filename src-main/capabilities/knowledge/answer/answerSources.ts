import type { ParsedDocument } from '#contract/document.ts';
import type { PassageResult } from '#contract/knowledge.ts';
import { quoteCandidates, type Candidate } from './alignCitations.ts';
import { MADE_FROM, type AnswerDeps, type AnswerInput } from './answerTypes.ts';
import { scoreCandidates, type Extract } from './extractAnswer.ts';
import type { CitedSource } from './numberCitations.ts';
import { quoteUnits, type QuoteUnit } from './quoteUnits.ts';

/** How far above a sentence what it speaks about may stand, in characters. */
const CONTEXT_REACH = 2_500;

/** What an answer may rest on: the best passages, cut into what can be quoted, each with its nearness to the question. */
export interface AnswerSources {
  readonly passages: readonly PassageResult[];
  readonly units: readonly QuoteUnit[];
  readonly candidates: readonly Candidate[];
  /** The candidates with their nearness to the question, in the same order. */
  readonly scored: readonly Extract[];
  readonly nearest: number;
  readonly cited: (candidate: Candidate) => CitedSource;
}

/** Opens the documents of the best passages. */
export async function openSources(deps: Pick<AnswerDeps, 'documentOf' | 'similarity'>, input: Pick<AnswerInput, 'standalone' | 'passages' | 'madeFrom'>): Promise<AnswerSources> {
  const passages = input.passages.slice(0, input.madeFrom ?? MADE_FROM);
  const ids = [...new Set(passages.map((passage) => passage.documentId))];
  const opened = new Map(await Promise.all(ids.map(async (id) => [id as string, await deps.documentOf(id)] as const)));
  const documentOf = (id: string): ParsedDocument => {
    const found = opened.get(id);
    if (!found) throw new Error(`Expected document ${id} to be open`);
    return found.document;
  };
  const units = passages.flatMap((passage, at) => quoteUnits(documentOf(passage.documentId), passage, at));
  const candidates = quoteCandidates(units, {
    documentOf: (unit) => documentOf(unit.documentId),
    contextOf: (unit) => contextOf(documentOf(unit.documentId), unit, passages[unit.passage]),
  });
  const similarity = candidates.length === 0 ? undefined : await deps.similarity([input.standalone], candidates.map((candidate) => candidate.text));
  const scored = scoreCandidates({ question: input.standalone, candidates, ...(similarity ? { similarity } : {}) });
  return {
    passages,
    units,
    candidates,
    scored,
    nearest: Math.max(0, ...scored.map(({ score }) => score)),
    cited: (candidate) => {
      const unit = candidate.units[0];
      const passage = passages[unit?.passage ?? 0];
      if (!unit || !passage) throw new Error('Expected a quote to come from a passage');
      return { passage, candidate, page: unit.page ?? passage.page, parsedDigest: opened.get(unit.documentId)?.parsedDigest ?? '' };
    },
  };
}

/** Title, headings, and the nearest definition or heading above the unit: what its sentence speaks about. */
function contextOf(document: ParsedDocument, unit: QuoteUnit, passage: PassageResult | undefined): { context: string; subject: string } {
  const near = document.blocks.slice(0, unit.block).filter((block) => unit.start - block.start < CONTEXT_REACH);
  // "Parameters:" is a definition too, and says nothing of what is defined.
  const above = near.findLast((block) => block.kind === 'heading' || (block.kind === 'definition' && !document.text.slice(block.start, block.end).trimEnd().endsWith(':')));
  const above300 = above ? document.text.slice(above.start, Math.min(above.end, above.start + 300)) : '';
  const subject = above?.kind === 'definition' ? above300 : '';
  const own = document.blocks[unit.block];
  const before = own ? document.text.slice(Math.max(own.start, unit.start - 400), unit.start) : '';
  const header = own?.kind === 'table' ? (document.text.slice(own.start, own.end).split('\n', 1)[0] ?? '') : '';
  return { context: [passage?.title ?? '', ...(passage?.headings ?? []), above300, header, before].join('\n'), subject };
}

/** Of the quote or of a longer one around it: "By default, 128." is about what the sentence before it says. */
export function relevanceOf(quote: Candidate, scored: readonly Extract[]): number {
  const around = scored.filter(({ candidate }) => candidate.units[0]?.documentId === quote.units[0]?.documentId && candidate.start <= quote.start && quote.end <= candidate.end);
  return Math.max(0, ...around.map(({ score }) => score));
}

/** A sentence under a definition does not repeat the name that it explains. */
export function standingAlone(candidate: Candidate): string {
  const text = candidate.text.replace(/\s+/gu, ' ');
  const name = /^(?:(?:exception|class|classmethod|staticmethod|property|async|awaitable|coroutine|abstractmethod)\s+)*([\w.:$-]{3,60})(?=\(|$|\s*=|¶|\n)/u.exec(candidate.subject.trim())?.[1] ?? '';
  const last = name.split(/[.:]/).at(-1) ?? '';
  // With its case: "which is full" does not name `queue.Full`.
  return name === '' || new RegExp(`\\b${last.replace(/[^\w]/g, '\\$&')}\\b`).test(text) ? text : `${name}: ${text}`;
}
