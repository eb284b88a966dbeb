/** What is told of an RTF file, in its order. */
export interface RtfSink {
  openGroup(): void;
  closeGroup(): void;
  /** A control word and its number, or a control symbol (`*`, `~`, `-`). */
  control(word: string, number: number | undefined): void;
  /** Bytes of text, each as one character below 256. */
  bytes(text: string): void;
  /** Everything up to the end of this group may be skipped. */
  readonly skipping: boolean;
}

const SPECIAL = /[\\{}\r\n]/g;
const SPECIAL_WHILE_SKIPPING = /[\\{}]/g;
const WORD = /([a-zA-Z]{1,40})(-?\d{1,10})? ?/y;
const HEX = /[0-9a-fA-F]{2}/y;

/** Reads RTF, its bytes given as Latin-1, without recursion; `\bin` data is jumped over. */
export function readRtf(source: string, sink: RtfSink): void {
  let at = 0;
  while (at < source.length) {
    const special = sink.skipping ? SPECIAL_WHILE_SKIPPING : SPECIAL;
    special.lastIndex = at;
    const found = special.exec(source);
    const end = found ? found.index : source.length;
    if (end > at && !sink.skipping) sink.bytes(source.slice(at, end));
    at = end + 1;
    if (!found) return;
    if (found[0] === '{') sink.openGroup();
    else if (found[0] === '}') sink.closeGroup();
    else if (found[0] === '\\') at = readControl(source, at, sink);
  }
}

function readControl(source: string, at: number, sink: RtfSink): number {
  WORD.lastIndex = at;
  const word = WORD.exec(source);
  if (word) {
    const number = word[2] === undefined ? undefined : Number(word[2]);
    if (word[1] === 'bin') return WORD.lastIndex + Math.max(0, number ?? 0);
    sink.control(word[1] ?? '', number);
    return WORD.lastIndex;
  }
  const symbol = source[at] ?? '';
  if (symbol === "'") {
    HEX.lastIndex = at + 1;
    const hex = HEX.exec(source);
    if (hex && !sink.skipping) sink.bytes(String.fromCharCode(Number.parseInt(hex[0], 16)));
    return hex ? at + 3 : at + 1;
  }
  if (symbol === '\\' || symbol === '{' || symbol === '}') {
    if (!sink.skipping) sink.bytes(symbol);
  } else sink.control(symbol === '\r' || symbol === '\n' ? 'par' : symbol, undefined);
  return at + 1;
}
