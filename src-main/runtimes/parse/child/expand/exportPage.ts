import { stringify } from 'yaml';
import { isoDate } from '../normaliseMetadata.ts';

/** One document that an export turns into. */
export interface ExportPage {
  /** POSIX path without an extension. */
  readonly name: string;
  readonly title: string;
  readonly author?: string;
  /** In any spelling that isoDate reads. */
  readonly created?: string;
  readonly modified?: string;
  readonly url?: string;
  readonly keywords?: readonly string[];
  readonly description?: string;
  /** Markdown, or HTML where `html` says so. */
  readonly body: string;
  readonly html?: boolean;
}

const LONGEST = 500;

/** The page as a file: front matter and Markdown, or an HTML page whose head tells the same. */
export function writePage(page: ExportPage): { name: string; bytes: Uint8Array; modifiedMs: number | null } {
  const modified = isoDate(page.modified ?? '') ?? isoDate(page.created ?? '');
  const facts = factsOf(page);
  const text = page.html ? htmlPage(page, facts) : `---\n${stringify(facts, { lineWidth: 0 })}---\n\n# ${escapeText(oneLine(page.title)) || 'Untitled'}\n\n${page.body}\n`;
  return { name: `${page.name}.${page.html ? 'html' : 'md'}`, bytes: new TextEncoder().encode(text), modifiedMs: modified === null ? null : Date.parse(modified) };
}

function factsOf(page: ExportPage): Record<string, string> {
  const stated: readonly (readonly [string, string | null | undefined])[] = [
    ['title', page.title], ['author', page.author], ['created', isoDate(page.created ?? '')], ['modified', isoDate(page.modified ?? '')],
    ['url', safeUrl(page.url)], ['keywords', page.keywords?.map(oneLine).filter(Boolean).join(', ')], ['description', page.description],
  ];
  return Object.fromEntries(stated.map(([key, value]) => [key, oneLine(value ?? '').slice(0, LONGEST)] as const).filter(([, value]) => value !== ''));
}

function htmlPage(page: ExportPage, { title = '', ...facts }: Record<string, string>): string {
  const meta = Object.entries(facts).map(([name, value]) => `<meta name="${name}" content="${escapeHtml(value)}">\n`).join('');
  return `<!DOCTYPE html>\n<html><head><meta charset="utf-8">\n<title>${escapeHtml(title)}</title>\n${meta}</head><body><main>\n<h1>${escapeHtml(title)}</h1>\n${page.body}\n</main></body></html>\n`;
}

/** Only addresses that a browser opens as pages. */
function safeUrl(url: string | undefined): string {
  return url !== undefined && /^https?:\/\/[^\s<>"]+$/i.test(url) ? url : '';
}

export const oneLine = (text: string): string => text.replaceAll(/[\s\u0000-\u001f\u007f]+/g, ' ').trim().toWellFormed();

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Plain text as Markdown that shows it word for word; fenced code stays code. */
export function escapeText(text: string): string {
  return text.replaceAll('\r\n', '\n').split(/(^```[^\n]*\n[^]*?^```[ \t]*$)/m).map((part, at) => (at % 2 === 1 ? part : escapePart(part))).join('');
}

function escapePart(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>&#|~!]/g, '\\$&').replaceAll(/^[ \t]+/gm, '').replaceAll(/^([-+=])/gm, '\\$1').replaceAll(/^(\d{1,9})([.)])/gm, '$1\\$2');
}

/** Facts of a ticket as one list. */
export function factList(facts: readonly (readonly [string, string])[]): string {
  return facts.filter(([, value]) => oneLine(value) !== '').map(([name, value]) => `- ${name}: ${escapeText(oneLine(value))}`).join('\n');
}

/** Parts of a page, empty ones left out. */
export const joinParts = (...parts: readonly string[]): string => parts.map((part) => part.trim()).filter(Boolean).join('\n\n');
