import { cleanCharacters } from '../cleanCharacters.ts';

interface RtfStyle {
  level: number | undefined;
  contents: boolean;
}

const INFO: Readonly<Record<string, string>> = { title: 'title', author: 'author', subject: 'subject', keywords: 'keywords', doccomm: 'description', category: 'category', creatim: 'created', revtim: 'modified' };
const LONGEST = 500;

/** Owns what an RTF file tells before its text: character sets of fonts, styles by number, its title and author. */
export class RtfHeader {
  readonly charsets = new Map<number, number>();
  readonly styles = new Map<number, RtfStyle>();
  readonly info: Record<string, string> = {};
  private font = 0;
  private style: number | undefined;
  private outline: number | undefined;
  private styleName = '';
  private field: string | undefined;
  private value = '';
  private readonly time = { yr: 0, mo: 0, dy: 0 };

  control(target: string, word: string, number: number | undefined): void {
    if (target === 'fonts') {
      if (word === 'f') this.font = number ?? 0;
      else if (word === 'fcharset') this.charsets.set(this.font, number ?? 0);
    } else if (target === 'styles') {
      if (word === 's') this.style = number ?? 0;
      else if (word === 'cs' || word === 'ts' || word === 'ds') this.style = undefined;
      else if (word === 'outlinelevel') this.outline = number;
    } else if (word in INFO) this.field = INFO[word];
    else if (word === 'yr' || word === 'mo' || word === 'dy') this.time[word] = number ?? 0;
  }

  text(target: string, piece: string): void {
    if (target === 'info' && this.field !== undefined && this.value.length < LONGEST) this.value += piece;
    if (target !== 'styles') return;
    this.styleName += piece;
    if (piece.includes(';')) this.endStyle();
  }

  endGroup(target: string): void {
    if (target !== 'info' || this.field === undefined) return;
    const { yr, mo, dy } = this.time;
    const two = (part: number): string => String(part).padStart(2, '0');
    const dated = this.field === 'created' || this.field === 'modified';
    const value = dated ? (yr > 0 ? `${yr}-${two(mo)}-${two(dy)}` : '') : cleanCharacters(this.value).replace(/\s+/g, ' ').trim().slice(0, LONGEST);
    if (value !== '') this.info[this.field] ??= value;
    [this.field, this.value] = [undefined, ''];
  }

  private endStyle(): void {
    const name = this.styleName.replace(/;.*/s, '').trim().toLowerCase();
    const heading = /^(?:heading|überschrift|titre) ([1-9])\b/.exec(name);
    const level = this.outline !== undefined && this.outline < 9 ? this.outline + 1 : heading ? Number(heading[1]) : name === 'title' ? 1 : undefined;
    if (this.style !== undefined && name !== '') this.styles.set(this.style, { level, contents: /^toc [1-9]/.test(name) });
    [this.styleName, this.outline, this.style] = ['', undefined, 0];
  }
}
