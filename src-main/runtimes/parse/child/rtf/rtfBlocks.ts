import { BlockFlow, type FlowBlock } from '../office/blockFlow.ts';
import { ParagraphText } from '../office/paragraphText.ts';
import type { RtfHeader } from './rtfHeader.ts';

/** What RTF says of the paragraph that is being written; `\pard` takes all of it back. */
interface ParagraphState {
  outline: number | undefined;
  style: number | undefined;
  list: boolean;
  inTable: boolean;
}

const plainParagraph = (): ParagraphState => ({ outline: undefined, style: undefined, list: false, inTable: false });

/** Owns how RTF's text becomes paragraphs, tables and notes. Knows no groups and no words: `rtfReader.ts` reads those. */
export class RtfBlocks {
  readonly flow = new BlockFlow();
  text = new ParagraphText();
  paragraph = plainParagraph();
  private readonly header: RtfHeader;
  private tableOpen = false;
  private rowOpen = false;
  private cellOpen = false;
  /** Paragraphs that a note interrupted, the outermost first. */
  private readonly outer: { text: ParagraphText; paragraph: ParagraphState }[] = [];
  /** Paragraphs of notes that wait for the end of the one that they belong to. */
  private readonly notes: FlowBlock[] = [];

  constructor(header: RtfHeader) {
    this.header = header;
  }

  get inNote(): boolean {
    return this.outer.length > 0;
  }

  resetParagraph(): void {
    this.paragraph = plainParagraph();
  }

  endParagraph(): void {
    const { outline, style, list, inTable } = this.paragraph;
    const known = this.header.styles.get(style ?? -1);
    const level = outline === undefined || outline > 8 ? known?.level : outline + 1;
    const contents = known?.contents === true;
    const { text, cuts, bold } = this.text.take();
    if (!inTable && !this.inNote) this.closeTable();
    if (text === '') return;
    if (inTable && !this.inNote) this.openCell();
    const kind = this.inNote ? 'quote' : level !== undefined ? 'heading' : list ? 'list' : 'paragraph';
    const block: FlowBlock = { kind, text, bold, ...(level === undefined ? {} : { level }), ...(cuts.length > 0 ? { cuts } : {}), ...(contents ? { reason: 'table-of-contents' } : {}) };
    if (this.inNote) this.notes.push(block);
    else {
      this.flow.add(block);
      for (const note of this.notes.splice(0)) this.flow.addNote(note);
    }
  }

  /** What follows belongs to a cell. */
  enterCell(): void {
    this.paragraph.inTable = true;
    this.openCell();
  }

  leaveCell(): void {
    this.cellOpen = false;
  }

  endRow(): void {
    this.rowOpen = this.cellOpen = false;
  }

  private openCell(): void {
    if (!this.tableOpen) this.flow.openTable();
    this.tableOpen = true;
    if (!this.rowOpen) this.flow.openRow();
    this.rowOpen = true;
    if (!this.cellOpen) this.flow.openCell();
    this.cellOpen = true;
  }

  closeTable(): void {
    if (this.tableOpen) this.flow.closeTable();
    this.tableOpen = this.rowOpen = this.cellOpen = false;
  }

  openNote(): void {
    this.outer.push({ text: this.text, paragraph: this.paragraph });
    this.text = new ParagraphText();
    this.paragraph = plainParagraph();
  }

  /** Goes on with the paragraph that the note interrupted. */
  leaveNote(): void {
    const outer = this.outer.pop();
    if (outer) ({ text: this.text, paragraph: this.paragraph } = outer);
  }
}
