import type { BlockKind } from '#contract/document.ts';
import type { XmlAttributes, XmlSink } from '../xml/readXml.ts';

interface WrittenStyle {
  parent: string | undefined;
  outline: number | undefined;
  hidden: boolean;
  bold: boolean | undefined;
}

const MOST_PARENTS = 20;

/** Owns the styles of an OpenDocument file as its parts are read: styles.xml first, then the automatic ones of content.xml. */
export class OdfStyles implements XmlSink {
  /** The size of the first page, in points. */
  page: { width: number; height: number } | undefined;
  /** Characters in headers and footers of pages. */
  readonly margins = { header: 0, footer: 0 };
  language: string | undefined;
  private readonly written = new Map<string, WrittenStyle>();
  private style: WrittenStyle | null = null;
  private inDefault = false;
  private margin: 'header' | 'footer' | null = null;

  open(tag: string, attributes: XmlAttributes): void {
    if (tag === 'style:style') this.openStyle(attributes);
    else if (tag === 'style:default-style') this.inDefault = attributes['style:family'] === 'paragraph';
    else if (tag === 'style:text-properties' || tag === 'style:properties') this.readLetters(attributes);
    else if (tag === 'style:header' || tag === 'style:footer') this.margin = tag === 'style:header' ? 'header' : 'footer';
    else if (tag === 'style:page-layout-properties') this.readPage(attributes);
    if (this.style && attributes['presentation:visibility'] === 'hidden') this.style.hidden = true;
    if (this.style && tag === 'style:table-properties' && attributes['table:display'] === 'false') this.style.hidden = true;
  }

  close(tag: string): void {
    if (tag === 'style:style') this.style = null;
    else if (tag === 'style:default-style') this.inDefault = false;
    else if (tag === 'style:header' || tag === 'style:footer') this.margin = null;
  }

  text(piece: string): void {
    if (this.margin !== null) this.margins[this.margin] += piece.trim().length;
  }

  isHidden(name: string | undefined): boolean {
    return this.chain(name).some(({ style }) => style?.hidden === true);
  }

  isBold(name: string | undefined): boolean | undefined {
    return this.chain(name).find(({ style }) => style?.bold !== undefined)?.style?.bold;
  }

  /** What a paragraph's style makes of it; styles are named in English inside of the file. */
  kindOf(name: string | undefined): { kind: BlockKind; level?: number; title?: boolean } {
    for (const { name: own, style } of this.chain(name)) {
      if (own === 'Title') return { kind: 'heading', level: 1, title: true };
      const level = /^Heading_20_([1-9])$|^Heading ([1-9])$/.exec(own);
      if (level) return { kind: 'heading', level: Number(level[1] ?? level[2]) };
      if (style?.outline !== undefined && style.outline > 0) return { kind: 'heading', level: style.outline };
      if (/^Preformatted_20_Text$|^(?:Source_20_)?Code$/i.test(own)) return { kind: 'code' };
      if (own === 'Quotations') return { kind: 'quote' };
    }
    return { kind: 'paragraph' };
  }

  private openStyle(attributes: XmlAttributes): void {
    this.style = { parent: attributes['style:parent-style-name'], outline: Number(attributes['style:default-outline-level']) || undefined, hidden: false, bold: undefined };
    const name = attributes['style:name'];
    if (name !== undefined) this.written.set(name, this.style);
  }

  private readLetters(attributes: XmlAttributes): void {
    if (this.style && attributes['text:display'] === 'none') this.style.hidden = true;
    if (this.style && attributes['fo:font-weight'] !== undefined) this.style.bold = /bold|[6-9]00/.test(attributes['fo:font-weight']);
    const { 'fo:language': language, 'fo:country': country } = attributes;
    if (!this.inDefault || language === undefined || !/^[a-z]{2,3}$/i.test(language)) return;
    this.language ??= country !== undefined && /^[A-Z]{2}$/i.test(country) ? `${language}-${country}` : language;
  }

  private readPage(attributes: XmlAttributes): void {
    const width = points(attributes['fo:page-width']);
    const height = points(attributes['fo:page-height']);
    if (width > 0 && height > 0) this.page = { width, height };
  }

  private chain(name: string | undefined): { name: string; style: WrittenStyle | undefined }[] {
    const chain: { name: string; style: WrittenStyle | undefined }[] = [];
    for (let next = name; next !== undefined && chain.length < MOST_PARENTS; ) {
      const style = this.written.get(next);
      chain.push({ name: next, style });
      next = style?.parent;
    }
    return chain;
  }
}

const POINTS: Readonly<Record<string, number>> = { pt: 1, in: 72, cm: 72 / 2.54, mm: 72 / 25.4, pc: 12, px: 0.75 };

/** A length as OpenDocument writes it, `21cm`, in points; 0 where it is none. */
function points(length: string | undefined): number {
  const match = /^([\d.]+)(pt|in|cm|mm|pc|px)$/.exec(length ?? '');
  const value = Number(match?.[1] ?? 0) * (POINTS[match?.[2] ?? ''] ?? 0);
  return Number.isFinite(value) ? Math.round(value * 100) / 100 : 0;
}
