import { asPart } from '../cleanName.ts';
import { oneLine, type ExportPage } from '../exportPage.ts';

/** Whether a web page was written by Confluence's HTML export. */
export function isConfluencePage(source: string): boolean {
  return source.includes('id="main-content"') && source.includes('page-metadata') && (source.includes('id="breadcrumb-section"') || source.includes('Atlassian'));
}

/** The page without breadcrumbs, attachments' list and footer; the pages above it are in its name. */
export function confluencePage(source: string): ExportPage {
  const title = inner(source, 'id="title-text"', '</span>').replace(/^[^:]{1,200} : /, '') || inner(source, '<title', '</title>').replace(/^[^:]{1,200} : /, '');
  const crumbs = between(source, 'id="breadcrumbs"', '</ol>').split('</li>').map((item) => words(item.slice(item.indexOf('>') + 1))).filter(Boolean);
  const about = between(source, 'page-metadata', '</div>');
  const author = inner(about, "class='author'", '</span>') || inner(about, 'class="author"', '</span>');
  const date = /\bon\s+([A-Z][a-z]{2} \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]{2,8},? \d{4})/.exec(words(about.slice(about.indexOf('>') + 1)))?.[1] ?? '';
  const from = source.indexOf('>', source.indexOf('id="main-content"')) + 1;
  const ends = ['<div class="pageSection group">', '<div class="pageSectionHeader">', '<div id="footer"', '</body>'].map((end) => source.indexOf(end, from)).filter((end) => end >= 0);
  const shown = title || 'Untitled';
  return {
    name: [...crumbs.map(asPart).filter(Boolean), asPart(shown)].join('/'), title: shown, author, html: true, body: source.slice(from, ends.length > 0 ? Math.min(...ends) : undefined),
    ...(/last modified/.test(about) ? { modified: date } : { created: date }),
  };
}

/** The source from a mark to the end that follows it. */
function between(source: string, mark: string, end: string): string {
  const at = source.indexOf(mark);
  if (at < 0) return '';
  const stop = source.indexOf(end, at);
  return source.slice(at, stop < 0 ? at + 5_000 : Math.min(stop, at + 20_000));
}

function inner(source: string, mark: string, end: string): string {
  const part = between(source, mark, end);
  return words(part.slice(part.indexOf('>') + 1));
}

function words(html: string): string {
  return oneLine(html.replaceAll(/<[^>]*>/g, ' ').replaceAll('&nbsp;', ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'));
}
