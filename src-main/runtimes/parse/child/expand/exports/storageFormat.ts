import { escapeHtml } from '../exportPage.ts';

/** What these hold is not text of the page. */
const DROPPED = new Set(['ac:parameter', 'ac:image', 'ac:emoticon', 'ac:placeholder', 'ac:task-id', 'ac:task-uuid', 'ac:task-status']);
const RENAMED: Readonly<Record<string, string>> = { 'ac:rich-text-body': 'div', 'ac:plain-text-body': 'pre', 'ac:task-list': 'ul', 'ac:task': 'li', 'ac:link': 'span', 'ac:layout': 'div', 'ac:layout-section': 'div', 'ac:layout-cell': 'div' };

/** Confluence's storage format as HTML: macros keep their text (code as code, panels as parts), links the title they lead to. */
export function storageToHtml(source: string): string {
  const parts: string[] = [];
  let dropped = 0;
  let linked = '';
  for (let at = 0; at < source.length;) {
    if (source.startsWith('<![CDATA[', at)) {
      const end = source.indexOf(']]>', at);
      const stop = end < 0 ? source.length : end;
      if (dropped === 0) parts.push(escapeHtml(source.slice(at + 9, stop)));
      linked = '';
      at = end < 0 ? source.length : end + 3;
      continue;
    }
    if (source[at] !== '<') {
      const next = source.indexOf('<', at);
      const stop = next < 0 ? source.length : next;
      if (dropped === 0) parts.push(source.slice(at, stop));
      if (source.slice(at, stop).trim() !== '') linked = '';
      at = stop;
      continue;
    }
    const end = source.indexOf('>', at);
    if (end < 0) break;
    const tag = source.slice(at, end + 1);
    at = end + 1;
    const name = /^<\/?([A-Za-z][\w:.-]*)/.exec(tag)?.[1]?.toLowerCase() ?? '';
    const closing = tag.startsWith('</');
    const single = tag.endsWith('/>');
    if (DROPPED.has(name)) dropped = Math.max(0, dropped + (closing ? -1 : single ? 0 : 1));
    if (dropped > 0 || DROPPED.has(name)) continue;
    if (name.startsWith('ri:')) {
      const title = /\bri:(?:content-title|filename|value|space-key)="([^"]*)"/.exec(tag)?.[1];
      if (title !== undefined) linked = title;
    } else if (name === 'ac:link' && closing) {
      // A link without a text of its own shows the title it leads to.
      if (linked !== '') parts.push(linked);
      linked = '';
      parts.push('</span>');
    } else if (name === 'time') parts.push(closing ? '' : (/datetime="([^"]*)"/.exec(tag)?.[1] ?? ''));
    else if (RENAMED[name] !== undefined) parts.push(`<${closing ? '/' : ''}${RENAMED[name]}>`);
    else if (!name.startsWith('ac:')) parts.push(tag);
  }
  return parts.join('');
}
