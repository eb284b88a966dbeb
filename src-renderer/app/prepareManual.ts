/** The page that the others are listed on. */
export const MANUAL_START = 'getting-started';

export interface ManualEntry {
  readonly page: string;
  readonly title: string;
}

/** The pages in the order of the manual's own contents. */
export function prepareContents(readme: string): ManualEntry[] {
  return [...readme.matchAll(/\[([^\]]+)\]\(([\w-]+)\.md\)/g)].map(([, title = '', page = '']) => ({ page, title }));
}

/** The page that a link of the manual leads to; null for anything that is not a page of it. */
export function manualLink(href: string | undefined): string | null {
  return /^([\w-]+)\.md(?:#.*)?$/.exec(href ?? '')?.[1] ?? null;
}
