import type { ContainerPreview, ParsePreview } from '#contract/preview.ts';
import { formatBytes } from '../base/formatBytes.ts';
import { nameOnOneLine } from './terminal.ts';

function factsOf({ file, format, title, bytes, language, metadata, pages, chunks, warnings, removed }: ParsePreview): string[] {
  const size = [format, ...(pages === null ? [] : [`${pages.length} ${pages.length === 1 ? 'page' : 'pages'}`]), `${chunks.length} ${chunks.length === 1 ? 'chunk' : 'chunks'}`, formatBytes(bytes), ...(language === null ? [] : [language])];
  return [
    `${nameOnOneLine(file)}: ${size.join(', ')}`,
    `title: ${nameOnOneLine(title)}`,
    ...Object.entries(metadata).map(([name, value]) => `${nameOnOneLine(name)}: ${nameOnOneLine(value)}`),
    ...warnings.map(({ message, page }) => `warning${page === undefined ? '' : `, page ${page}`}: ${nameOnOneLine(message)}`),
    ...Object.entries(removed).map(([reason, characters]) => `left out: ${characters} characters as ${reason}`),
  ];
}

interface Mark {
  /** Position in the text that it stands before. */
  readonly at: number;
  readonly line: string;
}

/** Where each page's first block starts; a page without text is named before the next one that has some. */
function pageMarks({ pages, blocks, text }: ParsePreview): Mark[] {
  return (pages ?? []).map(({ hasText }, index) => {
    const first = blocks.find((block) => (block.page ?? 0) > index);
    return { at: first?.start ?? text.length, line: `=== page ${index + 1}${hasText ? '' : ', no text'} ===` };
  });
}

/** The document's text as it was read, with a line before each page and each chunk. */
export function documentLines(preview: ParsePreview): string[] {
  const chunks = preview.chunks.map(({ start, tokens }, index): Mark => ({ at: start, line: `--- chunk ${index + 1}, ${tokens} tokens ---` }));
  // The order of a page's line and that of a chunk that begins with it is kept: sorting is stable.
  const marks = [...pageMarks(preview), ...chunks].sort((a, b) => a.at - b.at);
  const ends = [...marks.slice(1).map(({ at }) => at), preview.text.length];
  const before = preview.text.slice(0, marks[0]?.at ?? preview.text.length);
  return [...factsOf(preview), '', ...filled(before), ...marks.flatMap(({ at, line }, index) => [line, ...filled(preview.text.slice(at, ends[index]))])];
}

function filled(text: string): string[] {
  const trimmed = text.replace(/^\n+|\s+$/g, '');
  return trimmed === '' ? [] : [trimmed];
}

export function containerLines({ file, kind, bytes, members, problems }: ContainerPreview): string[] {
  return [
    `${nameOnOneLine(file)}: ${kind}, ${members.length} ${members.length === 1 ? 'document' : 'documents'}, ${formatBytes(bytes)}`,
    ...members.map((member) => `  ${nameOnOneLine(member.name)} (${formatBytes(member.bytes)})`),
    ...problems.map(({ name, reason }) => `  left out ${nameOnOneLine(name)}: ${reason}`),
  ];
}
