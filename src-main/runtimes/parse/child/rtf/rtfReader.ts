import { charsetPage, decodePage } from './codePages.ts';
import { RtfBlocks } from './rtfBlocks.ts';
import { RtfHeader } from './rtfHeader.ts';
import { DROPPED, KEPT_STARRED, MARGINS, NOTES, SYMBOLS } from './rtfWords.ts';
import type { RtfSink } from './rtfTokens.ts';

/** What holds for text in a group: a group inside starts with it and cannot change it. */
interface Group {
  page: number;
  /** Characters after `\u` that stand for readers without Unicode. */
  fallback: number;
  hidden: boolean;
  deleted: boolean;
  bold: boolean;
  target: 'text' | 'dropped' | 'fonts' | 'styles' | 'info' | 'margin';
  /** The group where a note began. */
  note: boolean;
}

const MAX_GROUPS = 1_000;

/** Owns the reading of RTF's groups and words. What becomes of the text is `rtfBlocks.ts`. */
export class RtfReader implements RtfSink {
  readonly header = new RtfHeader();
  pictures = 0;
  private readonly blocks = new RtfBlocks(this.header);
  private readonly groups: Group[] = [];
  private group: Group = { page: 1252, fallback: 1, hidden: false, deleted: false, bold: false, target: 'text', note: false };
  private tooDeep = 0;
  private starred = false;
  private fresh = false;
  private defaultPage = 1252;
  private pending = '';
  private pendingPage = 1252;
  private toSkip = 0;
  private high = '';

  get flow(): RtfBlocks['flow'] {
    return this.blocks.flow;
  }

  get skipping(): boolean {
    return this.group.target === 'dropped' || this.tooDeep > 0;
  }

  openGroup(): void {
    this.endBytes();
    if (this.groups.length >= MAX_GROUPS) {
      this.tooDeep++;
      return;
    }
    this.groups.push(this.group);
    this.group = { ...this.group, note: false };
    this.starred = false;
    this.fresh = true;
    this.toSkip = 0;
  }

  closeGroup(): void {
    this.endBytes();
    this.fresh = false;
    this.toSkip = 0;
    if (this.tooDeep > 0) {
      this.tooDeep--;
      return;
    }
    const closed = this.group;
    this.group = this.groups.pop() ?? this.group;
    if (closed.note) this.endNote();
    if (this.group.target !== closed.target || closed.target === 'info') this.header.endGroup(closed.target);
  }

  bytes(text: string): void {
    this.fresh = false;
    let own = text;
    if (this.toSkip > 0) {
      const skipped = Math.min(this.toSkip, own.length);
      this.toSkip -= skipped;
      own = own.slice(skipped);
    }
    if (own === '') return;
    if (this.pending !== '' && this.pendingPage !== this.group.page) this.endBytes();
    this.pendingPage = this.group.page;
    this.pending += own;
  }

  control(word: string, number: number | undefined): void {
    if (word === '*') {
      this.starred = true;
      return;
    }
    const first = this.fresh || this.starred;
    const starred = this.starred;
    this.fresh = false;
    this.starred = false;
    if (this.skipping) return;
    if (first && this.openTarget(word, starred)) return;
    if (this.toSkip > 0 && word !== 'u' && (word in SYMBOLS)) {
      this.toSkip--;
      return;
    }
    if (this.group.target === 'fonts' || this.group.target === 'styles' || this.group.target === 'info') {
      this.endBytes();
      this.header.control(this.group.target, word, number);
      if (word === 'u') this.unicode(number);
      return;
    }
    const symbol = Object.hasOwn(SYMBOLS, word) ? SYMBOLS[word] : undefined;
    if (symbol !== undefined) this.write(symbol);
    else if (!this.letterWord(word, number)) this.paragraphWord(word, number);
  }

  finish(): void {
    this.endBytes();
    while (this.blocks.inNote) this.endNote();
    this.endParagraph();
    this.blocks.closeTable();
    this.flow.finish();
  }

  /** Whether the word opened a group of its own kind. */
  private openTarget(word: string, starred: boolean): boolean {
    if (word === 'pict' || word === 'shppict') this.pictures++;
    if (NOTES.has(word)) this.openNote();
    else if (MARGINS.has(word)) this.group.target = 'margin';
    else if (word === 'fonttbl') this.group.target = 'fonts';
    else if (word === 'stylesheet') this.group.target = 'styles';
    else if (word === 'info') this.group.target = 'info';
    else if (word === 'listtext' || word === 'pntext') {
      this.blocks.paragraph.list = true;
      this.group.target = 'dropped';
    } else if (DROPPED.has(word) || (starred && !KEPT_STARRED.has(word) && this.group.target !== 'styles')) this.group.target = 'dropped';
    else return KEPT_STARRED.has(word);
    return true;
  }

  private letterWord(word: string, number: number | undefined): boolean {
    const { group } = this;
    switch (word) {
      case 'u': this.unicode(number); return true;
      case 'uc': group.fallback = Math.max(0, number ?? 1); return true;
      case 'v': this.endBytes(); group.hidden = number !== 0; return true;
      case 'deleted': this.endBytes(); group.deleted = number !== 0; return true;
      case 'b': this.endBytes(); group.bold = number !== 0; return true;
      case 'plain': this.endBytes(); group.hidden = group.deleted = group.bold = false; group.page = this.defaultPage; return true;
      case 'f': this.endBytes(); group.page = this.fontPage(number); return true;
      case 'ansicpg': this.defaultPage = number ?? 1252; for (const open of [...this.groups, group]) open.page = this.defaultPage; return true;
      case 'mac': this.defaultPage = group.page = 10000; return true;
      default: return false;
    }
  }

  private paragraphWord(word: string, number: number | undefined): void {
    const { paragraph } = this.blocks;
    switch (word) {
      case 'par':
      case 'sect':
      case 'page': this.endBytes(); this.endParagraph(); return;
      case 'pard': this.blocks.resetParagraph(); return;
      case 's': paragraph.style = number; return;
      case 'outlinelevel': paragraph.outline = number; return;
      case 'ls': paragraph.list = number !== 0; return;
      case 'intbl': paragraph.inTable = true; return;
      case 'cell':
      case 'nestcell': this.endBytes(); this.endCell(word === 'cell'); return;
      case 'row': this.endBytes(); this.blocks.endRow(); return;
    }
  }

  private fontPage(font: number | undefined): number {
    return charsetPage(this.header.charsets.get(font ?? 0) ?? 1) ?? this.defaultPage;
  }

  private unicode(number: number | undefined): void {
    this.endBytes();
    const unit = String.fromCharCode((number ?? 0xfffd) & 0xffff);
    this.toSkip = this.group.fallback;
    // Both halves of a letter past 65,535 come as words of their own.
    if (/[\ud800-\udbff]/.test(unit)) {
      this.high = unit;
      return;
    }
    this.write(this.high + unit);
  }

  private endBytes(): void {
    if (this.pending === '') return;
    const bytes = this.pending;
    this.pending = '';
    this.write(decodePage(bytes, this.group.target === 'fonts' ? 1252 : this.pendingPage));
  }

  private write(piece: string): void {
    this.endBytes();
    this.high = '';
    const { target, hidden, deleted, bold } = this.group;
    if (target === 'margin') this.flow.remove('page-header', piece.trim().length);
    else if (target !== 'text') this.header.text(target, piece);
    else if (hidden || deleted) {
      this.flow.remove(deleted ? 'deleted' : 'hidden', piece.trim().length);
      if (piece.trim() !== '') this.blocks.text.cut();
    } else this.blocks.text.add(piece, bold);
  }

  private endParagraph(): void {
    if (this.group.target === 'text') this.blocks.endParagraph();
  }

  /** A table inside a cell is text of that cell. */
  private endCell(own: boolean): void {
    if (this.blocks.inNote) return;
    this.blocks.enterCell();
    this.endParagraph();
    if (own) this.blocks.leaveCell();
  }

  private openNote(): void {
    if (this.group.target !== 'text') return;
    this.group.note = true;
    this.blocks.openNote();
  }

  private endNote(): void {
    this.endParagraph();
    this.blocks.leaveNote();
  }
}
