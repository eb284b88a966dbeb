import type { JobState } from '#contract/jobs.ts';
import type { DocumentState, KnowledgeBase, KnowledgeDocument } from '#contract/knowledge.ts';
import { formatBytes } from '../../lib/formatBytes.ts';
import { formatCount, formatThings } from '../../lib/formatCount.ts';
import { formatExact, formatRelative } from '../../lib/formatTime.ts';
import type { Meaning } from '../../ui/StateMark.tsx';

export interface DocumentRow {
  readonly id: KnowledgeDocument['id'];
  readonly file: string;
  readonly meaning: Meaning;
  readonly word: string;
  /** Why it failed or was skipped; empty when it was read. */
  readonly reason: string;
  readonly format: string;
  readonly pages: string;
  readonly chunks: string;
  readonly warnings: string;
  readonly warningsTitle: string;
  readonly size: string;
  readonly indexed: string;
  readonly indexedTitle: string;
}

export const DOCUMENT_STATES: Record<DocumentState, { readonly meaning: Meaning; readonly word: string }> = {
  queued: { meaning: 'waiting', word: 'Queued' },
  parsing: { meaning: 'running', word: 'Reading' },
  ready: { meaning: 'good', word: 'Ready' },
  alias: { meaning: 'good', word: 'Same text' },
  expanded: { meaning: 'good', word: 'Unpacked' },
  failed: { meaning: 'bad', word: 'Failed' },
  skipped: { meaning: 'skipped', word: 'Skipped' },
  missing: { meaning: 'missing', word: 'Missing' },
};

const FORMATS = { markdown: 'Markdown', html: 'HTML', text: 'Text', code: 'Code', pdf: 'PDF' } as const;

export function prepareDocumentRow(document: KnowledgeDocument, nowMs: number): DocumentRow {
  const { warnings } = document;
  return {
    id: document.id,
    file: document.file,
    ...DOCUMENT_STATES[document.state],
    reason: document.reason ?? '',
    format: document.format === null ? '' : FORMATS[document.format],
    pages: document.pages === null ? '' : formatCount(document.pages),
    chunks: document.chunks === 0 ? '' : formatCount(document.chunks),
    warnings: warnings.length === 0 ? '' : formatCount(warnings.length),
    warningsTitle: warnings.map(({ message }) => message).join('\n'),
    size: formatBytes(document.bytes),
    indexed: document.indexedAtMs === null ? '' : formatRelative(document.indexedAtMs, nowMs),
    indexedTitle: document.indexedAtMs === null ? '' : formatExact(document.indexedAtMs),
  };
}

/** The line beside a knowledge base's name. */
export function describeBase({ documents, chunks, bytes, updatedAtMs }: KnowledgeBase, nowMs: number): string {
  const parts = [formatThings(documents.total, 'document')];
  if (documents.failed > 0) parts.push(`${formatCount(documents.failed)} failed`);
  if (documents.skipped > 0) parts.push(`${formatCount(documents.skipped)} skipped`);
  if (documents.queued > 0) parts.push(`${formatCount(documents.queued)} queued`);
  parts.push(formatThings(chunks, 'chunk'), formatBytes(bytes));
  if (updatedAtMs !== null) parts.push(`updated ${formatRelative(updatedAtMs, nowMs)}`);
  return parts.join(' · ');
}

/** What a question is asked of: only what can be searched counts. */
export function describeAsked({ documents, chunks, job, updatedAtMs }: KnowledgeBase, nowMs: number): string {
  const parts = [formatThings(documents.ready, 'document'), formatThings(chunks, 'chunk')];
  if (job !== null) parts.push('more are being read');
  else if (documents.queued > 0) parts.push(`${formatCount(documents.queued)} queued`);
  else if (updatedAtMs !== null) parts.push(`updated ${formatRelative(updatedAtMs, nowMs)}`);
  if (documents.failed > 0) parts.push(`${formatCount(documents.failed)} failed`);
  return parts.join(' · ');
}

/** The state of a knowledge base as one mark. `jobState` is that of its job where it is known: one that waits for its turn reads nothing yet. */
export function baseState({ documents, job }: KnowledgeBase, jobState?: JobState): { meaning: Meaning; word: string } {
  if (job !== null && jobState === 'queued') return { meaning: 'waiting', word: 'Waiting for its turn' };
  if (job !== null) return { meaning: 'running', word: 'Ingesting' };
  if (documents.total === 0) return { meaning: 'empty', word: 'Empty' };
  if (documents.queued > 0) return { meaning: 'waiting', word: 'Unfinished' };
  if (documents.failed > 0) return { meaning: 'warning', word: 'Some failed' };
  return { meaning: 'good', word: 'Ready' };
}

/** Pages of a server-side list that the rows in view touch. */
export function pagesInView(first: number, last: number, pageSize: number): number[] {
  const from = Math.max(0, Math.floor(first / pageSize));
  const to = Math.max(from, Math.floor(Math.max(first, last) / pageSize));
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
