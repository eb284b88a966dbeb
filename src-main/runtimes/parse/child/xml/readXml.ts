import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { XmlNames } from './xmlNames.ts';

export type XmlAttributes = Readonly<Record<string, string>>;

/** What is told of an XML part, in its order; every element that is opened is closed. */
export interface XmlSink {
  open(tag: string, attributes: XmlAttributes): void;
  close(tag: string): void;
  text(piece: string): void;
}

/** Deeper elements are not told of; the text in them is (SAFETY §3.3: depth 100). */
const MAX_DEPTH = 100;

/**
 * Reads XML by htmlparser2's tokenizer: no DTD is read, no entity but XML's own five and numbers is resolved, nothing
 * else is opened. `local` names come without a prefix (`p`, but `r:id` for relationships), `prefixed` ones with the
 * usual prefix of their namespace (`text:p`), whatever the file calls it.
 * @returns whether every element was closed as it was opened; what could be read was told either way
 */
export function readXml(source: string, sink: XmlSink, names: 'local' | 'prefixed'): boolean {
  const reader = new XmlReader(source, sink, new XmlNames(names));
  const tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: true }, reader);
  tokenizer.write(source);
  tokenizer.end();
  return reader.finish();
}

class XmlReader implements TokenizerCallbacks {
  private readonly source: string;
  private readonly sink: XmlSink;
  private readonly names: XmlNames;
  /** Names of the open elements as they are written. */
  private readonly stack: string[] = [];
  private tooDeep = 0;
  private sound = true;
  private tag = '';
  private attribute = '';
  private value = '';
  private attributes: Record<string, string> = {};

  constructor(source: string, sink: XmlSink, names: XmlNames) {
    this.source = source;
    this.sink = sink;
    this.names = names;
  }

  /** Closes what the file left open. */
  finish(): boolean {
    if (this.stack.length > 0) this.sound = false;
    while (this.stack.length > 0) this.pop();
    return this.sound;
  }

  ontext(start: number, end: number): void {
    if (this.stack.length > 0) this.sink.text(this.source.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    if (this.stack.length > 0) this.sink.text(String.fromCodePoint(codepoint));
  }

  oncdata(start: number, end: number, endOffset: number): void {
    if (this.stack.length > 0) this.sink.text(this.source.slice(start, end - endOffset));
  }

  onopentagname(start: number, end: number): void {
    this.tag = this.source.slice(start, end);
    this.attributes = {};
  }

  onattribname(start: number, end: number): void {
    this.attribute = this.source.slice(start, end);
    this.value = '';
  }

  onattribdata(start: number, end: number): void {
    this.value += this.source.slice(start, end);
  }

  onattribentity(codepoint: number): void {
    this.value += String.fromCodePoint(codepoint);
  }

  onattribend(): void {
    if (this.attribute.startsWith('xmlns')) this.names.declare(this.attribute.slice(6), this.value);
    else this.attributes[this.names.attribute(this.attribute)] = this.value;
  }

  onopentagend(): void {
    if (this.stack.length < MAX_DEPTH) this.push();
    else this.tooDeep++;
  }

  onselfclosingtag(): void {
    if (this.stack.length >= MAX_DEPTH) return;
    this.push();
    this.pop();
  }

  onclosetag(start: number, end: number): void {
    if (this.tooDeep > 0) {
      this.tooDeep--;
      return;
    }
    const tag = this.source.slice(start, end);
    const at = this.stack.lastIndexOf(tag);
    if (at !== this.stack.length - 1 || at < 0) this.sound = false;
    if (at >= 0) while (this.stack.length > at) this.pop();
  }

  private push(): void {
    this.stack.push(this.tag);
    this.sink.open(this.names.tag(this.tag), this.attributes);
  }

  private pop(): void {
    const tag = this.stack.pop();
    if (tag !== undefined) this.sink.close(this.names.tag(tag));
  }

  isInForeignContext(): boolean {
    return true;
  }

  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}
}
