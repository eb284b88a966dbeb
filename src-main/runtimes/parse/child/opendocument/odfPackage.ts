import type { ParseWarning } from '#contract/document.ts';
import { AppError } from '../../../../base/appError.ts';
import { declaredEncoding, decodeText } from '../decodeText.ts';
import { PropertiesSink, type DocumentProperties } from '../office/coreProperties.ts';
import { readXml, type XmlSink } from '../xml/readXml.ts';
import type { Zip } from '../zip/readZip.ts';

const MAX_PART = 150_000_000;

/** Owns the parts of an OpenDocument file: content, styles and what it states of itself. */
export class OdfPackage {
  readonly name: string;
  private readonly zip: Zip;
  private readonly warnings: ParseWarning[];

  /** @throws AppError DOCUMENT_ENCRYPTED, DOCUMENT_DAMAGED */
  constructor(zip: Zip, name: string, warnings: ParseWarning[]) {
    this.zip = zip;
    this.name = name;
    this.warnings = warnings;
    if (this.isEncrypted()) throw new AppError('DOCUMENT_ENCRYPTED', `${name} is protected by a password`, { hint: 'Save it without a password and add that copy.' });
    if (!zip.find('content.xml')) throw new AppError('DOCUMENT_DAMAGED', `${name} has no content.xml: its text is missing`, { hint: 'Open it in its program and save it again.' });
  }

  /** Reads a part to `sink`; false where there is none. */
  read(part: string, sink: XmlSink): boolean {
    const entry = this.zip.find(part);
    if (!entry) return false;
    const bytes = this.zip.read(entry, MAX_PART);
    const { text } = decodeText(bytes, declaredEncoding(bytes), this.warnings);
    if (!readXml(text, sink, 'prefixed')) this.warnings.push({ code: 'damaged-part', message: `${part} is not well-formed: what could be read of it was read` });
    return true;
  }

  readIfSound(part: string, sink: XmlSink): void {
    try {
      this.read(part, sink);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.warnings.push({ code: 'damaged-part', message: error.message });
    }
  }

  properties(): DocumentProperties {
    const sink = new PropertiesSink();
    this.readIfSound('meta.xml', sink);
    return sink.properties();
  }

  pictures(): number {
    return this.zip.entries.filter((entry) => /^Pictures\/./.test(entry.name)).length;
  }

  /** The manifest tells which parts are encrypted. */
  private isEncrypted(): boolean {
    let part = '';
    let encrypted = false;
    this.readIfSound('META-INF/manifest.xml', {
      open: (tag, attributes) => {
        if (tag === 'manifest:file-entry') part = attributes['manifest:full-path'] ?? '';
        else if (tag === 'manifest:encryption-data' && (part === 'content.xml' || part === 'encrypted-package')) encrypted = true;
      },
      close: () => {},
      text: () => {},
    });
    return encrypted;
  }
}

export function noOdfText(source: OdfPackage): AppError {
  const pictures = source.pictures();
  return new AppError('DOCUMENT_NO_TEXT', pictures > 0 ? `${source.name} has no text: it holds ${pictures === 1 ? 'a picture' : `${pictures} pictures`} and nothing else` : `${source.name} has no text: its pages are empty or hold drawings only`, pictures > 0 ? { hint: 'Run it through text recognition (OCR) and add the result.' } : {});
}
