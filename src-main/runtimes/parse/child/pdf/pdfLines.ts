import type { FilledTable } from './fillTables.ts';
import type { Pdfium } from './pdfium.ts';
import { isWalled, ruledTables, type RuledTable } from './ruledTables.ts';

/** Text on one baseline without a wide gap, in points from the page's top left. */
export interface Segment {
  text: string;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  /** Height of its tallest letter's box: the font size as it is seen. */
  size: number;
  mono: boolean;
  bold: boolean;
  /** PDFium says that the line ends in a hyphen that breaks a word. */
  hyphen: boolean;
  /** Turned against the page: a stamp or a margin note. */
  turned: boolean;
  /** Gaps that are wider than a space: the letter after each, and from where to where it goes. Cells of a table may be that near. */
  gaps?: { readonly at: number; readonly from: number; readonly x: number }[];
  /** It stands for a whole table with lines around its cells. */
  table?: FilledTable;
}

export interface RawPage {
  readonly width: number;
  readonly height: number;
  readonly segments: Segment[];
  readonly tables: readonly RuledTable[];
  /** Letters and signs, white space aside. */
  readonly letters: number;
  /** Of these, ones whose font does not say which letter they are. */
  readonly unmapped: number;
  /** Share of the page that pictures cover; only known for pages with hardly any text. */
  readonly pictured: number;
}

interface Scratch {
  readonly rectangle: number;
  readonly name: number;
}

const NAME_SIZE = 256;
const GAP = 1.5;
/** In font sizes: a wider gap may part two cells. */
export const CELL_GAP = 0.7;
const MONO = /mono|courier|consol|typewriter|cmtt|cmsltt|sltt|lmtt|lmmono|sftt|ectt|txtt|menlo|inconsol|fixed|sourcecode|firacode|hack|terminal/i;
const BOLD = /bold|black|heavy|demi|cmbx|cmssbx|sfbx|ecbx|lmbx|[.-]b$/i;
const MAX_LETTERS = 2_000_000;
/** Symbol fonts have boxes as high as two lines: what follows a bullet says how high the line is. */
const BULLET = /^[•◦▪▫●○■□‣⁃∙·]$/u;

/** Reads one page's letters into segments. */
export function readPage(pdfium: Pdfium, page: number): RawPage {
  const width = pdfium._FPDF_GetPageWidthF(page);
  const height = pdfium._FPDF_GetPageHeightF(page);
  const scratch: Scratch = { rectangle: pdfium._malloc(16), name: pdfium._malloc(NAME_SIZE + 8) };
  const text = pdfium._FPDFText_LoadPage(page);
  try {
    const place = pageTransform(pdfium, page, width, height, scratch);
    const tables = ruledTables(pdfium, page, place, scratch.rectangle);
    const reader = new SegmentReader(pdfium, text, scratch, { place, tables });
    if (text !== 0) reader.read();
    const pictured = reader.letters < 20 ? picturedShare(pdfium, page, width * height, scratch) : 0;
    return { width, height, segments: reader.segments, tables, letters: reader.letters, unmapped: reader.unmapped, pictured };
  } finally {
    if (text !== 0) pdfium._FPDFText_ClosePage(text);
    pdfium._free(scratch.rectangle);
    pdfium._free(scratch.name);
  }
}

type Place = (x: number, y: number) => { x: number; y: number };

/** From PDF space to points from the top left of the page as it is shown: crop box and rotation included. */
function pageTransform(pdfium: Pdfium, page: number, width: number, height: number, { rectangle }: Scratch): Place {
  const scale = 100;
  const point = (x: number, y: number): { x: number; y: number } => {
    pdfium._FPDF_PageToDevice(page, 0, 0, Math.round(width * scale), Math.round(height * scale), 0, x, y, rectangle, rectangle + 4);
    return { x: (pdfium.HEAP32[rectangle >> 2] ?? 0) / scale, y: (pdfium.HEAP32[(rectangle >> 2) + 1] ?? 0) / scale };
  };
  const origin = point(0, 0);
  const right = point(1_000, 0);
  const up = point(0, 1_000);
  const [ax, ay, bx, by] = [(right.x - origin.x) / 1_000, (right.y - origin.y) / 1_000, (up.x - origin.x) / 1_000, (up.y - origin.y) / 1_000];
  return (x, y) => ({ x: origin.x + ax * x + bx * y, y: origin.y + ay * x + by * y });
}

class SegmentReader {
  readonly segments: Segment[] = [];
  letters = 0;
  unmapped = 0;
  private readonly pdfium: Pdfium;
  private readonly page: number;
  private readonly scratch: Scratch;
  private readonly place: Place;
  private readonly tables: readonly RuledTable[];
  private open: Segment | null = null;
  private middle = 0;
  private spaced = false;

  constructor(pdfium: Pdfium, page: number, scratch: Scratch, { place, tables }: { place: Place; tables: readonly RuledTable[] }) {
    this.pdfium = pdfium;
    this.page = page;
    this.scratch = scratch;
    this.place = place;
    this.tables = tables;
  }

  read(): void {
    const count = Math.min(this.pdfium._FPDFText_CountChars(this.page), MAX_LETTERS);
    for (let at = 0; at < count; at++) {
      const code = this.pdfium._FPDFText_GetUnicode(this.page, at);
      if (code === 13 || code === 10) this.end();
      else if (code === 32 || code === 160 || code === 9 || (code >= 0x2000 && code <= 0x200a) || code === 0x3000) this.spaced = true;
      else if (code === 2) {
        this.letter(at, 0x2d);
        if (this.open) this.open.hyphen = true;
      } else if (code > 32 && code !== 0xfffe && code !== 0xffff && code !== 0xfeff && code !== 0x200b && !(code >= 0x7f && code < 0xa0)) this.letter(at, code);
    }
    this.end();
  }

  private letter(at: number, code: number): void {
    const { rectangle } = this.scratch;
    if (!this.pdfium._FPDFText_GetLooseCharBox(this.page, at, rectangle)) return;
    const base = rectangle >> 2;
    const heap = this.pdfium.HEAPF32;
    const one = this.place(heap[base] ?? 0, heap[base + 1] ?? 0);
    const two = this.place(heap[base + 2] ?? 0, heap[base + 3] ?? 0);
    const [x0, x1] = one.x < two.x ? [one.x, two.x] : [two.x, one.x];
    const [y0, y1] = one.y < two.y ? [one.y, two.y] : [two.y, one.y];
    this.letters++;
    if (this.letters % 16 === 1 && this.pdfium._FPDFText_HasUnicodeMapError(this.page, at) === 1) this.unmapped += 16;
    let open = this.open;
    if (open && this.jumps(open, x0, y0, x1, y1)) {
      this.end();
      open = null;
    }
    const piece = code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
    if (!open) {
      this.open = this.start(at, piece, { x0, y0, x1, y1 });
    } else {
      if (x0 - open.x1 > CELL_GAP * open.size) (open.gaps ??= []).push({ at: open.text.length, from: open.x1, x: x0 });
      open.text += this.spaced ? ` ${piece}` : piece;
      if (x1 > open.x1) open.x1 = x1;
      if (open.text.length < 5 && BULLET.test(open.text.slice(0, -piece.length).trim())) [open.y0, open.y1, open.size] = [y0, y1, y1 - y0];
      if (y0 < open.y0) open.y0 = y0;
      if (y1 > open.y1) open.y1 = y1;
      if (y1 - y0 > open.size) open.size = y1 - y0;
      this.middle = at;
    }
    this.spaced = false;
  }

  private jumps(open: Segment, x0: number, y0: number, x1: number, y1: number): boolean {
    if (open.turned) return false;
    const size = Math.max(open.size, y1 - y0);
    if (x0 - open.x1 > GAP * size || x1 < open.x1 - 2 * size) return true;
    if (this.tables.length > 0 && x0 - open.x1 > 0.1 * size && isWalled(this.tables, open.x1, x0, (y0 + y1) / 2)) return true;
    const overlap = Math.min(open.y1, y1) - Math.max(open.y0, y0);
    return overlap < 0.3 * Math.min(open.size, y1 - y0);
  }

  private start(at: number, text: string, box: { x0: number; y0: number; x1: number; y1: number }): Segment {
    const angle = this.pdfium._FPDFText_GetCharAngle(this.page, at);
    // PDFium gives radians, 0 to 2π, before the page's own rotation.
    const quarter = angle / (Math.PI / 2);
    const turned = Math.abs(quarter - Math.round(quarter)) > 0.05;
    this.middle = at;
    const style = this.style(at);
    return { text, ...box, size: box.y1 - box.y0, ...style, hyphen: false, turned };
  }

  private style(at: number): { mono: boolean; bold: boolean } {
    const { name } = this.scratch;
    const flagsAt = name + NAME_SIZE;
    const length = this.pdfium._FPDFText_GetFontInfo(this.page, at, name, NAME_SIZE, flagsAt);
    if (length === 0 || length > NAME_SIZE) return { mono: false, bold: false };
    const font = latin1(this.pdfium.HEAPU8.subarray(name, name + length - 1));
    const flags = this.pdfium.HEAP32[flagsAt >> 2] ?? 0;
    // Weights are guessed from stem widths and say bold of ordinary fonts: names and the ForceBold flag do not.
    const bold = BOLD.test(font) || (flags & (1 << 18)) !== 0;
    return { mono: MONO.test(font) || (flags & 1) !== 0, bold };
  }

  private end(): void {
    const open = this.open;
    this.open = null;
    this.spaced = false;
    if (!open) return;
    const last = this.style(this.middle);
    open.mono &&= last.mono;
    open.bold &&= last.bold;
    if (open.gaps) open.gaps = open.gaps.map((gap) => ({ ...gap, at: plain(open.text.slice(0, gap.at)).length }));
    open.text = plain(open.text);
    if (open.text.trim() !== '') this.segments.push(open);
  }
}

const LIGATURES = /[\ufb00-\ufb06]/g;
const LIGATURE_LETTERS = ['ff', 'fi', 'fl', 'ffi', 'ffl', 'st', 'st'];
/** Signs of symbol fonts without a meaning outside them, and marks without a width. */
const PRIVATE_USE = /[\ue000-\uf8ff\u00ad\u200b-\u200d\u2060\ufeff\ufff0-\ufffb]/g;

function plain(text: string): string {
  return text.replace(LIGATURES, (letter) => LIGATURE_LETTERS[letter.charCodeAt(0) - 0xfb00] ?? letter).replace(PRIVATE_USE, '').toWellFormed();
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

const IMAGE = 3;

function picturedShare(pdfium: Pdfium, page: number, area: number, { rectangle }: Scratch): number {
  const count = Math.min(pdfium._FPDFPage_CountObjects(page), 500);
  let covered = 0;
  for (let at = 0; at < count; at++) {
    const object = pdfium._FPDFPage_GetObject(page, at);
    if (object === 0 || pdfium._FPDFPageObj_GetType(object) !== IMAGE) continue;
    if (!pdfium._FPDFPageObj_GetBounds(object, rectangle, rectangle + 4, rectangle + 8, rectangle + 12)) continue;
    const heap = pdfium.HEAPF32;
    const base = rectangle >> 2;
    covered += Math.abs(((heap[base + 2] ?? 0) - (heap[base] ?? 0)) * ((heap[base + 3] ?? 0) - (heap[base + 1] ?? 0)));
  }
  return area > 0 ? Math.min(1, covered / area) : 0;
}
