import type { BlockKind } from '#contract/document.ts';
import type { OoxmlPackage } from '../ooxmlPackage.ts';

/** What a style makes of a paragraph or of letters, what it is based on included. */
export interface DocxStyle {
  readonly kind: BlockKind | undefined;
  /** 1 to 9 for headings. */
  readonly level: number | undefined;
  readonly title: boolean;
  readonly contents: boolean;
  readonly list: boolean;
  readonly hidden: boolean;
}

interface WrittenStyle {
  name: string;
  based: string | undefined;
  outline: number | undefined;
  numbered: boolean | undefined;
  hidden: boolean | undefined;
}

const MOST_BASES = 20;
export const NO_STYLE: DocxStyle = { kind: undefined, level: undefined, title: false, contents: false, list: false, hidden: false };

/** Owns the styles of a DOCX. Word keeps built-in names in English in every language; others are told by their outline level or base. */
export class DocxStyles {
  private readonly written = new Map<string, WrittenStyle>();
  private readonly resolved = new Map<string, DocxStyle>();
  /** The language of the document's letters, where the defaults tell it. */
  language: string | undefined;

  read(source: OoxmlPackage, part: string): void {
    let style: WrittenStyle | null = null;
    let inDefaults = false;
    source.readIfSound(part, {
      open: (tag, attributes) => {
        if (tag === 'style') {
          style = { name: '', based: undefined, outline: undefined, numbered: undefined, hidden: undefined };
          if (attributes['styleId'] !== undefined) this.written.set(attributes['styleId'], style);
        } else if (tag === 'docDefaults') inDefaults = true;
        else if (tag === 'lang' && (inDefaults || (style && style.name === 'normal'))) this.language ??= attributes['val'];
        if (style) readStyle(style, tag, attributes['val']);
      },
      close: (tag) => {
        if (tag === 'style') style = null;
        if (tag === 'docDefaults') inDefaults = false;
      },
      text: () => {},
    });
  }

  get(id: string | undefined): DocxStyle {
    if (id === undefined) return NO_STYLE;
    let style = this.resolved.get(id);
    if (!style) this.resolved.set(id, (style = this.resolve(id)));
    return style;
  }

  private resolve(id: string): DocxStyle {
    const chain: WrittenStyle[] = [];
    for (let next: string | undefined = id; next !== undefined && chain.length < MOST_BASES; ) {
      const style = this.written.get(next);
      if (!style) break;
      chain.push(style);
      next = style.based;
    }
    // A document without its styles is told by the ids that Word gives.
    const names = chain.length > 0 ? chain.map((style) => style.name) : [id.replace(/(\d)$/, ' $1').toLowerCase()];
    const named = names.map((name) => /^(?:heading|titre|überschrift) ([1-9])\b/.exec(name)?.[1]).find((level) => level !== undefined);
    const outline = chain.find((style) => style.outline !== undefined)?.outline;
    const level = outline === undefined ? (named === undefined ? undefined : Number(named)) : outline < 9 ? outline + 1 : undefined;
    const title = names[0] === 'title';
    return {
      level: level ?? (title ? 1 : undefined),
      title,
      kind: level !== undefined || title ? 'heading' : kindByName(names),
      contents: names.some((name) => /^toc [1-9]|^table of (?:figures|authorities)$|^contents \d/.test(name)),
      list: chain.find((style) => style.numbered !== undefined)?.numbered ?? names.some((name) => /^list (?:bullet|number)/.test(name)),
      hidden: chain.find((style) => style.hidden !== undefined)?.hidden ?? false,
    };
  }
}

function readStyle(style: WrittenStyle, tag: string, value: string | undefined): void {
  if (tag === 'name') style.name = (value ?? '').toLowerCase();
  else if (tag === 'basedOn') style.based = value;
  else if (tag === 'outlineLvl') style.outline = Number(value ?? 9);
  else if (tag === 'numId') style.numbered = value !== '0';
  else if (tag === 'vanish') style.hidden = isOn(value);
}

function kindByName(names: readonly string[]): BlockKind | undefined {
  for (const name of names) {
    if (/^(?:html preformatted|(?:source )?code(?: block)?|verbatim|macro|preformatted text|listing)$/.test(name)) return 'code';
    if (/^(?:intense )?quote$|^block ?(?:text|quote)$|^quotations?$/.test(name)) return 'quote';
  }
  return undefined;
}

/** OOXML's switches: on when they are there, unless they say otherwise. */
export function isOn(value: string | undefined): boolean {
  return value !== '0' && value !== 'false' && value !== 'off';
}
