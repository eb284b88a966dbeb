import type { DocumentFormat } from '#contract/document.ts';
import { describeOle, isOle } from './office/oleKind.ts';
import { zipKindOf } from './zip/zipFormat.ts';

const EXTENSIONS: Readonly<Record<DocumentFormat, readonly string[]>> = {
  pdf: ['pdf'],
  docx: ['docx', 'docm', 'dotx', 'dotm'],
  pptx: ['pptx', 'pptm', 'potx', 'potm', 'ppsx', 'ppsm'],
  xlsx: ['xlsx', 'xlsm', 'xltx', 'xltm'],
  odt: ['odt', 'ott', 'sxw', 'stw'],
  ods: ['ods', 'ots', 'sxc', 'stc'],
  odp: ['odp', 'otp', 'odg', 'otg', 'sxi', 'sxd'],
  epub: ['epub'],
  rtf: ['rtf'],
  csv: ['csv', 'tsv', 'tab'],
  json: ['json', 'jsonl', 'ndjson', 'geojson', 'jsonld'],
  notebook: ['ipynb'],
  email: ['eml', 'mht', 'mhtml'],
  html: ['html', 'htm', 'xhtml', 'xht', 'shtml'],
  markdown: ['md', 'markdown', 'mkd', 'mdown', 'mdx', 'qmd', 'rmd'],
  text: ['txt', 'text', 'rst', 'rest', 'adoc', 'asciidoc', 'asc', 'log', 'man', 'nfo', 'org', 'pod', 'tex', 'rfc', 'srt', 'vtt'],
  code: `py pyi pyx js mjs cjs jsx ts mts cts tsx java kt kts scala groovy c h cc cpp cxx hpp hh hxx m mm cs fs vb go rs rb php pl pm lua r jl swift dart hs ml mli
    clj cljs ex exs erl hrl elm nim zig d pas f f90 f95 for ada adb ads asm s v sv vhd vhdl sql sh bash zsh fish ps1 bat cmd awk sed tcl vim el lisp scm rkt
    json5 yaml yml toml ini cfg conf properties env xml xsd xsl xslt svg plist gradle cmake mk make dockerfile proto thrift graphql gql css scss sass less vue svelte
    tf hcl nix bzl bazel patch diff tmpl j2 jinja po pot y l lex yy idl in am ac m4`.split(/\s+/),
};

const BY_EXTENSION = new Map<string, DocumentFormat>();
for (const [format, extensions] of Object.entries(EXTENSIONS)) for (const extension of extensions) BY_EXTENSION.set(extension, format as DocumentFormat);

const BARE_CODE_NAMES = new Set(['makefile', 'dockerfile', 'cmakelists.txt', 'gemfile', 'rakefile', 'vagrantfile', 'jenkinsfile', 'build', 'workspace']);

export type Sniffed =
  | { readonly format: DocumentFormat; readonly mismatch?: string }
  /** What the bytes look like, in words. */
  | { readonly unsupported: string };

interface Magic {
  readonly bytes: readonly number[];
  readonly at?: number;
  readonly what: string;
}

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const MAGICS: readonly Magic[] = [
  { bytes: [0x1f, 0x8b], what: 'a gzip archive' }, { bytes: ascii('BZh'), what: 'a bzip2 archive' }, { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'an xz archive' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'a Zstandard archive' }, { bytes: [0x37, 0x7a, 0xbc, 0xaf], what: 'a 7z archive' }, { bytes: ascii('Rar!'), what: 'a RAR archive' },
  { bytes: ascii('ustar'), at: 257, what: 'a tar archive' }, { bytes: [0x89, 0x50, 0x4e, 0x47], what: 'a PNG picture' }, { bytes: [0xff, 0xd8, 0xff], what: 'a JPEG picture' },
  { bytes: ascii('GIF8'), what: 'a GIF picture' }, { bytes: ascii('BM'), what: 'a BMP picture' }, { bytes: ascii('II*\0'), what: 'a TIFF picture' }, { bytes: ascii('MM\0*'), what: 'a TIFF picture' },
  { bytes: ascii('RIFF'), what: 'a RIFF sound, film or WebP picture' }, { bytes: ascii('ID3'), what: 'an MP3 sound' }, { bytes: ascii('OggS'), what: 'an Ogg sound' }, { bytes: ascii('fLaC'), what: 'a FLAC sound' },
  { bytes: ascii('ftyp'), at: 4, what: 'an MP4 film' }, { bytes: [0x7f, 0x45, 0x4c, 0x46], what: 'a program (ELF)' }, { bytes: ascii('MZ'), what: 'a Windows program' },
  { bytes: [0xca, 0xfe, 0xba, 0xbe], what: 'a Java class or macOS program' }, { bytes: [0xcf, 0xfa, 0xed, 0xfe], what: 'a macOS program' }, { bytes: [0, 0x61, 0x73, 0x6d], what: 'a WebAssembly program' },
  { bytes: ascii('SQLite format 3'), what: 'an SQLite database' }, { bytes: ascii('GGUF'), what: 'a GGUF model' }, { bytes: ascii('PAR1'), what: 'a Parquet table' }, { bytes: ascii('ARROW1'), what: 'an Arrow table' },
  { bytes: ascii('%!PS'), what: 'a PostScript file' }, { bytes: ascii('wOF'), what: 'a font' }, { bytes: [0, 1, 0, 0, 0], what: 'a font' }, { bytes: ascii('ITSF'), what: 'a CHM help file' },
  { bytes: ascii('AT&TFORM'), what: 'a DjVu document' }, { bytes: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], what: 'a NumPy array' },
];

/**
 * Tells a file's format by its bytes first and its name second.
 * @throws AppError DOCUMENT_ENCRYPTED for an encrypted office document, DOCUMENT_DAMAGED for a ZIP archive that cannot be opened
 */
export function sniffFormat(bytes: Uint8Array, name: string): Sniffed {
  const named = formatByName(name);
  if (pdfHeaderAt(bytes) >= 0) return named === 'pdf' ? { format: 'pdf' } : { format: 'pdf', mismatch: `${name} is a PDF by its content` };
  if (isOle(bytes)) return { unsupported: describeOle(bytes, name) };
  if (startsWith(bytes, ZIP, 0) || startsWith(bytes, EMPTY_ZIP, 0)) return sniffZip(bytes, name, named);
  if (startsWith(bytes, RTF, 0)) return told('rtf', named, name);
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const binary = !utf16 && looksBinary(bytes);
  if (binary) return { unsupported: describeBinary(bytes) };
  if (startsWith(bytes, ascii('%!PS'), 0)) return { unsupported: 'a PostScript file' };
  const html = looksLikeHtml(bytes);
  if (named !== undefined && BINARY.has(named)) return html ? { format: 'html', mismatch: `${name} is a web page by its content` } : { format: 'text', mismatch: `${name} is plain text by its content, not ${named === 'pdf' ? 'a PDF' : `${named.toUpperCase()}`}` };
  if (html && (named === undefined || named === 'text')) return named === 'text' ? { format: 'html', mismatch: `${name} is a web page by its content` } : { format: 'html' };
  return { format: named ?? (looksLikeMail(bytes) ? 'email' : 'text') };
}

/** Formats that no text is, whatever its name says. */
const BINARY: ReadonlySet<DocumentFormat> = new Set(['pdf', 'docx', 'pptx', 'xlsx', 'odt', 'ods', 'odp', 'epub', 'rtf']);
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const EMPTY_ZIP = [0x50, 0x4b, 0x05, 0x06];
const RTF = ascii('{\\rtf');

function told(format: DocumentFormat, named: DocumentFormat | undefined, name: string): Sniffed {
  return named === format ? { format } : { format, mismatch: `${name} is ${format.toUpperCase()} by its content` };
}

function sniffZip(bytes: Uint8Array, name: string, named: DocumentFormat | undefined): Sniffed {
  const kind = zipKindOf(bytes, name);
  if (kind === 'archive') return { unsupported: 'a ZIP archive' };
  return 'unsupported' in kind ? kind : told(kind.format, named, name);
}

function formatByName(name: string): DocumentFormat | undefined {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).toLowerCase();
  if (BARE_CODE_NAMES.has(base)) return 'code';
  const dot = base.lastIndexOf('.');
  return dot < 0 ? undefined : BY_EXTENSION.get(base.slice(dot + 1));
}

/** `%PDF-` may stand after other bytes: readers accept it in the first kilobyte. */
function pdfHeaderAt(bytes: Uint8Array): number {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1_024));
  const at = head.indexOf('%PDF-');
  return at === 0 || (at > 0 && !/^\s*(?:<|#|[A-Za-z ]{20})/.test(head)) ? at : -1;
}

function startsWith(bytes: Uint8Array, magic: readonly number[], at: number): boolean {
  return magic.every((value, offset) => bytes[at + offset] === value);
}

function describeBinary(bytes: Uint8Array): string {
  for (const { bytes: magic, at, what } of MAGICS) {
    if (startsWith(bytes, magic, at ?? 0)) return what;
  }
  return 'binary data of no known kind';
}

/** NUL bytes or many controls; a few of them in a long text are damage, not a format. */
function looksBinary(bytes: Uint8Array): boolean {
  const size = Math.min(bytes.length, 65_536);
  let zero = 0;
  let control = 0;
  let even = 0;
  for (let at = 0; at < size; at++) {
    const byte = bytes[at] as number;
    if (byte === 0) {
      zero++;
      if (at % 2 === 0) even++;
    } else if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 8 && byte !== 27) control++;
  }
  // UTF-16 without a mark has its zeroes on one side only.
  if (zero > 0.3 * size && (even < 0.1 * zero || even > 0.9 * zero) && control < 0.02 * size) return false;
  return zero > 0.003 * size + 3 || control > 0.05 * size + 2;
}

function looksLikeHtml(bytes: Uint8Array): boolean {
  const utf16 = bytes[0] === 0xff || bytes[0] === 0xfe;
  const head = new TextDecoder(utf16 ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'latin1').decode(bytes.subarray(0, 2_048));
  return /^\s*(?:\ufeff|ï»¿)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]{0,1000}?-->\s*)*<(?:!doctype\s+html|html|head|body|frameset)[\s>]/i.test(head);
}

/** Several header lines at the very start, one of them of the kind that only mail has. */
function looksLikeMail(bytes: Uint8Array): boolean {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4_096));
  return /^(?:[A-Za-z][\w-]*:.*\r?\n(?:[ \t].*\r?\n)*){3}/.test(head) && /^(?:Received|Return-Path|Message-ID|MIME-Version|Delivered-To):/im.test(head) && /^(?:From|To|Subject):/im.test(head);
}
