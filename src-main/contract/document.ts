import { z } from 'zod';

/**
 * A parsed document: what Lathe read from one file, kept as an artifact under its digest.
 * `text` is the one extracted text; every other position (block, chunk, quote, highlight) is a half-open
 * range [start, end) of UTF-16 code units in it. Blocks are in reading order and do not overlap.
 */
export const PARSED_DOCUMENT_VERSION = 1;

export const DocumentFormat = z.enum(['markdown', 'html', 'text', 'code', 'pdf', 'docx', 'pptx', 'xlsx', 'odt', 'ods', 'odp', 'epub', 'rtf', 'csv', 'json', 'email', 'notebook']);
export type DocumentFormat = z.infer<typeof DocumentFormat>;

/** A rectangle on a PDF page in points, origin at the page's top left. */
export const PageBox = z.object({ page: z.number().int().positive(), x0: z.number(), y0: z.number(), x1: z.number(), y1: z.number() });
export type PageBox = z.infer<typeof PageBox>;

export const BlockKind = z.enum(['heading', 'paragraph', 'list', 'table', 'code', 'quote', 'definition']);
export type BlockKind = z.infer<typeof BlockKind>;

export const Block = z.object({
  kind: BlockKind,
  start: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
  /** Heading level, 1 to 6; headings only. */
  level: z.number().int().min(1).max(6).optional(),
  /** Physical page or slide, 1-based; PDF pages and slides only. A block never crosses one. */
  page: z.number().int().positive().optional(),
  /** Where the block's lines stand on the page; PDFs only. */
  boxes: z.array(PageBox).optional(),
  /** The id that a link can point to; HTML and EPUB only. */
  anchor: z.string().optional(),
  /** Starts of a table's rows (the first is the header where there is one); tables only. */
  rows: z.array(z.number().int().nonnegative()).optional(),
});
export type Block = z.infer<typeof Block>;

export const ParseWarning = z.object({
  /** e.g. `scanned-page`, `encoding-guessed`, `truncated` */
  code: z.string(),
  message: z.string(),
  page: z.number().int().positive().optional(),
});
export type ParseWarning = z.infer<typeof ParseWarning>;

export const ParsedDocument = z.object({
  version: z.literal(PARSED_DOCUMENT_VERSION),
  format: DocumentFormat,
  /** The document's own title, else its first heading, else its file name. */
  title: z.string(),
  text: z.string(),
  blocks: z.array(Block),
  /** Positions in `text` where something was removed (navigation, a running header, a permalink mark): no quote crosses one. */
  cuts: z.array(z.number().int().nonnegative()),
  /** What cleaning removed, by reason, in characters. */
  removed: z.record(z.string(), z.number().int().nonnegative()),
  /** PDF pages and slides: the size of each in points and whether it has text. */
  pages: z.array(z.object({ width: z.number(), height: z.number(), hasText: z.boolean() })).optional(),
  outline: z.array(z.object({ title: z.string(), level: z.number().int().min(1), page: z.number().int().positive() })).optional(),
  /** BCP 47, where the document says so. */
  language: z.string().optional(),
  /** Author, dates and the like, as the document states them. */
  metadata: z.record(z.string(), z.string()),
  warnings: z.array(ParseWarning),
});
export type ParsedDocument = z.infer<typeof ParsedDocument>;

/** One chunk: a contiguous range of a parsed document's text with the headings above it. */
export const Chunk = z.object({
  start: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
  /** `text.slice(start, end)` of the parsed document. */
  text: z.string(),
  /** In the embedder's own tokens. */
  tokens: z.number().int().nonnegative(),
  /** Outermost first; the document's title is not repeated. */
  headings: z.array(z.string()),
  /** Physical page or slide of the chunk's start, 1-based; PDF pages and slides only. */
  page: z.number().int().positive().optional(),
  kind: BlockKind,
});
export type Chunk = z.infer<typeof Chunk>;

/** Part of every chunk's id: changing one of these makes other chunks. */
export const ChunkerSettings = z.object({
  version: z.literal(1),
  /** In the embedder's own tokens. */
  maxTokens: z.number().int().min(32).max(2048),
});
export type ChunkerSettings = z.infer<typeof ChunkerSettings>;
export const DEFAULT_CHUNKER: ChunkerSettings = { version: 1, maxTokens: 256 };
