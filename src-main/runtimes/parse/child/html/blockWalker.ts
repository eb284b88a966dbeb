import { QuoteType, Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import type { BlockKind } from '#contract/document.ts';
import type { RawBlock } from '../assembleDocument.ts';
import { cleanCharacters } from '../cleanCharacters.ts';
import { ELEMENTS, INLINE_DROPS, SCOPES, type ElementRule } from './htmlElements.ts';
import { isHidden, isMainRegion, nameWords, regionRule, type ElementAttributes, type Region } from './regionRules.ts';
import { foldTable, type OpenTable } from './foldTable.ts';

/** A block with what cleaning needs to know of it. */
export interface HtmlBlock extends RawBlock {
  region: Region;
  linked: number;
  links: number;
  /** Links to a place on the same page. */
  localLinks: number;
  bold: number;
}

export interface WalkedPage {
  readonly blocks: HtmlBlock[];
  readonly regions: Region[];
  readonly title: string;
  readonly metadata: Record<string, string>;
  readonly language: string | undefined;
  readonly removed: Record<string, number>;
  readonly frames: number;
}

/** What holds for text at one place of the tree; shared by elements that change nothing. */
interface Context {
  readonly kind: BlockKind;
  readonly level: number;
  readonly pre: boolean;
  readonly linked: boolean;
  readonly region: Region;
  readonly table: OpenTable | null;
  /** Inside a note or a warning: its title heads nothing that follows it. */
  readonly admonition: boolean;
}

interface Frame {
  readonly tag: string;
  readonly rule: ElementRule | undefined;
  readonly context: Context;
  readonly attributes: ElementAttributes;
}

/** Deeper elements push out the outermost open one: text is kept, memory and time stay bounded (SAFETY §3.3: depth 100). */
const MAX_DEPTH = 100;
const KEPT_ATTRIBUTES = new Set(['id', 'name', 'class', 'role', 'href', 'style', 'hidden', 'aria-hidden', 'aria-level', 'lang', 'content', 'charset', 'http-equiv', 'size', 'property']);
const PERMALINK_CLASS = /(?:^|\s)(?:headerlink|hash-link|header-anchor|heading-anchor|heading-link|anchor|anchorjs-link|permalink|anchor-link|self-link|viewcode-back|direct-link|toclink-mark)(?:\s|$)/;
const PERMALINK_MARK = /^[\s¶#§◆☍∞🔗⚓❡*-]{0,3}$/u;
const DROPPED_INLINE = /(?:^|\s)(?:(linenos?|line-number|line-numbers-rows|gutter)|(sr-only|visually-hidden|hideme)|viewcode-link|headerlink|permalink|mw-editsection|copybtn|copy-button|test-arrow|srclink|tooltip)(?:\s|$)/;
const WHITE = /[ \t\n\r\f]+/g;
const NEEDS_COLLAPSE = /[\t\n\r\f]|  /;

/**
 * Owns the reading of HTML's tags into blocks, by htmlparser2's tokenizer and a stack of its own
 * (the library's parser searches its whole stack for every closing tag). Does not decide what is navigation.
 */
export class BlockWalker implements TokenizerCallbacks {
  private readonly source: string;
  private readonly blocks: HtmlBlock[] = [];
  private readonly regions: Region[] = [];
  private readonly stack: Frame[] = [];
  private readonly removed: Record<string, number> = {};
  private readonly metadata: Record<string, string> = {};
  private context: Context;
  private language: string | undefined;
  private title = '';
  private inTitle = false;
  private frames = 0;

  private buffer = '';
  /** Text of a short link to the page itself, held back until it is known whether it is a permalink mark. */
  private held: string | null = null;
  private spaceAtEnd = true;
  private lineAtEnd = false;
  private brAtEnd = false;
  private linked = 0;
  private links = 0;
  private localLinks = 0;
  private bold = 0;
  private boldDepth = 0;
  private cuts: number[] = [];
  private anchor: string | undefined;
  private dropTag: string | null = null;
  private dropDepth = 0;
  private dropReason = '';

  private tag = '';
  private attributes: ElementAttributes & { property?: string } = {};
  private attribute = '';
  private value = '';

  constructor(source: string) {
    this.source = source;
    this.context = { kind: 'paragraph', level: 0, pre: false, linked: false, region: this.openRegion(null, 'body', {}, []), table: null, admonition: false };
  }

  walk(): WalkedPage {
    const tokenizer = new Tokenizer({}, this);
    tokenizer.write(this.source);
    tokenizer.end();
    this.closeDownTo(0);
    this.flush();
    const { blocks, regions, metadata, language, removed, frames } = this;
    return { blocks, regions, metadata, language, removed, frames, title: this.title.replace(WHITE, ' ').trim() };
  }

  // ── tokens ──

  ontext(start: number, end: number): void {
    this.text(this.source.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.text(String.fromCodePoint(codepoint));
  }

  onopentagname(start: number, end: number): void {
    this.tag = this.source.slice(start, end).toLowerCase();
    this.attributes = {};
  }

  onattribname(start: number, end: number): void {
    const length = end - start;
    const name = length < 2 || length > 11 ? '' : this.source.slice(start, end).toLowerCase();
    this.attribute = KEPT_ATTRIBUTES.has(name) ? name : '';
    this.value = '';
  }

  onattribdata(start: number, end: number): void {
    if (this.attribute !== '') this.value += this.source.slice(start, end);
  }

  onattribentity(codepoint: number): void {
    if (this.attribute !== '') this.value += String.fromCodePoint(codepoint);
  }

  onattribend(_quote: QuoteType): void {
    if (this.attribute === '') return;
    const key = this.attribute as keyof ElementAttributes;
    this.attributes[key] ??= this.value;
  }

  onopentagend(): void {
    this.open(this.tag, this.attributes);
  }

  onselfclosingtag(): void {
    const tag = this.tag;
    this.open(tag, this.attributes);
    if (ELEMENTS.get(tag)?.flow !== 'void') this.close(tag);
  }

  onclosetag(start: number, end: number): void {
    const tag = this.source.slice(start, end).toLowerCase();
    if (tag === 'br') this.open('br', {});
    else this.close(tag);
  }

  isInForeignContext(): boolean {
    return this.dropTag === 'svg' || this.dropTag === 'math';
  }

  oncomment(): void {}
  oncdata(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}

  // ── elements ──

  private open(tag: string, attributes: ElementAttributes & { property?: string }): void {
    const rule = ELEMENTS.get(tag);
    if (this.dropTag !== null) {
      if (tag === this.dropTag) this.dropDepth++;
      else if (rule?.flow === 'block' && INLINE_DROPS.has(this.dropTag)) this.endDrop();
      if (this.dropTag !== null) return;
    }
    if (rule === undefined) this.openInline(tag, attributes);
    else if (rule.flow === 'drop') this.startDrop(tag, rule.reason ?? 'hidden');
    else if (rule.flow === 'void') this.openVoid(tag, attributes);
    else if (rule.flow === 'link') this.openLink(tag, rule, attributes);
    else this.openBlock(tag, rule, attributes);
  }

  private openInline(tag: string, attributes: ElementAttributes): void {
    if (tag === 'title') {
      this.inTitle = this.title === '';
      if (!this.inTitle) this.startDrop(tag, 'hidden');
      return;
    }
    if (tag === 'b' || tag === 'strong' || (tag === 'font' && /^(?:\+|[5-7])/.test(attributes.size ?? ''))) this.boldDepth++;
    if (attributes.id !== undefined) this.anchor ??= attributes.id;
    const dropped = dropReason(attributes.class);
    if (dropped !== null) this.startDrop(tag, dropped);
    else if (isHidden(attributes)) this.startDrop(tag, 'hidden');
    else if (attributes.role === 'heading') this.openBlock(tag, { flow: 'block', kind: 'heading', level: Number(attributes['aria-level'] ?? 2) || 2 }, attributes);
  }

  private openVoid(tag: string, attributes: ElementAttributes & { property?: string }): void {
    if (tag === 'br') this.lineBreak();
    else if (tag === 'hr') this.flush();
    else if (tag === 'frame') this.frames++;
    else if (tag === 'meta') this.readMeta(attributes);
  }

  private readMeta(attributes: ElementAttributes & { property?: string }): void {
    const name = (attributes.name ?? attributes.property ?? '').toLowerCase();
    const content = cleanCharacters(attributes.content ?? '').trim();
    if (content === '' || !/^(?:author|description|keywords|date|generator|dc\.[a-z]+|article:[a-z_]+|og:title)$/.test(name)) return;
    this.metadata[name] ??= content.slice(0, 500);
  }

  private openLink(tag: string, rule: ElementRule, attributes: ElementAttributes): void {
    const anchor = attributes.id ?? attributes.name;
    if (anchor) this.anchor ??= anchor;
    this.endImplied(rule);
    if (isHidden(attributes)) return this.startDrop(tag, 'hidden');
    const dropped = dropReason(attributes.class);
    if (dropped !== null) return this.startDrop(tag, dropped);
    if (attributes.href === undefined) return;
    this.links++;
    const own = attributes.href.startsWith('#');
    if (own) this.localLinks++;
    this.push({ tag, rule, context: { ...this.context, linked: true }, attributes });
    if (own || PERMALINK_CLASS.test(attributes.class ?? '')) this.held = '';
  }

  private openBlock(tag: string, given: ElementRule, attributes: ElementAttributes): void {
    let rule = given;
    if (attributes.role === 'heading' && rule.kind !== 'heading') rule = { ...rule, kind: 'heading', level: Number(attributes['aria-level'] ?? 2) || 2 };
    this.endImplied(rule);
    const inPre = this.context.pre && rule.kind !== 'heading' && tag !== 'table';
    if (inPre) this.lineInPre();
    else this.flush();
    if (tag === 'html' && attributes.lang) this.language ??= attributes.lang.trim().slice(0, 35);
    if (attributes.id) this.anchor ??= attributes.id;
    if (tag === 'html' || tag === 'body' || tag === 'head' || tag === 'frameset') return;
    this.push({ tag, rule, context: this.contextFor(tag, rule, attributes), attributes });
  }

  private contextFor(tag: string, rule: ElementRule, attributes: ElementAttributes): Context {
    const outer = this.context;
    const words = attributes.class === undefined && attributes.id === undefined ? NO_WORDS : nameWords(attributes);
    const above = this.stack.at(-1)?.attributes.class;
    const removed = isHidden(attributes) ? 'hidden' : above === 'header' && words.includes('summary') ? 'navigation' : null;
    let region = outer.region;
    if (removed) region = this.openRegion(region, tag, attributes, words, removed);
    else if (rule.region || words.length > 0 || attributes.role !== undefined) {
      if (rule.region || regionRule(tag, attributes, words)) region = this.openRegion(region, tag, attributes, words);
    }
    let kind: BlockKind = rule.kind ?? outer.kind;
    let pre = rule.pre ?? outer.pre;
    if (tag === 'div' && words.includes('fragment')) [kind, pre] = ['code', true];
    let level = rule.level ?? outer.level;
    if (rule.kind === undefined && outer.kind === 'heading') kind = 'heading';
    // Doxygen's page title is a plain div.
    if (words.includes('title') && above === 'headertitle') [kind, level] = ['heading', 1];
    if (tag === 'table' || (kind === 'heading' && outer.admonition)) kind = 'paragraph';
    if (outer.kind === 'definition' && rule.kind === 'paragraph' && tag !== 'dd') kind = 'definition';
    let table = outer.table;
    if (tag === 'table') {
      if (table) table.nested = true;
      table = { outer: outer.table, firstBlock: this.blocks.length, rows: [], nested: false, layout: attributes.role === 'presentation' || attributes.role === 'none', words, openCell: null };
    } else if (tag === 'tr' && table) table.rows.push([]);
    else if ((tag === 'td' || tag === 'th') && table) {
      if (table.rows.length === 0) table.rows.push([]);
      table.openCell = { first: this.blocks.length, end: -1, header: tag === 'th' };
      table.rows.at(-1)?.push(table.openCell);
    }
    return { kind, level, pre, linked: outer.linked, region, table, admonition: outer.admonition || words.some((word) => ADMONITIONS.has(word)) };
  }

  private openRegion(parent: Region | null, tag: string, attributes: ElementAttributes, words: readonly string[], removed: string | null = null): Region {
    if (parent && this.stack.length >= MAX_DEPTH - 1 && removed === null) return parent;
    const region: Region = {
      parent, tag, rule: regionRule(tag, attributes, words), main: isMainRegion(tag, attributes, words),
      text: 0, linked: 0, links: 0, localLinks: 0, titles: 0, removed, inMain: false,
    };
    this.regions.push(region);
    return region;
  }

  private push(frame: Frame): void {
    if (this.stack.length >= MAX_DEPTH) this.stack.shift();
    this.stack.push(frame);
    this.context = frame.context;
  }

  private endImplied(rule: ElementRule): void {
    const ends = rule.ends;
    if (!ends) return;
    for (let at = this.stack.length - 1; at >= 0; at--) {
      const frame = this.stack[at] as Frame;
      if (ends.has(frame.tag)) return this.closeDownTo(at);
      if (rule.within ? rule.within.has(frame.tag) : frame.tag !== 'a') return;
    }
  }

  private close(tag: string): void {
    if (tag === 'title') this.inTitle = false;
    if (this.dropTag !== null) {
      if (tag === this.dropTag) {
        if (--this.dropDepth <= 0) this.endDrop();
        return;
      }
      if (ELEMENTS.get(tag)?.flow !== 'block' || !INLINE_DROPS.has(this.dropTag)) return;
      this.endDrop();
    }
    if (tag === 'b' || tag === 'strong' || tag === 'font') this.boldDepth = Math.max(0, this.boldDepth - 1);
    for (let at = this.stack.length - 1; at >= 0; at--) {
      const open = (this.stack[at] as Frame).tag;
      if (open === tag) return this.closeDownTo(at);
      if (SCOPES.has(open) && !(tag === 'table' || (tag === 'tr' && open !== 'table') || (/^t(?:body|head|foot)$/.test(tag) && open !== 'table'))) break;
    }
    if (tag === 'p') this.flush();
  }

  private closeDownTo(size: number): void {
    while (this.stack.length > size) {
      const frame = this.stack.at(-1) as Frame;
      if (frame.rule?.flow === 'link') this.endLink(frame);
      else this.endBlock(frame);
      this.stack.pop();
      this.context = this.stack.at(-1)?.context ?? this.rootContext();
    }
  }

  private rootContext(): Context {
    return { kind: 'paragraph', level: 0, pre: false, linked: false, region: this.regions[0] as Region, table: null, admonition: false };
  }

  private endLink(frame: Frame): void {
    const text = this.held;
    if (text === null) return;
    const marked = PERMALINK_CLASS.test(frame.attributes.class ?? '');
    if (!PERMALINK_MARK.test(text) || (!marked && (text.trim() === '' || /[*-]/.test(text)))) return this.release();
    this.held = null;
    this.linked = Math.max(0, this.linked - text.length);
    this.links--;
    if ((frame.attributes.href ?? '').startsWith('#')) this.localLinks--;
    if (text.trim() === '') return;
    this.count('permalink', text.trim().length);
    this.cut();
  }

  private release(): void {
    const text = this.held;
    this.held = null;
    if (text !== null && text !== '') this.put(text);
  }

  private cut(): void {
    if (this.cuts.at(-1) !== this.buffer.length) this.cuts.push(this.buffer.length);
  }

  private endBlock(frame: Frame): void {
    const outer = this.stack.at(-2)?.context;
    if (frame.attributes.id !== undefined && frame.attributes.id === this.anchor && this.buffer === '') this.anchor = undefined;
    if (frame.context.pre && outer?.pre) this.lineInPre();
    else this.flush();
    const table = frame.context.table;
    if (!table) return;
    if ((frame.tag === 'td' || frame.tag === 'th') && table.openCell) {
      table.openCell.end = this.blocks.length;
      table.openCell = null;
    } else if (frame.tag === 'table') foldTable(table, this.blocks, frame.context.region);
  }

  private startDrop(tag: string, reason: string): void {
    this.dropTag = tag;
    this.dropDepth = 1;
    this.dropReason = reason;
  }

  private endDrop(): void {
    this.dropTag = null;
    this.dropDepth = 0;
  }

  private count(reason: string, characters: number): void {
    if (characters > 0) this.removed[reason] = (this.removed[reason] ?? 0) + characters;
  }

  // ── text ──

  private text(piece: string): void {
    if (this.dropTag !== null) {
      const length = piece.trim().length;
      if (length === 0) return;
      this.count(this.dropReason, length);
      if (this.buffer !== '') this.cut();
      return;
    }
    if (this.inTitle) {
      this.title += cleanCharacters(piece);
      return;
    }
    const clean = cleanCharacters(piece);
    if (this.context.pre) return this.append(this.buffer === '' && clean.startsWith('\n') ? clean.slice(1) : clean);
    let words = NEEDS_COLLAPSE.test(clean) ? clean.replace(WHITE, ' ') : clean;
    if (this.spaceAtEnd && words.startsWith(' ')) words = words.slice(1);
    if (words !== '') this.append(words);
  }

  private append(words: string): void {
    if (this.context.linked) this.linked += words.length;
    if (this.boldDepth > 0) this.bold += words.length;
    if (this.held === null) return this.put(words);
    this.held += words;
    if (this.held.length > 12) this.release();
  }

  private put(words: string): void {
    this.buffer += words;
    this.lineAtEnd = words.endsWith('\n');
    this.spaceAtEnd = this.lineAtEnd || words.endsWith(' ');
    this.brAtEnd = false;
  }

  private lineBreak(): void {
    if (this.context.pre) return this.append('\n');
    if (this.brAtEnd && this.context.kind !== 'heading') return this.flush();
    this.release();
    if (this.buffer === '') return;
    this.put('\n');
    this.brAtEnd = true;
  }

  private lineInPre(): void {
    this.release();
    if (this.buffer !== '' && !this.lineAtEnd) this.put('\n');
  }

  /** Ends the open block and gives it its kind from where it stands. */
  private flush(): void {
    this.release();
    const { context } = this;
    const buffer = this.buffer;
    const cuts = this.cuts;
    this.buffer = '';
    this.spaceAtEnd = true;
    this.brAtEnd = false;
    this.boldDepth = 0;
    let start = 0;
    if (context.pre) start = (/^(?:[ \t]*\n)+/.exec(buffer)?.[0].length) ?? 0;
    const text = (start > 0 ? buffer.slice(start) : buffer).trimEnd();
    if (text.trim() !== '') {
      const { region } = context;
      const block: HtmlBlock = { kind: context.kind, text, region, linked: Math.min(this.linked, text.length), links: this.links, localLinks: this.localLinks, bold: this.bold };
      if (context.kind === 'heading') block.level = context.level;
      if (this.anchor !== undefined) block.anchor = this.anchor;
      if (cuts.length > 0) block.cuts = cuts.map((cut) => Math.max(0, cut - start));
      this.blocks.push(block);
      this.anchor = undefined;
    }
    if (cuts.length > 0) this.cuts = [];
    this.linked = 0;
    this.links = 0;
    this.localLinks = 0;
    this.bold = 0;
  }
}

const NO_WORDS: readonly string[] = [];
const ADMONITIONS = new Set('note warning tip important caution admonition danger hint attention notice callout admonitionblock'.split(' '));

function dropReason(classes: string | undefined): string | null {
  if (classes === undefined) return null;
  const match = DROPPED_INLINE.exec(classes);
  if (!match) return null;
  return match[1] ? 'line-numbers' : match[2] ? 'hidden' : 'permalink';
}
