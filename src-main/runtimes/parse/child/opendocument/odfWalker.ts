import type { BlockKind, ParseWarning } from '#contract/document.ts';
import { BlockFlow, type FlowBlock } from '../office/blockFlow.ts';
import { ParagraphText } from '../office/paragraphText.ts';
import type { XmlAttributes, XmlSink } from '../xml/readXml.ts';
import type { OdfStyles } from './odfStyles.ts';

interface OpenParagraph {
  readonly text: ParagraphText;
  readonly kind: BlockKind;
  readonly level: number | undefined;
  readonly title: boolean;
  readonly bold: boolean | undefined;
  /** Notes and comments inside: they follow it. */
  readonly notes: FlowBlock[];
}

/** Why everything inside an element is left out; null = it is no text of the document at all. */
const LEFT_OUT: Readonly<Record<string, string | null>> = {
  'text:tracked-changes': 'deleted', 'text:note-citation': null, 'text:ruby-text': null, 'svg:title': null, 'svg:desc': null, 'office:forms': null, 'dc:creator': null, 'dc:date': null, 'meta:creator-initials': null,
  'text:sequence-decls': null, 'text:variable-decls': null, 'text:user-field-decls': null, 'office:automatic-styles': null, 'office:font-face-decls': null, 'office:scripts': null, 'style:master-page': null, 'text:hidden-text': 'hidden',
};
const CONTENTS = new Set(['text:table-of-content', 'text:illustration-index', 'text:table-index', 'text:object-index']);
const MARGIN_CLASSES = new Set(['page-number', 'date-time', 'header', 'footer']);
const MOST_SPACES = 100;

/**
 * Owns the reading of an OpenDocument text or presentation into blocks. Notes and comments come after their paragraph;
 * deletions and hidden text are left out; of a presentation each page has its title as a heading, then its frames.
 */
export class OdfWalker implements XmlSink {
  readonly flow = new BlockFlow();
  readonly pagesWithText: boolean[] = [];
  readonly warnings: ParseWarning[] = [];
  title: string | undefined;
  private readonly styles: OdfStyles;
  private readonly paragraphs: OpenParagraph[] = [];
  private skip = 0;
  private skipReason: string | null = null;
  private lists = 0;
  private contents = 0;
  private notes = 0;
  private readonly spans: (boolean | undefined)[] = [];
  private frame = '';
  private pageStart = 0;

  constructor(styles: OdfStyles) {
    this.styles = styles;
  }

  open(tag: string, attributes: XmlAttributes): void {
    if (this.skip > 0) {
      this.skip++;
      return;
    }
    const left = this.leftOut(tag, attributes);
    if (left !== undefined) {
      this.skip = 1;
      this.skipReason = left;
      if (left !== null) this.paragraphs.at(-1)?.text.cut();
      return;
    }
    switch (tag) {
      case 'text:h':
      case 'text:p': this.openParagraph(tag, attributes); return;
      case 'text:span': this.spans.push(this.styles.isBold(attributes['text:style-name'])); return;
      case 'text:s': this.write(' '.repeat(Math.min(MOST_SPACES, Math.max(1, Number(attributes['text:c'] ?? 1) || 1)))); return;
      case 'text:tab':
      case 'text:tab-stop': this.write('\t'); return;
      case 'text:line-break': this.write('\n'); return;
      case 'text:list':
      case 'text:ordered-list':
      case 'text:unordered-list': this.lists++; return;
      case 'text:note':
      case 'text:footnote':
      case 'text:endnote':
      case 'office:annotation':
      case 'presentation:notes': this.notes++; return;
      case 'table:table': this.flow.openTable(); return;
      case 'table:table-row': this.flow.openRow(); return;
      case 'table:table-cell': this.flow.openCell(Math.min(1_000, Number.parseInt(attributes['table:number-rows-spanned'] ?? '1', 10) || 1)); return;
      case 'table:covered-table-cell': this.flow.openCell(); return;
      case 'draw:page': this.openPage(attributes); return;
      case 'draw:frame':
      case 'draw:custom-shape':
      case 'draw:text-box': this.frame = attributes['presentation:class'] ?? (tag === 'draw:text-box' ? this.frame : ''); return;
      default: if (CONTENTS.has(tag)) this.contents++;
    }
  }

  close(tag: string): void {
    if (this.skip > 0) {
      this.skip--;
      return;
    }
    switch (tag) {
      case 'text:h':
      case 'text:p': this.endParagraph(); return;
      case 'text:span': this.spans.pop(); return;
      case 'text:list':
      case 'text:ordered-list':
      case 'text:unordered-list': this.lists--; return;
      case 'text:note':
      case 'text:footnote':
      case 'text:endnote':
      case 'office:annotation':
      case 'presentation:notes': this.notes--; return;
      case 'table:table': this.flow.closeTable(); return;
      case 'draw:page': this.endPage(); return;
      case 'draw:frame': this.frame = ''; return;
      default: if (CONTENTS.has(tag)) this.contents--;
    }
  }

  text(piece: string): void {
    if (this.skip > 0) {
      if (this.skipReason !== null) this.flow.remove(this.skipReason, piece.trim().length);
      return;
    }
    // Line ends in the file are nothing but spaces: breaks are elements.
    this.write(piece.replace(/\s+/g, ' '));
  }

  private leftOut(tag: string, attributes: XmlAttributes): string | null | undefined {
    if (Object.hasOwn(LEFT_OUT, tag)) return LEFT_OUT[tag];
    if (tag === 'text:section' && attributes['text:display'] === 'none') return 'hidden';
    if (tag === 'text:hidden-paragraph' && attributes['text:is-hidden'] === 'true') return 'hidden';
    if ((tag === 'text:span' || tag === 'text:p' || tag === 'text:h') && this.styles.isHidden(attributes['text:style-name'])) return 'hidden';
    if (tag === 'draw:frame' && MARGIN_CLASSES.has(attributes['presentation:class'] ?? '')) return 'page-footer';
    return undefined;
  }

  private write(piece: string): void {
    const paragraph = this.paragraphs.at(-1);
    paragraph?.text.add(piece, this.spans.findLast((bold) => bold !== undefined) ?? paragraph.bold ?? false);
  }

  private openParagraph(tag: string, attributes: XmlAttributes): void {
    const style = attributes['text:style-name'];
    const outline = tag === 'text:h' ? Number(attributes['text:outline-level'] ?? attributes['text:level'] ?? 1) || 1 : undefined;
    const known = this.styles.kindOf(style);
    const level = outline ?? known.level;
    const kind = outline !== undefined ? 'heading' : known.kind !== 'paragraph' ? known.kind : this.lists > 0 ? 'list' : 'paragraph';
    this.paragraphs.push({ text: new ParagraphText(), kind, level, title: known.title === true, bold: this.styles.isBold(style), notes: [] });
  }

  private endParagraph(): void {
    const paragraph = this.paragraphs.pop();
    if (!paragraph) return;
    const { text, cuts, bold } = paragraph.text.take(paragraph.kind === 'code');
    const block: FlowBlock = { kind: paragraph.kind, text, bold, ...(paragraph.level === undefined ? {} : { level: paragraph.level }), ...(cuts.length > 0 ? { cuts } : {}), ...(this.contents > 0 ? { reason: 'table-of-contents' } : {}) };
    if (this.notes > 0) this.addNote({ ...block, kind: 'quote' });
    else if (this.flow.page !== undefined && this.frame === 'title') this.flow.add({ ...block, kind: 'heading', level: 2, text: text.replaceAll('\n', ' ') });
    else {
      if (paragraph.title && text !== '') this.title ??= text;
      this.flow.add(this.frame === 'outline' && block.kind === 'paragraph' ? { ...block, kind: 'list' } : block);
    }
    if (this.notes === 0 || this.paragraphs.length === 0) for (const note of paragraph.notes) this.flow.addNote(note);
  }

  private addNote(note: FlowBlock): void {
    const host = this.paragraphs.at(-1);
    if (host) host.notes.push(note);
    else this.flow.addNote(note);
  }

  private openPage(attributes: XmlAttributes): void {
    this.flow.page = this.pagesWithText.length + 1;
    this.pageStart = this.flow.blocks.length;
    if (this.styles.isHidden(attributes['draw:style-name'])) this.warnings.push({ code: 'hidden-slide', message: 'This slide is hidden in the show; it was read', page: this.flow.page });
  }

  /** The title comes first, wherever its frame stands. */
  private endPage(): void {
    const blocks = this.flow.blocks.splice(this.pageStart);
    const at = blocks.findIndex((block) => block.kind === 'heading');
    if (at > 0) blocks.unshift(...blocks.splice(at, 1));
    for (const block of blocks) this.flow.blocks.push(block);
    this.pagesWithText.push(blocks.length > 0);
  }
}
