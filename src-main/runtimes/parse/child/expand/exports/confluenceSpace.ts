import { readXml, type XmlAttributes, type XmlSink } from '../../xml/readXml.ts';
import { asPart } from '../cleanName.ts';
import { escapeHtml, oneLine, type ExportPage } from '../exportPage.ts';
import { storageToHtml } from './storageFormat.ts';

interface SpaceObject {
  readonly kind: string;
  id: string;
  readonly values: Map<string, string>;
}

const KINDS = new Set(['Page', 'BlogPost', 'Comment', 'BodyContent', 'ConfluenceUserImpl', 'Space', 'Attachment', 'Label', 'Labelling']);
const DEPTH = 20;

/** Owns the reading of entities.xml: objects with their own properties; collections inside them are left out. */
class EntitiesSink implements XmlSink {
  readonly objects: SpaceObject[] = [];
  private object: SpaceObject | null = null;
  private property = '';
  private depth = 0;
  private parts: string[] = [];

  open(tag: string, attributes: XmlAttributes): void {
    if (tag === 'object') {
      const kind = attributes['class'] ?? '';
      this.object = KINDS.has(kind) ? { kind, id: '', values: new Map() } : null;
      this.depth = 0;
      this.property = '';
    } else {
      this.depth++;
      if (this.depth === 1) this.property = tag === 'property' ? (attributes['name'] ?? '') : tag === 'id' ? 'id' : '';
    }
    this.parts = [];
  }

  text(piece: string): void {
    if (this.object !== null && this.property !== '') this.parts.push(piece);
  }

  close(tag: string): void {
    if (tag === 'object') {
      if (this.object) this.objects.push(this.object);
      this.object = null;
      return;
    }
    const value = this.parts.join('');
    if (this.object && this.property !== '' && value.trim() !== '') {
      if (this.property === 'id') this.object.id = value.trim();
      else if (!this.object.values.has(this.property)) this.object.values.set(this.property, value);
    }
    this.parts = [];
    this.depth--;
  }
}

/** The current pages and blog posts of a Confluence XML space export, named by their place among the pages above them. */
export function confluenceSpacePages(source: string): ExportPage[] {
  const sink = new EntitiesSink();
  readXml(source, sink, 'local');
  const of = (kind: string): SpaceObject[] => sink.objects.filter((object) => object.kind === kind);
  const value = (object: SpaceObject | undefined, name: string): string => (object?.values.get(name) ?? '').trim();
  const users = new Map(of('ConfluenceUserImpl').map((user) => [user.id, oneLine(value(user, 'name') || value(user, 'lowerName'))] as const));
  const bodies = new Map(of('BodyContent').map((body) => [value(body, 'content'), body.values.get('body') ?? ''] as const));
  const pages = new Map([...of('Page'), ...of('BlogPost')].map((page) => [page.id, page] as const));
  const below = (kind: string): Map<string, SpaceObject[]> => {
    const groups = new Map<string, SpaceObject[]>();
    for (const object of of(kind)) {
      const holder = value(object, 'containerContent') || value(object, 'owner') || value(object, 'content');
      if (isCurrent(object)) groups.set(holder, [...(groups.get(holder) ?? []), object]);
    }
    return groups;
  };
  const comments = below('Comment');
  const attachments = below('Attachment');
  const labels = new Map(of('Label').map((label) => [label.id, value(label, 'name')] as const));
  const labelled = below('Labelling');
  function isCurrent(object: SpaceObject): boolean {
    const status = value(object, 'contentStatus');
    return (status === '' || status === 'current') && value(object, 'originalVersion') === '' && value(object, 'originalVersionId') === '';
  }
  return [...pages.values()].filter((page) => isCurrent(page) && value(page, 'title') !== '').map((page) => {
    const title = oneLine(value(page, 'title'));
    const path = [asPart(title) || page.id];
    for (let above = pages.get(value(page, 'parent')), depth = 0; above && depth < DEPTH; above = pages.get(value(above, 'parent')), depth++) path.unshift(asPart(value(above, 'title')) || above.id);
    const said = (comments.get(page.id) ?? []).map((comment) => `<h2>Comment by ${escapeHtml(users.get(value(comment, 'creator')) || 'unknown')}${value(comment, 'creationDate') ? ` on ${escapeHtml(value(comment, 'creationDate').slice(0, 16))}` : ''}</h2><div>${html(bodies.get(comment.id))}</div>`);
    const files = (attachments.get(page.id) ?? []).map((file) => oneLine(value(file, 'title') || value(file, 'fileName'))).filter(Boolean);
    return {
      name: (page.kind === 'BlogPost' ? ['blog', ...path] : path).join('/'), title, html: true,
      author: users.get(value(page, 'creator')) || value(page, 'creatorName'), created: value(page, 'creationDate'), modified: value(page, 'lastModificationDate'),
      keywords: (labelled.get(page.id) ?? []).map((item) => labels.get(value(item, 'label')) ?? '').filter(Boolean),
      body: `${html(bodies.get(page.id))}${files.length > 0 ? `<p>Attachments: ${escapeHtml(files.join(', '))}</p>` : ''}${said.join('\n')}`,
    };
  });
}

/** A `]]>` inside the export's own CDATA is written with a space. */
const html = (body: string | undefined): string => storageToHtml((body ?? '').replaceAll(']] >', ']]>'));
