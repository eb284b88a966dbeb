import { DocumentFormat } from '#contract/document.ts';
import { DocumentFilter } from '#contract/filters.ts';
import { NARROWING, type Narrowing } from '../../lib/route.ts';
import { FORMATS } from './prepareDocuments.ts';

/** As it is written in the fields; empty text narrows nothing. */
export type FilterDraft = Required<Narrowing>;

export const NO_FILTER: FilterDraft = { format: '', language: '', author: '', path: '', after: '', before: '' };

/** The fields as an address holds them. */
export function draftOf(route: Narrowing): FilterDraft {
  return Object.fromEntries(NARROWING.map((field) => [field, route[field] ?? ''])) as FilterDraft;
}

/** What an address holds of the fields: those that are written in. */
export function narrowingOf(draft: FilterDraft): Narrowing {
  return Object.fromEntries(NARROWING.filter((field) => draft[field] !== '').map((field) => [field, draft[field]]));
}

export const FORMAT_CHOICES: readonly { readonly value: string; readonly label: string }[] = [{ value: '', label: 'Any format' }, ...DocumentFormat.options.map((value) => ({ value, label: FORMATS[value] }))];

/** What is sent; null when nothing is narrowed or a field is no language tag or day yet. */
export function draftFilter(draft: FilterDraft): DocumentFilter | null {
  const languages = draft.language.split(/[\s,]+/).filter((tag) => tag !== '');
  const filter = {
    ...(draft.format === '' ? {} : { format: [draft.format] }),
    ...(languages.length === 0 ? {} : { language: languages }),
    ...(draft.author.trim() === '' ? {} : { author: draft.author.trim() }),
    ...(draft.path.trim() === '' ? {} : { path: draft.path.trim() }),
    ...(draft.after === '' ? {} : { after: draft.after }),
    ...(draft.before === '' ? {} : { before: draft.before }),
  };
  const parsed = DocumentFilter.safeParse(filter);
  return parsed.success && Object.keys(parsed.data).length > 0 ? parsed.data : null;
}

export interface FilterChip {
  readonly field: keyof FilterDraft;
  readonly text: string;
}

export function filterChips(draft: FilterDraft): FilterChip[] {
  const format = DocumentFormat.safeParse(draft.format);
  const words: Record<keyof FilterDraft, string> = {
    format: format.success ? FORMATS[format.data] : draft.format,
    language: `language ${draft.language.trim()}`,
    author: `author ${draft.author.trim()}`,
    path: draft.path.trim(),
    after: `since ${draft.after}`,
    before: `before ${draft.before}`,
  };
  return NARROWING.filter((field) => draft[field].trim() !== '').map((field) => ({ field, text: words[field] }));
}
