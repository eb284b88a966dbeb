import type { DocumentFormat } from '#contract/document.ts';
import { Digest, DocumentId, KnowledgeId } from '#contract/ids.ts';
import type { DocumentView } from '#contract/knowledge.ts';
import type { ContainerPreview, ParsePreview } from '#contract/preview.ts';
import { formatBytes } from '../../../lib/formatBytes.ts';
import { formatCount, formatThings } from '../../../lib/formatCount.ts';
import { formatDay, formatExact } from '../../../lib/formatTime.ts';
import type { Fact } from '../../../ui/Facts.tsx';
import { FORMATS } from '../prepareDocuments.ts';

const NOBODY = '00000000-0000-7000-8000-000000000000';

/** The preview in the shape that the text view draws: nothing of it is kept, so its identities name nothing. */
export function previewAsView(preview: ParsePreview): DocumentView {
  return {
    knowledgeId: KnowledgeId.parse(NOBODY),
    document: {
      id: DocumentId.parse(NOBODY),
      file: preview.file,
      root: '',
      title: preview.title,
      format: preview.format,
      state: 'ready',
      pages: preview.pages?.length ?? null,
      chunks: preview.chunks.length,
      bytes: preview.bytes,
      warnings: preview.warnings,
      reason: null,
      sourceDigest: null,
      parsedDigest: null,
      indexedAtMs: null,
      author: null,
      createdAtMs: null,
      modifiedAtMs: null,
      changedAtMs: null,
      language: preview.language,
      url: null,
      metadata: preview.metadata,
      container: null,
      aliasOf: null,
    },
    parsedDigest: Digest.parse('0'.repeat(64)),
    text: preview.text,
    blocks: preview.blocks,
    pages: preview.pages,
    chunks: preview.chunks,
    source: 'same',
  };
}

export function describePreview({ format, pages, blocks, chunks, language, bytes }: ParsePreview): string {
  const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
  const parts = [formatName(format), formatBytes(bytes)];
  if (pages !== null) parts.push(formatThings(pages.length, 'page'));
  parts.push(formatThings(blocks.length, 'block'), `${formatThings(chunks.length, 'chunk')} of ${formatThings(tokens, 'token')}`);
  if (language !== null) parts.push(language);
  return parts.join(' · ');
}

export const formatName = (format: DocumentFormat): string => FORMATS[format];

const STATED_NAMES: Readonly<Record<string, string>> = { url: 'Address', 'date-created': 'Created', 'creation-date': 'Created', 'date-modified': 'Modified', 'modification-date': 'Modified', 'message-id': 'Message ID' };
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** What a document says of itself, each under its own name: two that would read the same keep the name as it is written beside. */
export function statedFacts({ title, language, metadata }: Pick<ParsePreview, 'title' | 'language' | 'metadata'>): Fact[] {
  const facts: Fact[] = [{ name: 'Title', value: title }, ...(language === null ? [] : [{ name: 'Language', value: language }])];
  for (const [written, text] of Object.entries(metadata)) {
    const label = STATED_NAMES[written] ?? humanised(written);
    const fact = { name: label, ...statedValue(text) };
    const same = facts.find(({ name }) => name === label);
    if (same?.value === fact.value) continue;
    facts.push(same === undefined ? fact : { ...fact, name: `${label} (${written})` });
  }
  return facts;
}

/** `article:reviewed_by` becomes `Article reviewed by`. */
function humanised(name: string): string {
  const words = name.replaceAll(/[-_.:\s]+/g, ' ').trim();
  return words === '' ? name : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Dates as in the list of documents; a day without a time is the same day in every time zone. */
function statedValue(text: string): Pick<Fact, 'value' | 'title'> {
  if (Number.isNaN(Date.parse(text))) return { value: text };
  const day = DAY.exec(text);
  if (day !== null) return { value: formatDay(new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3])).getTime()), title: text };
  return MOMENT.test(text) ? { value: formatDay(Date.parse(text)), title: formatExact(Date.parse(text)) } : { value: text };
}

/** What cleaning took out, most first. */
export function removedLines({ removed, text }: Pick<ParsePreview, 'removed' | 'text'>): { readonly reason: string; readonly amount: string }[] {
  const all = text.length + Object.values(removed).reduce((sum, count) => sum + count, 0);
  return Object.entries(removed)
    .filter(([, count]) => count > 0)
    .toSorted((a, b) => b[1] - a[1])
    .map(([reason, count]) => ({ reason: reason.replaceAll('-', ' '), amount: `${formatThings(count, 'character')} (${share(count, all)})` }));
}

const share = (part: number, all: number): string => `${part === 0 ? 0 : Math.max(1, Math.round((part / Math.max(1, all)) * 100))} %`;

export function describeContainer({ kind, bytes, members, problems }: ContainerPreview): string {
  const parts = [kind, formatBytes(bytes), formatThings(members.length, 'document')];
  if (problems.length > 0) parts.push(`${formatCount(problems.length)} cannot be read`);
  return parts.join(' · ');
}
