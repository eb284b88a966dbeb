import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { ELEMENTS } from './htmlElements.ts';
import type { ElementAttributes } from './regionRules.ts';

/** What is told of a page, in its order. */
export interface TagSink {
  open(tag: string, attributes: ElementAttributes): void;
  close(tag: string): void;
  text(piece: string): void;
  /** Inside SVG or MathML, where other rules hold for some tags. */
  isForeign(): boolean;
}

const KEPT_ATTRIBUTES = new Set(['id', 'name', 'class', 'role', 'rowspan', 'href', 'style', 'hidden', 'aria-hidden', 'aria-level', 'lang', 'content', 'charset', 'http-equiv', 'size', 'property']);

/** Reads a page by htmlparser2's tokenizer; attributes that nothing asks for are skipped. No entity of a DTD is ever resolved. */
export function readTags(source: string, sink: TagSink): void {
  const tokenizer = new Tokenizer({}, new TagReader(source, sink));
  tokenizer.write(source);
  tokenizer.end();
}

class TagReader implements TokenizerCallbacks {
  private readonly source: string;
  private readonly sink: TagSink;
  private tag = '';
  private attributes: ElementAttributes = {};
  private attribute = '';
  private value = '';

  constructor(source: string, sink: TagSink) {
    this.source = source;
    this.sink = sink;
  }

  ontext(start: number, end: number): void {
    this.sink.text(this.source.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.sink.text(String.fromCodePoint(codepoint));
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

  onattribend(): void {
    if (this.attribute === '') return;
    const key = this.attribute as keyof ElementAttributes;
    this.attributes[key] ??= this.value;
  }

  onopentagend(): void {
    this.sink.open(this.tag, this.attributes);
  }

  onselfclosingtag(): void {
    const tag = this.tag;
    this.sink.open(tag, this.attributes);
    if (ELEMENTS.get(tag)?.flow !== 'void') this.sink.close(tag);
  }

  onclosetag(start: number, end: number): void {
    const tag = this.source.slice(start, end).toLowerCase();
    if (tag === 'br') this.sink.open('br', {});
    else this.sink.close(tag);
  }

  isInForeignContext(): boolean {
    return this.sink.isForeign();
  }

  oncomment(): void {}
  oncdata(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}
}
