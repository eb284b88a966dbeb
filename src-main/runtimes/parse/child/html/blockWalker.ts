import type { BlockKind } from '#contract/document.ts';
import { cleanCharacters } from '../cleanCharacters.ts';
import type { HtmlBlock, WalkedPage } from './htmlBlock.ts';
import { ELEMENTS, INLINE_DROPS, SCOPES, type ElementRule } from './htmlElements.ts';
import { noteRemoved } from '../removedText.ts';
import { isHidden, isMainRegion, nameWords, regionRule, type ElementAttributes, type Region } from './regionRules.ts';
import { OpenText } from './openText.ts';
import { readTags, type TagSink } from './readTags.ts';
import { foldTable, type OpenTable } from './foldTable.ts';

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
const DROPPED_INLINE = /(?:^|\s)(?:(linenos?|line-number|line-numbers-rows|gutter)|(sr-only|visually-hidden|hideme)|viewcode-link|headerlink|permalink|mw-editsection|copybtn|copy-button|test-arrow|srclink|tooltip)(?:\s|$)/;

/**
 * Owns the reading of HTML's tags into blocks, by htmlparser2's tokenizer and a stack of its own
 * (the library's parser searches its whole stack for every closing tag). Does not decide what is navigation.
 */
export class BlockWalker implements TagSink {
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

  private readonly content = new OpenText();
  private anchor: string | undefined;
  private dropTag: string | null = null;
  private dropDepth = 0;
  /** What is dropped stands in a line: the next block ends it, closed or not. */
  private dropInline = false;
  private dropReason = '';

  constructor(source: string) {
    this.source = source;
    this.context = { kind: 'paragraph', level: 0, pre: false, linked: false, region: this.openRegion(null, 'body', {}, []), table: null, admonition: false };
  }

  walk(): WalkedPage {
    readTags(this.source, this);
    this.closeDownTo(0);
    this.flush();
    const { blocks, regions, metadata, language, removed, frames } = this;
    return { blocks, regions, metadata, language, removed, frames, title: this.title.replaceAll(/\s+/g, ' ').trim() };
  }

  isForeign(): boolean {
    return this.dropTag === 'svg' || this.dropTag === 'math';
  }

  open(tag: string, attributes: ElementAttributes): void {
    const rule = ELEMENTS.get(tag);
    if (this.dropTag !== null) {
      if (tag === this.dropTag) this.dropDepth++;
      else if (rule?.flow === 'block' && this.dropInline) this.endDrop();
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
    if (tag === 'b' || tag === 'strong' || (tag === 'font' && /^(?:\+|[5-7])/.test(attributes.size ?? ''))) this.content.openBold();
    if (attributes.id !== undefined) this.anchor ??= attributes.id;
    const dropped = dropReason(attributes.class);
    if (dropped !== null) this.startDrop(tag, dropped);
    else if (isHidden(attributes)) this.startDrop(tag, 'hidden');
    else if (attributes.role === 'heading') this.openBlock(tag, { flow: 'block', kind: 'heading', level: Number(attributes['aria-level'] ?? 2) || 2 }, attributes);
  }

  private openVoid(tag: string, attributes: ElementAttributes): void {
    if (tag === 'br') this.lineBreak();
    else if (tag === 'hr') this.flush();
    else if (tag === 'frame') this.frames++;
    else if (tag === 'meta') this.readMeta(attributes);
  }

  private readMeta(attributes: ElementAttributes): void {
    const name = (attributes.name ?? attributes.property ?? '').toLowerCase();
    const content = cleanCharacters(attributes.content ?? '').trim();
    if (content === '' || !/^(?:author|description|keywords|date|created|modified|last-modified|url|language|generator|dc(?:terms)?\.[a-z.]+|article:[a-z_]+|og:(?:title|url))$/.test(name)) return;
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
    this.push({ tag, rule, context: { ...this.context, linked: true }, attributes });
    this.content.openLink(attributes);
  }

  private openBlock(tag: string, given: ElementRule, attributes: ElementAttributes): void {
    let rule = given;
    if (attributes.role === 'heading' && rule.kind !== 'heading') rule = { ...rule, kind: 'heading', level: Number(attributes['aria-level'] ?? 2) || 2 };
    this.endImplied(rule);
    const inPre = this.context.pre && rule.kind !== 'heading' && tag !== 'table';
    if (inPre) this.content.newLine();
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
    if (tag === 'section' || tag === 'article' || tag === 'table' || (kind === 'heading' && outer.admonition)) kind = 'paragraph';
    if (outer.kind === 'definition' && rule.kind === 'paragraph' && tag !== 'dd') kind = 'definition';
    let table = outer.table;
    if (tag === 'table') {
      if (table) table.nested = true;
      table = { outer: outer.table, firstBlock: this.blocks.length, rows: [], nested: false, layout: attributes.role === 'presentation' || attributes.role === 'none', words, openCell: null };
    } else if (tag === 'tr' && table) table.rows.push([]);
    else if ((tag === 'td' || tag === 'th') && table) {
      if (table.rows.length === 0) table.rows.push([]);
      table.openCell = { first: this.blocks.length, end: -1, header: tag === 'th', rowspan: Math.min(1_000, Number.parseInt(attributes.rowspan ?? '1', 10) || 1) };
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

  close(tag: string): void {
    if (tag === 'title') this.inTitle = false;
    if (this.dropTag !== null) {
      if (tag === this.dropTag) {
        if (--this.dropDepth <= 0) this.endDrop();
        return;
      }
      if (ELEMENTS.get(tag)?.flow !== 'block' || !this.dropInline) return;
      this.endDrop();
    }
    if (tag === 'b' || tag === 'strong' || tag === 'font') this.content.closeBold();
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
      if (frame.rule?.flow === 'link') this.count('permalink', this.content.closeLink(frame.attributes));
      else this.endBlock(frame);
      this.stack.pop();
      this.context = this.stack.at(-1)?.context ?? this.rootContext();
    }
  }

  private rootContext(): Context {
    return { kind: 'paragraph', level: 0, pre: false, linked: false, region: this.regions[0] as Region, table: null, admonition: false };
  }

  private endBlock(frame: Frame): void {
    const outer = this.stack.at(-2)?.context;
    if (frame.attributes.id !== undefined && frame.attributes.id === this.anchor && this.content.isEmpty) this.anchor = undefined;
    if (frame.context.pre && outer?.pre) this.content.newLine();
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
    this.dropInline = INLINE_DROPS.has(tag) || ELEMENTS.get(tag)?.flow !== 'drop';
    this.dropReason = reason;
  }

  private endDrop(): void {
    this.dropTag = null;
    this.dropDepth = 0;
  }

  private count(reason: string, characters: number): void {
    if (characters > 0) this.removed[reason] = (this.removed[reason] ?? 0) + characters;
  }

  text(piece: string): void {
    if (this.dropTag !== null) {
      const { length } = piece.trim();
      if (length === 0) return;
      this.count(this.dropReason, length);
      noteRemoved(this.dropReason, piece.trim());
      if (!this.content.isEmpty) this.content.cut();
    } else if (this.inTitle) this.title += cleanCharacters(piece);
    else this.content.add(piece, this.context.pre, this.context.linked);
  }

  private lineBreak(): void {
    if (this.content.lineBreak(this.context.pre) && this.context.kind !== 'heading') this.flush();
  }

  /** Ends the open block and gives it its kind from where it stands. */
  private flush(): void {
    const { context } = this;
    const taken = this.content.take(context.pre);
    if (taken === null) return;
    const block: HtmlBlock = { kind: context.kind, region: context.region, ...taken };
    if (context.kind === 'heading') block.level = context.level;
    if (this.anchor !== undefined) block.anchor = this.anchor;
    this.blocks.push(block);
    this.anchor = undefined;
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
