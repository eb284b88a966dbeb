import { cleanCharacters } from '../cleanCharacters.ts';
import type { ElementAttributes } from './regionRules.ts';

const PERMALINK_CLASS = /(?:^|\s)(?:headerlink|hash-link|header-anchor|heading-anchor|heading-link|anchor|anchorjs-link|permalink|anchor-link|self-link|viewcode-back|direct-link|toclink-mark)(?:\s|$)/;
const PERMALINK_MARK = /^[\s¶#§◆☍∞🔗⚓❡*-]{0,3}$/u;
const LONGEST_MARK = 12;
const WHITE = /[ \t\n\r\f]+/g;
const NEEDS_COLLAPSE = /[\t\n\r\f]|  /;

export interface TakenText {
  readonly text: string;
  readonly cuts: number[];
  readonly linked: number;
  readonly links: number;
  readonly localLinks: number;
  readonly bold: number;
}

/** Owns the text of the block that is being read: white space, links and what is cut out of it. */
export class OpenText {
  private buffer = '';
  /** Text of a short link, held back until it is known whether it is a permalink's mark. */
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

  get isEmpty(): boolean {
    return this.buffer === '' && (this.held === null || this.held === '');
  }

  add(piece: string, pre: boolean, linked: boolean): void {
    const clean = cleanCharacters(piece);
    if (pre) return this.append(this.buffer === '' && clean.startsWith('\n') ? clean.slice(1) : clean, linked);
    let words = NEEDS_COLLAPSE.test(clean) ? clean.replace(WHITE, ' ') : clean;
    if (this.spaceAtEnd && words.startsWith(' ')) words = words.slice(1);
    if (words !== '') this.append(words, linked);
  }

  openBold(): void {
    this.boldDepth++;
  }

  closeBold(): void {
    this.boldDepth = Math.max(0, this.boldDepth - 1);
  }

  openLink(attributes: ElementAttributes): void {
    this.links++;
    const own = isOwn(attributes);
    if (own) this.localLinks++;
    if (own || PERMALINK_CLASS.test(attributes.class ?? '')) this.held = '';
  }

  /** Ends a link; gives the length of its text when that was a permalink's mark and is left out. */
  closeLink(attributes: ElementAttributes): number {
    const text = this.held;
    if (text === null) return 0;
    const marked = PERMALINK_CLASS.test(attributes.class ?? '');
    if (!PERMALINK_MARK.test(text) || (!marked && (text.trim() === '' || /[*-]/.test(text)))) {
      this.release();
      return 0;
    }
    this.held = null;
    this.linked = Math.max(0, this.linked - text.length);
    this.links--;
    if (isOwn(attributes)) this.localLinks--;
    const { length } = text.trim();
    if (length > 0) this.cut();
    return length;
  }

  /** Notes that something was left out here. */
  cut(): void {
    if (this.cuts.at(-1) !== this.buffer.length) this.cuts.push(this.buffer.length);
  }

  /** A `<br>`; true when it is the second in a row and ends the paragraph. */
  lineBreak(pre: boolean): boolean {
    if (pre) this.append('\n', false);
    else if (this.brAtEnd) return true;
    else {
      this.release();
      if (this.buffer === '') return false;
      this.put('\n');
      this.brAtEnd = true;
    }
    return false;
  }

  /** An element begins or ends inside preformatted text: what follows stands on a new line. */
  newLine(): void {
    this.release();
    if (this.buffer !== '' && !this.lineAtEnd) this.put('\n');
  }

  /** Ends the block; null when it holds no text. */
  take(pre: boolean): TakenText | null {
    this.release();
    const start = pre ? ((/^(?:[ \t]*\n)+/.exec(this.buffer)?.[0].length) ?? 0) : 0;
    const text = (start > 0 ? this.buffer.slice(start) : this.buffer).trimEnd();
    const taken: TakenText | null = text.trim() === '' ? null : {
      text,
      cuts: this.cuts.map((cut) => Math.max(0, cut - start)),
      linked: Math.min(this.linked, text.length), links: this.links, localLinks: this.localLinks, bold: this.bold,
    };
    this.buffer = '';
    this.spaceAtEnd = true;
    this.brAtEnd = false;
    this.boldDepth = 0;
    this.linked = 0;
    this.links = 0;
    this.localLinks = 0;
    this.bold = 0;
    if (this.cuts.length > 0) this.cuts = [];
    return taken;
  }

  private append(words: string, linked: boolean): void {
    if (linked) this.linked += words.length;
    if (this.boldDepth > 0) this.bold += words.length;
    if (this.held === null) return this.put(words);
    this.held += words;
    if (this.held.length > LONGEST_MARK) this.release();
  }

  private release(): void {
    const text = this.held;
    this.held = null;
    if (text !== null && text !== '') this.put(text);
  }

  private put(words: string): void {
    this.buffer += words;
    this.lineAtEnd = words.endsWith('\n');
    this.spaceAtEnd = this.lineAtEnd || words.endsWith(' ');
    this.brAtEnd = false;
  }
}

const isOwn = (attributes: ElementAttributes): boolean => (attributes.href ?? '').startsWith('#');
