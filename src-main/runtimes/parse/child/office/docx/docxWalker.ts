import type { XmlAttributes, XmlSink } from '../../xml/readXml.ts';
import { BlockFlow, type FlowBlock } from '../blockFlow.ts';
import { ParagraphText } from '../paragraphText.ts';
import { isOn, NO_STYLE, type DocxStyle, type DocxStyles } from './docxStyles.ts';

interface OpenParagraph {
  readonly text: ParagraphText;
  style: DocxStyle;
  outline: number | undefined;
  numbered: boolean | undefined;
  /** Notes that it refers to, `footnote 3`. */
  readonly notes: string[];
}

interface RunState {
  hidden: boolean;
  bold: boolean;
}

/** Older states that tracked changes keep, and the reading aid of East Asian text: never part of the text. */
const SKIPPED = new Set(['pPrChange', 'rPrChange', 'sectPrChange', 'tblPrChange', 'trPrChange', 'tcPrChange', 'tblPrExChange', 'tblGridChange', 'numberingChange', 'rt', 'binData']);
const NOTES = new Set(['footnote', 'endnote', 'comment']);
const REFERENCES: Readonly<Record<string, string>> = { footnoteReference: 'footnote', endnoteReference: 'endnote', commentReference: 'comment' };

/**
 * Owns the reading of a DOCX part's elements into blocks. Insertions are kept; deletions, hidden letters and field
 * codes are left out; a text box comes where its anchor is, before the paragraph that holds it.
 */
export class DocxWalker implements XmlSink {
  readonly flow = new BlockFlow();
  /** Blocks of the notes that the part defines, by kind and id. */
  readonly notes = new Map<string, FlowBlock[]>();
  title: string | undefined;
  private readonly styles: DocxStyles;
  /** Notes of the other parts that paragraphs refer to. */
  private readonly known: ReadonlyMap<string, FlowBlock[]>;
  private readonly paragraphs: OpenParagraph[] = [];
  private run: RunState = { hidden: false, bold: false };
  /** Open fields: true while their code, not their result, is being read. */
  private readonly fields: boolean[] = [];
  private fieldCodes = 0;
  /** One for each open choice between alternatives: whether one was taken. */
  private readonly alternatives: boolean[] = [];
  private skip = 0;
  private deleted = 0;
  private contents = 0;
  private readonly blocks: boolean[] = [];
  private inText = false;
  private inRunProperties = false;
  private inParagraphProperties = false;
  private noteStart: { key: string; at: number; left: boolean } | null = null;

  constructor(styles: DocxStyles, known: ReadonlyMap<string, FlowBlock[]>) {
    this.styles = styles;
    this.known = known;
  }

  open(tag: string, attributes: XmlAttributes): void {
    if (this.skip > 0 || SKIPPED.has(tag) || (tag === 'Fallback' && this.alternatives.at(-1) === true)) {
      this.skip++;
      return;
    }
    if (this.inRunProperties) this.openRunProperty(tag, attributes);
    else if (this.inParagraphProperties) this.openParagraphProperty(tag, attributes);
    else this.openContent(tag, attributes);
  }

  private openContent(tag: string, attributes: XmlAttributes): void {
    switch (tag) {
      case 't':
      case 'delText': this.inText = true; return;
      case 'r': this.run = { hidden: false, bold: false }; return;
      case 'rPr': this.inRunProperties = true; return;
      case 'p': this.paragraphs.push({ text: new ParagraphText(), style: NO_STYLE, outline: undefined, numbered: undefined, notes: [] }); return;
      case 'pPr': this.inParagraphProperties = true; return;
      case 'tab':
      case 'ptab': this.write('\t'); return;
      case 'br':
      case 'cr': this.write('\n'); return;
      case 'noBreakHyphen': this.write('-'); return;
      case 'del':
      case 'moveFrom': this.deleted++; return;
      case 'tbl': this.flow.openTable(); return;
      case 'tr': this.flow.openRow(); return;
      case 'tc': this.flow.openCell(); return;
      case 'fldChar': this.turnField(attributes['fldCharType']); return;
      case 'AlternateContent': this.alternatives.push(false); return;
      case 'Choice': if (this.alternatives.length > 0) this.alternatives[this.alternatives.length - 1] = true; return;
      case 'sdt': this.blocks.push(false); return;
      case 'docPartGallery': this.openGallery(attributes['val']); return;
      default:
        if (NOTES.has(tag)) this.noteStart = { key: `${tag} ${attributes['id'] ?? ''}`, at: this.flow.blocks.length, left: attributes['type'] !== undefined && attributes['type'] !== 'normal' };
        else if (tag in REFERENCES && this.deleted === 0) this.paragraphs.at(-1)?.notes.push(`${REFERENCES[tag]} ${attributes['id'] ?? ''}`);
    }
  }

  close(tag: string): void {
    if (this.skip > 0) {
      this.skip--;
      return;
    }
    switch (tag) {
      case 't':
      case 'delText': this.inText = false; return;
      case 'rPr': this.inRunProperties = false; return;
      case 'pPr': this.inParagraphProperties = false; return;
      case 'p': this.endParagraph(); return;
      case 'del':
      case 'moveFrom': this.deleted = Math.max(0, this.deleted - 1); return;
      case 'tbl': this.flow.closeTable(); return;
      case 'AlternateContent': this.alternatives.pop(); return;
      case 'sdt': if (this.blocks.pop() === true) this.contents--; return;
      default: if (NOTES.has(tag)) this.endNote();
    }
  }

  text(piece: string): void {
    if (this.inText && this.skip === 0) this.write(piece);
  }

  private write(piece: string): void {
    const paragraph = this.paragraphs.at(-1);
    if (!paragraph || this.fieldCodes > 0) return;
    if (this.deleted === 0 && !this.run.hidden) {
      paragraph.text.add(piece, this.run.bold);
      return;
    }
    if (piece.trim() === '') return;
    this.flow.remove(this.deleted > 0 ? 'deleted' : 'hidden', piece.length);
    paragraph.text.cut();
  }

  private openRunProperty(tag: string, attributes: XmlAttributes): void {
    if (tag === 'vanish') this.run.hidden = isOn(attributes['val']);
    else if (tag === 'b') this.run.bold = isOn(attributes['val']);
    else if (tag === 'rStyle') this.run.hidden ||= this.styles.get(attributes['val']).hidden;
  }

  private openParagraphProperty(tag: string, attributes: XmlAttributes): void {
    const paragraph = this.paragraphs.at(-1);
    if (!paragraph) return;
    if (tag === 'pStyle') paragraph.style = this.styles.get(attributes['val']);
    else if (tag === 'outlineLvl') paragraph.outline = Number(attributes['val'] ?? 9);
    else if (tag === 'numId') paragraph.numbered = attributes['val'] !== '0';
  }

  private turnField(type: string | undefined): void {
    if (type === 'begin') {
      this.fields.push(true);
      this.fieldCodes++;
    } else if (type === 'separate' && this.fields.at(-1) === true) {
      this.fields[this.fields.length - 1] = false;
      this.fieldCodes--;
    } else if (type === 'end' && this.fields.pop() === true) this.fieldCodes--;
  }

  private openGallery(gallery: string | undefined): void {
    if (gallery !== 'Table of Contents' || this.blocks.at(-1) !== false) return;
    this.blocks[this.blocks.length - 1] = true;
    this.contents++;
  }

  private endParagraph(): void {
    const paragraph = this.paragraphs.pop();
    if (!paragraph) return;
    const { style, outline, numbered } = paragraph;
    const level = outline === undefined ? style.level : outline < 9 ? outline + 1 : undefined;
    const kind = level !== undefined ? 'heading' : (style.kind ?? ((numbered ?? style.list) ? 'list' : 'paragraph'));
    const { text, cuts, bold } = paragraph.text.take(kind === 'code');
    const contents = this.contents > 0 || style.contents;
    if (style.title && text !== '') this.title ??= text;
    this.flow.add({
      kind, text, bold: bold && numbered !== true,
      ...(level === undefined ? {} : { level }),
      ...(cuts.length > 0 ? { cuts } : {}),
      ...(contents ? { reason: 'table-of-contents' } : {}),
    });
    for (const key of paragraph.notes) for (const note of this.known.get(key) ?? []) this.flow.addNote(note);
  }

  private endNote(): void {
    if (!this.noteStart) return;
    const { key, at, left } = this.noteStart;
    this.flow.finish();
    const blocks = this.flow.blocks.splice(at);
    if (!left) this.notes.set(key, blocks.map((block) => ({ ...block, kind: block.kind === 'table' ? 'table' : 'quote' })));
    this.noteStart = null;
  }
}
