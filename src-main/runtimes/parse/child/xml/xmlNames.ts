/** A namespace's usual prefix, by its address: OpenDocument's (and OpenOffice 1's), Dublin Core's, relationships' (both OOXML kinds). */
const USUAL: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/^urn:oasis:names:tc:opendocument:xmlns:([a-z-]+):1\.0$|^http:\/\/openoffice\.org\/2000\/([a-z]+)$/, (match) => OPENDOCUMENT[match[1] ?? match[2] ?? ''] ?? match[1] ?? match[2] ?? ''],
  [/^http:\/\/purl\.org\/dc\/elements\/1\.1\/$/, () => 'dc'],
  [/^http:\/\/purl\.org\/dc\/terms\/$/, () => 'dcterms'],
  [/^http:\/\/(?:schemas\.openxmlformats\.org|purl\.oclc\.org\/ooxml)\/officeDocument\/(?:2006\/)?relationships$/, () => 'r'],
  [/^http:\/\/www\.w3\.org\/1999\/xlink$/, () => 'xlink'],
];
const OPENDOCUMENT: Readonly<Record<string, string>> = { drawing: 'draw', datastyle: 'number', 'svg-compatible': 'svg', 'xsl-fo-compatible': 'fo' };

/** Owns the names of one XML part: what its prefixes mean, and each written name's usual form. A prefix means the same in the whole part. */
export class XmlNames {
  private readonly prefixed: boolean;
  private readonly prefixes = new Map<string, string>();
  private readonly tags = new Map<string, string>();
  private readonly attributes = new Map<string, string>();

  constructor(names: 'local' | 'prefixed') {
    this.prefixed = names === 'prefixed';
  }

  declare(prefix: string, address: string): void {
    let usual = prefix;
    for (const [pattern, name] of USUAL) {
      const match = pattern.exec(address);
      if (match) usual = name(match);
    }
    if (this.prefixes.get(prefix) === usual) return;
    this.prefixes.set(prefix, usual);
    this.tags.clear();
    this.attributes.clear();
  }

  tag(written: string): string {
    let name = this.tags.get(written);
    if (name === undefined) this.tags.set(written, (name = this.usualName(written, this.prefixed, this.prefixes.get('') ?? '')));
    return name;
  }

  /** An attribute without a prefix has no namespace. */
  attribute(written: string): string {
    let name = this.attributes.get(written);
    if (name === undefined) this.attributes.set(written, (name = this.usualName(written, this.prefixed || this.prefixOf(written) === 'r', '')));
    return name;
  }

  private prefixOf(written: string): string {
    const colon = written.indexOf(':');
    const prefix = colon < 0 ? '' : written.slice(0, colon);
    return this.prefixes.get(prefix) ?? prefix;
  }

  private usualName(written: string, prefixed: boolean, ofNone: string): string {
    const local = written.slice(written.indexOf(':') + 1);
    const prefix = written.includes(':') ? this.prefixOf(written) : ofNone;
    return prefixed && prefix !== '' ? `${prefix}:${local}` : local;
  }
}
