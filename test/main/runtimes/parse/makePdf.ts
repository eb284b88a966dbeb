/** One piece of text on a page: points from the top left to its baseline. */
export interface PlacedText {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly text: string;
  readonly font?: 'body' | 'bold' | 'mono';
}

export interface PdfPage {
  readonly texts: readonly PlacedText[];
  /** Filled bars from the top left, as programs draw the lines of a table: x, y, width and height. */
  readonly bars?: readonly (readonly [number, number, number, number])[];
  /** A picture over the whole page, as a scanner makes it. */
  readonly scan?: boolean;
  readonly rotate?: number;
}

const WIDTH = 612;
const HEIGHT = 792;
const FONTS = { body: 'F1', bold: 'F2', mono: 'F3' };

/** Builds a PDF with the standard fonts; ASCII text and bullets only. */
export function makePdf(pages: readonly PdfPage[], outline: readonly { title: string; page: number }[] = []): Uint8Array {
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  const catalog = add('');
  const tree = add('');
  const fonts = ['Times-Roman', 'Times-Bold', 'Courier'].map((name) => add(`<< /Type /Font /Subtype /Type1 /BaseFont /${name} >>`));
  const image = add('<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n@\nendstream');
  const resources = `<< /Font << /F1 ${fonts[0]} 0 R /F2 ${fonts[1]} 0 R /F3 ${fonts[2]} 0 R >> /XObject << /Im ${image} 0 R >> >>`;
  const kids = pages.map((page) => {
    const lines = page.texts.map(({ x, y, size, text, font }) => `BT /${FONTS[font ?? 'body']} ${size} Tf 1 0 0 1 ${x} ${HEIGHT - y} Tm (${escape(text)}) Tj ET`);
    for (const [x, y, width, height] of page.bars ?? []) lines.push(`${x} ${HEIGHT - y - height} ${width} ${height} re f`);
    if (page.scan) lines.push(`q ${WIDTH} 0 0 ${HEIGHT} 0 0 cm /Im Do Q`);
    const stream = lines.join('\n');
    const content = add(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
    return add(`<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Rotate ${page.rotate ?? 0} /Resources ${resources} /Contents ${content} 0 R >>`);
  });
  let outlines = '';
  if (outline.length > 0) {
    const root = add('');
    const items = outline.map(() => add(''));
    outline.forEach(({ title, page }, at) => {
      const next = items[at + 1] === undefined ? '' : `/Next ${items[at + 1]} 0 R`;
      objects[(items[at] ?? 1) - 1] = `<< /Title (${title}) /Parent ${root} 0 R ${next} /Dest [${kids[page - 1]} 0 R /XYZ 0 792 0] >>`;
    });
    objects[root - 1] = `<< /Type /Outlines /First ${items[0]} 0 R /Last ${items.at(-1)} 0 R /Count ${items.length} >>`;
    outlines = `/Outlines ${root} 0 R`;
  }
  objects[catalog - 1] = `<< /Type /Catalog /Pages ${tree} 0 R ${outlines} >>`;
  objects[tree - 1] = `<< /Type /Pages /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] /Count ${kids.length} >>`;
  return new TextEncoder().encode(write(objects, catalog));
}

/** As it stands between parentheses; the bullet by its number in the standard encoding. */
function escape(text: string): string {
  return text.replaceAll(/[\\()]/g, '\\$&').replaceAll('•', '\\267');
}

function write(objects: readonly string[], catalog: number): string {
  let file = '%PDF-1.4\n';
  const offsets = objects.map((body, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  return `${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
}

/** Lines of text down a column. */
export function column(lines: readonly string[], x: number, y: number, size = 10): PlacedText[] {
  return lines.map((text, at) => ({ x, y: y + at * size * 1.2, size, text }));
}

/** The lines around cells: edges of columns and of rows. */
export function grid(columns: readonly number[], rows: readonly number[]): (readonly [number, number, number, number])[] {
  const [left = 0, top = 0] = [columns[0], rows[0]];
  return [...rows.map((y) => [left, y, (columns.at(-1) ?? 0) - left, 0.5] as const), ...columns.map((x) => [x, top, 0.5, (rows.at(-1) ?? 0) - top] as const)];
}
