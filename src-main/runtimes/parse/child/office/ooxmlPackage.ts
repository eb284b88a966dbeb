import type { ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { declaredEncoding, decodeText } from '../decodeText.ts';
import { readXml, type XmlSink } from '../xml/readXml.ts';
import type { Zip, ZipEntry } from '../zip/readZip.ts';

/** One part of a document that points to another. Targets outside of the file are never opened. */
export interface Relation {
  /** The last step of its type's address: `styles`, `slide`, `officeDocument`. */
  readonly type: string;
  /** The part's name in the package. */
  readonly target: string;
}

/** The largest part that is read, in bytes after unpacking: text, objects and the part itself stay within the child's memory. */
const MAX_PART = 150_000_000;

/** Owns the parts of an OOXML file (DOCX, PPTX, XLSX): finds, unpacks and decodes them. */
export class OoxmlPackage {
  readonly name: string;
  private readonly zip: Zip;
  private readonly warnings: ParseWarning[];
  private readonly byName = new Map<string, ZipEntry>();

  constructor(zip: Zip, name: string, warnings: ParseWarning[]) {
    this.zip = zip;
    this.name = name;
    this.warnings = warnings;
    // Names differ only in case or slashes where a careless program wrote them.
    for (const entry of zip.entries) this.byName.set(partKey(entry.name), entry);
    const twice = zip.duplicates[0];
    if (twice !== undefined) warnings.push({ code: 'duplicate-part', message: `${name} holds ${twice} more than once: the last one was read` });
  }

  has(part: string): boolean {
    return this.byName.has(partKey(part));
  }

  /** Reads a part's XML to `sink`; false where there is no such part. One that is not well-formed is read as far as it goes, with a warning. */
  read(part: string, sink: XmlSink): boolean {
    const entry = this.byName.get(partKey(part));
    if (!entry) return false;
    const bytes = this.zip.read(entry, MAX_PART);
    const { text } = decodeText(bytes, declaredEncoding(bytes), this.warnings);
    if (!readXml(text, sink, 'local')) this.warnings.push({ code: 'damaged-part', message: `${entry.name} is not well-formed: what could be read of it was read` });
    return true;
  }

  /** Reads a part that the document can do without: where it cannot be unpacked, a warning tells so. */
  readIfSound(part: string, sink: XmlSink): boolean {
    try {
      return this.read(part, sink);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.warnings.push({ code: 'damaged-part', message: error.message });
      return false;
    }
  }

  /** Where `part` points to inside of the package, by id. */
  relations(part: string): Map<string, Relation> {
    const slash = part.lastIndexOf('/');
    const folder = part.slice(0, slash + 1);
    const relations = new Map<string, Relation>();
    this.readIfSound(`${folder}_rels/${part.slice(slash + 1)}.rels`, {
      open: (tag, attributes) => {
        const { Id: id, Type: type, Target: target } = attributes;
        if (tag !== 'Relationship' || id === undefined || type === undefined || target === undefined || attributes['TargetMode'] === 'External') return;
        relations.set(id, { type: type.slice(type.lastIndexOf('/') + 1), target: resolvePart(folder, target) });
      },
      close: () => {},
      text: () => {},
    });
    return relations;
  }

  /** The main part: what the package's relations say, else where every program puts it. */
  mainPart(usual: string): string {
    for (const { type, target } of this.relations('').values()) if (type === 'officeDocument' && this.has(target)) return target;
    if (this.has(usual)) return usual;
    throw new AppError('DOCUMENT_DAMAGED', `${this.name} has no main part: ${usual} is missing`, { hint: 'Open it in its program and save it again.' });
  }
}

export const targetOf = (relations: ReadonlyMap<string, Relation>, type: string): string | undefined => [...relations.values()].find((relation) => relation.type === type)?.target;

const partKey = (name: string): string => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

/** `..` never leads out of a package: there is nothing above. */
function resolvePart(folder: string, target: string): string {
  const steps: string[] = [];
  for (const step of (target.startsWith('/') ? target : `${folder}${target}`).split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}
