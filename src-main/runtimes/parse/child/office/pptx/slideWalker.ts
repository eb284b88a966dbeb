import type { XmlAttributes, XmlSink } from '../../xml/readXml.ts';
import { BlockFlow, type FlowBlock } from '../blockFlow.ts';
import { isOn } from '../docx/docxStyles.ts';
import { ParagraphText } from '../paragraphText.ts';

/** What a shape is for: the placeholders that matter, else a shape of its own. */
type Role = 'title' | 'body' | 'subtitle' | 'margin' | 'free';

const ROLES: Readonly<Record<string, Role>> = { title: 'title', ctrTitle: 'title', body: 'body', obj: 'body', subTitle: 'subtitle', dt: 'margin', ftr: 'margin', hdr: 'margin', sldNum: 'margin' };

/** Owns the reading of one slide, note or diagram into blocks, in the order of its shapes; groups are walked through. */
export class SlideWalker implements XmlSink {
  readonly flow = new BlockFlow();
  readonly title: string[] = [];
  hidden = false;
  pictures = 0;
  /** Ids of relations to diagrams: their text stands in parts of their own. */
  readonly diagrams: string[] = [];
  private role: Role = 'free';
  private shape: FlowBlock[] = [];
  private bullet: boolean | undefined;
  private level = 0;
  private paragraph: ParagraphText | null = null;
  private bold = false;
  private inText = false;
  private inTable = 0;
  private inBody = false;
  private readonly alternatives: boolean[] = [];
  private skip = 0;

  open(tag: string, attributes: XmlAttributes): void {
    if (this.skip > 0 || tag === 'nvGrpSpPr' || (tag === 'Fallback' && this.alternatives.at(-1) === true)) {
      this.skip++;
      return;
    }
    switch (tag) {
      case 'sld':
      case 'notes': this.hidden = !isOn(attributes['show']); return;
      case 'sp':
      case 'graphicFrame':
      case 'cxnSp': this.role = 'free'; this.shape = []; return;
      case 'pic': this.pictures++; return;
      case 'ph': this.role = ROLES[attributes['type'] ?? 'obj'] ?? 'free'; return;
      case 'txBody': this.inBody = true; return;
      case 'p': if (this.paragraph === null) this.openParagraph(); return;
      case 'pPr': this.level = Number(attributes['lvl'] ?? 0) || 0; return;
      case 'buNone': this.bullet = false; return;
      case 'buChar':
      case 'buAutoNum': this.bullet = true; return;
      case 'rPr': this.bold = attributes['b'] === '1' || attributes['b'] === 'true'; return;
      case 't': if (this.paragraph === null) this.openParagraph(); this.inText = true; return;
      case 'br': this.paragraph?.add('\n'); return;
      case 'tbl': this.inTable++; this.flow.openTable(); return;
      case 'tr': if (this.inTable > 0) this.flow.openRow(); return;
      case 'tc': if (this.inTable > 0) this.flow.openCell(); return;
      case 'relIds': if (attributes['r:dm'] !== undefined) this.diagrams.push(attributes['r:dm']); return;
      case 'AlternateContent': this.alternatives.push(false); return;
      case 'Choice': if (this.alternatives.length > 0) this.alternatives[this.alternatives.length - 1] = true; return;
    }
  }

  close(tag: string): void {
    if (this.skip > 0) {
      this.skip--;
      return;
    }
    if (tag === 't') this.inText = false;
    else if (tag === 'r' || tag === 'fld') this.bold = false;
    else if (tag === 'p') this.endParagraph();
    else if (tag === 'txBody') this.inBody = false;
    else if (tag === 'tbl') {
      this.inTable--;
      this.flow.closeTable();
    } else if (tag === 'sp' || tag === 'cxnSp') this.endShape();
    else if (tag === 'AlternateContent') this.alternatives.pop();
  }

  text(piece: string): void {
    if (this.inText && this.skip === 0) this.paragraph?.add(piece, this.bold);
  }

  private openParagraph(): void {
    this.paragraph = new ParagraphText();
    this.bullet = undefined;
    this.level = 0;
    this.bold = false;
  }

  private endParagraph(): void {
    const paragraph = this.paragraph;
    this.paragraph = null;
    if (!paragraph) return;
    const { text, bold } = paragraph.take();
    if (text === '') return;
    if (this.inTable > 0) return this.flow.add({ kind: 'paragraph', text });
    const list = this.bullet ?? (this.role === 'body' || this.level > 0);
    this.shape.push({ kind: list ? 'list' : 'paragraph', text, bold });
    if (!this.inBody) this.endShape();
  }

  private endShape(): void {
    const blocks = this.shape;
    this.shape = [];
    if (this.role === 'title') this.title.push(...blocks.map((block) => block.text.replaceAll('\n', ' ')));
    else if (this.role === 'margin') this.flow.remove('page-footer', blocks.reduce((sum, block) => sum + block.text.length, 0));
    else {
      // One paragraph alone is no list.
      const alone = blocks.length === 1 && this.bullet !== true;
      for (const block of blocks) this.flow.add(alone || this.role === 'subtitle' ? { ...block, kind: 'paragraph' } : block);
    }
  }
}
