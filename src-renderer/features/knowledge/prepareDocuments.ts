import type { DocumentFormat } from '#contract/document.ts';
import type { JobState } from '#contract/jobs.ts';
import type { DocumentState, KnowledgeBase, KnowledgeDocument } from '#contract/knowledge.ts';
import { formatBytes } from '../../lib/formatBytes.ts';
import { formatCount, formatThings } from '../../lib/formatCount.ts';
import { formatLeft } from '../../lib/formatDuration.ts';
import { formatDay, formatExact, formatRelative } from '../../lib/formatTime.ts';
import type { Meaning } from '../../ui/StateMark.tsx';

export interface DocumentRow {
  readonly id: KnowledgeDocument['id'];
  readonly file: string;
  /** The archive or export that it came out of, with the separator after it; empty for a file of its own. */
  readonly container: string;
  /** The file's path, within its container where it has one. */
  readonly name: string;
  readonly language: string;
  readonly author: string;
  readonly modified: string;
  readonly modifiedTitle: string;
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

export const FORMATS: Record<DocumentFormat, string> = {
  markdown: 'Markdown',
  html: 'HTML',
  text: 'Text',
  code: 'Code',
  pdf: 'PDF',
  docx: 'Word',
  pptx: 'Slides',
  xlsx: 'Excel',
  odt: 'ODT',
  ods: 'ODS',
  odp: 'ODP',
  epub: 'EPUB',
  rtf: 'RTF',
  csv: 'CSV',
  json: 'JSON',
  email: 'Mail',
  notebook: 'Notebook',
};

export function prepareDocumentRow(document: KnowledgeDocument, nowMs: number): DocumentRow {
  const { warnings } = document;
  return {
    id: document.id,
    file: document.file,
    ...withinContainer(document),
    language: document.language ?? '',
    author: document.author ?? '',
    modified: document.changedAtMs === null ? '' : formatDay(document.changedAtMs),
    modifiedTitle: document.changedAtMs === null ? '' : formatExact(document.changedAtMs),
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

function withinContainer({ file, container }: KnowledgeDocument): { container: string; name: string } {
  if (container === null || !file.startsWith(container) || file.length <= container.length + 1) return { container: '', name: file };
  const cut = container.length + 1;
  return { container: `${container.split('/').at(-1) ?? container} ›`, name: file.slice(cut).replace(/^\/+/, '') };
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

export interface StageLine {
  /** Of the whole bar: its first half is text and static vectors, its second transformer vectors. */
  readonly text: number;
  readonly vectors: number;
  readonly words: string;
  readonly can: 'pause' | 'resume' | null;
}

/** The second stage; null when nothing is left to do or nothing is there to do it with. */
export function prepareVectors({ stages: { vectors }, chunks }: KnowledgeBase): StageLine | null {
  if (chunks === 0 || vectors.state === 'complete' || vectors.total === 0) return null;
  const words = [`${formatCount(vectors.done)} / ${formatCount(vectors.total)} chunks`];
  if (vectors.state === 'running' && vectors.rate !== null && vectors.rate > 0) words.push(`${vectors.rate < 10 ? vectors.rate.toFixed(1) : formatCount(Math.round(vectors.rate))} chunks/s`);
  if (vectors.state === 'running' && vectors.leftMs !== null) words.push(formatLeft(vectors.leftMs));
  return {
    text: 1,
    vectors: Math.min(1, vectors.done / vectors.total),
    words: words.join(' · '),
    can: vectors.state === 'paused' ? 'resume' : vectors.state === 'running' || vectors.state === 'waiting' ? 'pause' : null,
  };
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
