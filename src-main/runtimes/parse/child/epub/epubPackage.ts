import type { ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { declaredEncoding, decodeText } from '../decodeText.ts';
import { PropertiesSink } from '../office/coreProperties.ts';
import { readXml, type XmlSink } from '../xml/readXml.ts';
import type { Zip } from '../zip/readZip.ts';

interface ManifestItem {
  readonly path: string;
  readonly type: string;
  readonly navigation: boolean;
}

export interface EpubBook {
  /** The pages in reading order, as paths in the archive; those of navigation left out. */
  readonly pages: readonly string[];
  /** Names of pages in the book's own table of contents, by path. */
  readonly names: ReadonlyMap<string, string>;
  readonly properties: ReturnType<PropertiesSink['properties']>;
}

/** Older books do not mark the page that only lists the others. */
const CONTENTS_FILE = /(?:^|\/)(?:toc|nav|contents)\.x?html?$/i;
const MAX_PAGE = 50_000_000;
/** These say only that fonts are scrambled. */
const FONT_SCRAMBLING = /idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC/;

/**
 * Reads an EPUB's container, package and table of contents.
 * @throws AppError DOCUMENT_ENCRYPTED, DOCUMENT_DAMAGED
 */
export function readBook(zip: Zip, name: string, warnings: ParseWarning[]): EpubBook {
  let root = '';
  readPart(zip, 'META-INF/container.xml', warnings, { open: (tag, attributes) => void (tag === 'rootfile' && root === '' && (root = attributes['full-path'] ?? '')), close: () => {}, text: () => {} });
  const opf = zip.find(root)?.name ?? zip.entries.find((entry) => /\.opf$/i.test(entry.name))?.name;
  if (opf === undefined) throw damaged(name, 'its package file (OPF) is missing');
  const folder = opf.slice(0, opf.lastIndexOf('/') + 1);
  const items = new Map<string, ManifestItem>();
  const spine: string[] = [];
  const left = new Set<string>();
  let contents: string | undefined;
  const properties = new PropertiesSink();
  readPart(zip, opf, warnings, {
    open: (tag, attributes) => {
      properties.open(tag);
      const { id, href, idref } = attributes;
      if (tag === 'item' && id !== undefined && href !== undefined) items.set(id, { path: resolvePath(folder, href), type: attributes['media-type'] ?? '', navigation: /(?:^|\s)nav(?:\s|$)/.test(attributes['properties'] ?? '') });
      else if (tag === 'itemref' && idref !== undefined) spine.push(idref);
      else if (tag === 'spine') contents = attributes['toc'];
      else if (tag === 'reference' && href !== undefined && attributes['type'] === 'toc') left.add(resolvePath(folder, href));
    },
    close: () => properties.close(),
    text: (piece) => properties.text(piece),
  });
  const pages = spine.flatMap((id) => items.get(id) ?? []).filter((item) => !item.navigation && !left.has(item.path) && !CONTENTS_FILE.test(item.path)).map((item) => item.path);
  refuseProtected(zip, new Set(pages), name, warnings);
  const ncx = items.get(contents ?? '') ?? [...items.values()].find((item) => item.type === 'application/x-dtbncx+xml');
  return { pages, names: ncx ? readNames(zip, ncx.path, warnings) : new Map(), properties: properties.properties() };
}

/** A page's text; null where it is missing. */
export function readPage(zip: Zip, path: string, warnings: ParseWarning[]): string | null {
  const entry = zip.find(path);
  if (!entry) return null;
  const bytes = zip.read(entry, MAX_PAGE);
  return decodeText(bytes, declaredEncoding(bytes), warnings).text;
}

function readPart(zip: Zip, path: string, warnings: ParseWarning[], sink: XmlSink): void {
  const text = readPage(zip, path, warnings);
  if (text !== null) readXml(text, sink, 'local');
}

function readNames(zip: Zip, path: string, warnings: ParseWarning[]): Map<string, string> {
  const names = new Map<string, string>();
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  let label = '';
  let inText = false;
  readPart(zip, path, warnings, {
    open: (tag, attributes) => {
      if (tag === 'navPoint') label = '';
      else if (tag === 'text') inText = true;
      else if (tag === 'content' && attributes['src'] !== undefined) {
        const page = resolvePath(folder, attributes['src']);
        if (!names.has(page)) names.set(page, label.replace(/\s+/g, ' ').trim());
        label = '';
      }
    },
    close: (tag) => void (tag === 'text' && (inText = false)),
    text: (piece) => void (inText && label.length < 300 && (label += piece)),
  });
  return names;
}

function refuseProtected(zip: Zip, pages: ReadonlySet<string>, name: string, warnings: ParseWarning[]): void {
  let algorithm = '';
  let locked = 0;
  readPart(zip, 'META-INF/encryption.xml', warnings, {
    open: (tag, attributes) => {
      if (tag === 'EncryptionMethod') algorithm = attributes['Algorithm'] ?? '';
      else if (tag === 'CipherReference' && !FONT_SCRAMBLING.test(algorithm) && pages.has(resolvePath('', attributes['URI'] ?? ''))) locked++;
    },
    close: () => {},
    text: () => {},
  });
  if (locked > 0) throw new AppError('DOCUMENT_ENCRYPTED', `${name} is protected against copying (DRM): ${locked} of its ${pages.size} pages are encrypted`, { hint: 'Add a copy without protection.' });
}

/** A path in the archive from an address in it; places on a page and outside addresses do not matter. */
function resolvePath(folder: string, href: string): string {
  const [bare = ''] = href.split('#');
  let path = bare;
  try {
    path = decodeURIComponent(bare);
  } catch {
    // A bare per cent sign: taken as it is written.
  }
  const steps: string[] = [];
  for (const step of `${folder}${path}`.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

function damaged(name: string, why: string): AppError {
  return new AppError('DOCUMENT_DAMAGED', `${name} cannot be read as an EPUB book: ${why}`, { hint: 'It may be cut off: fetch or save it again.' });
}
