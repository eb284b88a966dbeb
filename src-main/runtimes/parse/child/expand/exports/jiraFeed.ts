import { readXml, type XmlAttributes, type XmlSink } from '../../xml/readXml.ts';
import { asPart } from '../cleanName.ts';
import { escapeHtml, oneLine, type ExportPage } from '../exportPage.ts';

interface FeedItem {
  readonly fields: Map<string, string[]>;
  readonly comments: { author: string; created: string; html: string }[];
}

/** Owns the reading of Jira's XML (an RSS feed with Jira's own elements), one item an issue. */
class FeedSink implements XmlSink {
  readonly items: FeedItem[] = [];
  private readonly stack: string[] = [];
  private text_ = '';
  private attributes: XmlAttributes = {};

  open(tag: string, attributes: XmlAttributes): void {
    this.stack.push(tag);
    this.text_ = '';
    this.attributes = attributes;
    if (tag === 'item') this.items.push({ fields: new Map(), comments: [] });
  }

  text(piece: string): void {
    this.text_ += piece;
  }

  close(tag: string): void {
    this.stack.pop();
    const item = this.items.at(-1);
    const inside = this.stack.includes('item');
    if (!item || !inside) return;
    if (tag === 'comment') item.comments.push({ author: this.attributes['author'] ?? '', created: this.attributes['created'] ?? '', html: this.text_ });
    else if (this.stack.at(-1) === 'item' || tag === 'label') item.fields.set(tag, [...(item.fields.get(tag) ?? []), this.text_]);
    this.text_ = '';
  }
}

export const isJiraFeed = (source: string): boolean => /<rss[\s>]/.test(source.slice(0, 5_000)) && source.includes('<item>') && /<key\s+id="\d+">/.test(source);

export function jiraFeedPages(source: string): ExportPage[] {
  const sink = new FeedSink();
  readXml(source, sink, 'local');
  return sink.items.map(({ fields, comments }) => {
    const one = (name: string): string => oneLine(fields.get(name)?.[0] ?? '');
    const key = one('key');
    const summary = one('summary') || one('title').replace(/^\[[^\]]*\]\s*/, '');
    const facts = [['Type', one('type')], ['Status', one('status')], ['Priority', one('priority')], ['Resolution', one('resolution')], ['Assignee', one('assignee')], ['Reporter', one('reporter')]].filter(([, value]) => value !== '');
    const list = facts.length === 0 ? '' : `<ul>${facts.map(([name = '', value = '']) => `<li>${name}: ${escapeHtml(value)}</li>`).join('')}</ul>`;
    const said = comments.map(({ author, created, html }) => `<h2>Comment by ${escapeHtml(oneLine(author) || 'unknown')}${created === '' ? '' : ` on ${escapeHtml(oneLine(created))}`}</h2><div>${html}</div>`);
    return {
      name: asPart(`${key} ${summary}`), title: `${key}: ${summary}`, author: one('reporter'), created: one('created'), modified: one('updated'), url: one('link'), keywords: (fields.get('label') ?? []).map(oneLine), html: true,
      body: `${list}<div>${fields.get('description')?.[0] ?? ''}</div>${said.join('\n')}`,
    };
  });
}
