import { cleanCharacters } from '../cleanCharacters.ts';

/** Stands in the text where something was left out; cleaned text never holds it. */
const CUT = '\u0001';

/** Owns the text of one open paragraph: its pieces, and where something was left out of it. */
export class ParagraphText {
  private parts: string[] = [];
  private bold = 0;
  private cutLast = false;

  add(piece: string, bold = false): void {
    const clean = cleanCharacters(piece);
    if (clean === '') return;
    this.parts.push(clean);
    this.cutLast = false;
    if (bold) this.bold += clean.trim().length;
  }

  /** Something was left out here: no quote may cross this place. */
  cut(): void {
    if (!this.cutLast) this.parts.push(CUT);
    this.cutLast = true;
  }

  /** The text so far with its cuts, and starts afresh. Runs of spaces become one unless the text is code. */
  take(verbatim = false): { text: string; cuts: number[]; bold: boolean } {
    const whole = this.parts.join('');
    const spaced = verbatim ? whole.replace(/^\n+/, '').trimEnd() : whole.replace(/[ \t]*\n[ \t\n]*/g, '\n').replace(/ {2,}/g, ' ').trim();
    const cuts: number[] = [];
    let text = spaced;
    if (spaced.includes(CUT)) {
      const pieces = spaced.split(CUT);
      text = pieces.join('');
      for (let at = 0, index = 0; index < pieces.length - 1; index++) cuts.push((at += pieces[index]?.length ?? 0));
      text = text.trimEnd();
    }
    const letters = text.replace(/\s+/g, '').length;
    const bold = letters > 0 && this.bold >= letters;
    this.parts = [];
    this.bold = 0;
    this.cutLast = false;
    return { text, cuts: [...new Set(cuts)], bold };
  }
}
