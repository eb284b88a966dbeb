import { field, isObject, textField } from '../../data/jsonValue.ts';
import { asPart, cleanName } from '../cleanName.ts';
import { escapeText, joinParts, oneLine, type ExportPage } from '../exportPage.ts';

/** A piece of a document as another program kept it. */
interface StoredPiece {
  readonly source: string;
  readonly text: string;
  readonly metadata: unknown;
  /** Where it begins in its source, where that is told: overlapping pieces are joined without saying a thing twice. */
  readonly start: number | null;
}

const SOURCE_KEYS = ['file_path', 'source', 'filename', 'file_name', 'url', 'document_id', 'doc_id', 'title'];

function sourceOf(metadata: unknown): string {
  for (const key of SOURCE_KEYS) {
    const value = textField(metadata, key).trim();
    if (value !== '') return value;
  }
  return '';
}

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

// ── LangChain ────────────────────────────────────────────────────────────────

/** A `Document` as pydantic or `dumps` writes it, or a row of InMemoryVectorStore.dump. */
function langchainPiece(value: unknown): StoredPiece | null {
  const inner = field(value, 'lc') === undefined ? (field(value, '__data__') ?? value) : field(value, 'kwargs');
  const text = field(inner, 'page_content') ?? (field(inner, 'vector') === undefined ? undefined : field(inner, 'text'));
  if (typeof text !== 'string') return null;
  const metadata = field(inner, 'metadata');
  return { source: sourceOf(metadata), text, metadata, start: numberOrNull(field(metadata, 'start_index')) };
}

/** Documents of a LangChain store: a list, a mapping by id, one in each line. */
export function langchainPages(value: unknown): ExportPage[] | null {
  const items = Array.isArray(value) ? value : isObject(value) && langchainPiece(value) === null ? Object.values(value) : [value];
  const pieces = items.map(langchainPiece);
  return pieces.length === 0 || pieces.some((piece) => piece === null) ? null : joinPieces(pieces as StoredPiece[]);
}

// ── LlamaIndex ───────────────────────────────────────────────────────────────

export function llamaIndexPages(value: unknown): ExportPage[] | null {
  const data = field(value, 'docstore/data');
  if (!isObject(data)) return null;
  const nodes = Object.values(data).map((item) => field(item, '__data__'));
  const pieces: StoredPiece[] = [];
  for (const node of nodes) {
    const text = textField(node, 'text') || textField(field(node, 'text_resource'), 'text');
    if (text === '') continue;
    const metadata = field(node, 'metadata');
    const parent = textField(field(field(node, 'relationships'), '1'), 'node_id');
    pieces.push({ source: sourceOf(metadata) || parent || textField(node, 'id_'), text, metadata, start: numberOrNull(field(node, 'start_char_idx')) });
  }
  return joinPieces(pieces);
}

/** Pieces of one source in their order (by place where all tell it) as one document. */
function joinPieces(pieces: readonly StoredPiece[]): ExportPage[] {
  const bySource = new Map<string, StoredPiece[]>();
  for (const [at, piece] of pieces.entries()) {
    const key = piece.source || `document ${at + 1}`;
    const known = bySource.get(key);
    if (known) known.push(piece);
    else bySource.set(key, [piece]);
  }
  return [...bySource].map(([source, group]) => {
    const placed = group.every((piece) => piece.start !== null) ? group.toSorted((a, b) => (a.start ?? 0) - (b.start ?? 0)) : group;
    const parts: string[] = [];
    let end = -1;
    for (const { text, start } of placed) {
      const overlap = start === null || end < 0 ? 0 : Math.max(0, end - start);
      const fresh = text.slice(Math.min(overlap, text.length));
      if (start !== null && end >= start && parts.length > 0) parts[parts.length - 1] += fresh;
      else parts.push(fresh);
      if (start !== null) end = Math.max(end, start + text.length);
    }
    const metadata = placed[0]?.metadata;
    const stated = (...keys: string[]): string => keys.map((key) => textField(metadata, key)).find((value) => value !== '') ?? '';
    return {
      name: cleanName(source.replace(/^[a-z]+:\/\//i, '')).replace(/\.(?:md|html?|txt|pdf|docx?)$/i, ''), title: oneLine(stated('title')) || source.slice(source.lastIndexOf('/') + 1),
      author: stated('author'), created: stated('creation_date', 'created', 'date'), modified: stated('last_modified_date', 'modified'), url: /^https?:/.test(source) ? source : stated('url'),
      body: joinParts(...parts.map(piecesText)),
    };
  });
}

/** Text that has Markdown's headings or lists stays Markdown; other text is shown word for word. */
const piecesText = (text: string): string => (/^#{1,6} |^```|^[-*] /m.test(text) ? text : escapeText(text));

// ── Unstructured ─────────────────────────────────────────────────────────────

export function isElementList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.slice(0, 20).every((item) => typeof field(item, 'type') === 'string' && typeof field(item, 'text') === 'string' && (typeof field(item, 'element_id') === 'string' || isObject(field(item, 'metadata'))));
}

/** Elements of Unstructured as documents by file; titles, tables, lists and code keep what they are. */
export function elementPages(elements: readonly unknown[], fallback: string): ExportPage[] {
  const files = new Map<string, string[]>();
  const facts = new Map<string, unknown>();
  const depths = new Map<string, number>();
  for (const element of elements) {
    const metadata = field(element, 'metadata');
    const file = [textField(metadata, 'file_directory'), textField(metadata, 'filename')].filter(Boolean).join('/') || textField(metadata, 'url') || fallback;
    const text = textField(element, 'text').trim();
    const type = textField(element, 'type');
    if (text === '' || type === 'PageBreak' || type === 'Header' || type === 'Footer' || type === 'PageNumber') continue;
    const parts = files.get(file) ?? [];
    if (parts.length === 0) facts.set(file, metadata);
    files.set(file, parts);
    const id = textField(element, 'element_id');
    const depth = Math.min(4, numberOrNull(field(metadata, 'category_depth')) ?? ((depths.get(textField(metadata, 'parent_id')) ?? -1) + 1));
    if (type === 'Title' && id !== '') depths.set(id, depth);
    parts.push(elementText(type, text, { depth, html: textField(metadata, 'text_as_html') }));
  }
  return [...files].map(([file, parts]) => {
    const metadata = facts.get(file);
    return {
      name: cleanName(file).replace(/\.[A-Za-z0-9]{1,5}$/, ''), title: asPart(file.slice(file.lastIndexOf('/') + 1)) || fallback, modified: textField(metadata, 'last_modified'), url: textField(metadata, 'url'),
      body: joinParts(...parts),
    };
  });
}

function elementText(type: string, text: string, { depth, html }: { readonly depth: number; readonly html: string }): string {
  if (type === 'Title') return `${'#'.repeat(depth + 2)} ${escapeText(oneLine(text))}`;
  if (type === 'ListItem') return `- ${escapeText(oneLine(text))}`;
  if (type === 'Table' && /^<table[\s>]/i.test(html)) return html.replaceAll(/\n\s*\n/g, '\n');
  if (type === 'CodeSnippet' || type === 'Formula') return `\`\`\`\n${text.replaceAll('```', "'''")}\n\`\`\``;
  return escapeText(text);
}
