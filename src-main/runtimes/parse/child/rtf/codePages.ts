/** Encodings of Windows code pages by number; those that no decoder is here for are read as Western. */
const PAGES: Readonly<Record<number, string>> = { 708: 'iso-8859-6', 866: 'ibm866', 874: 'windows-874', 932: 'shift_jis', 936: 'gbk', 949: 'euc-kr', 950: 'big5', 10000: 'macintosh', 10007: 'x-mac-cyrillic', 28592: 'iso-8859-2', 65001: 'utf-8' };
/** Code pages of fonts' character sets. */
const CHARSETS: Readonly<Record<number, number>> = { 77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250 };

export const charsetPage = (charset: number): number | undefined => CHARSETS[charset];

const decoders = new Map<number, InstanceType<typeof TextDecoder>>();

/** Decodes bytes, each given as one character below 256. */
export function decodePage(text: string, page: number): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  let decoder = decoders.get(page);
  if (!decoder) {
    const label = PAGES[page] ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252');
    decoders.set(page, (decoder = new TextDecoder(label)));
  }
  return decoder.decode(Buffer.from(text, 'latin1'));
}
