import { extname } from 'node:path';
import { AppError, hasErrorCode } from '../../../base/appError.ts';
import type { FetchResult } from '../../../base/fetchUrl.ts';
import type { FetchWork } from './fetchedFiles.ts';
import type { MirrorEntry } from './mirrorFolder.ts';

/** What one address of a site answered. */
export type PageAnswer =
  | { readonly kind: 'content'; readonly result: FetchResult; readonly url: URL; readonly ending: string }
  | { readonly kind: 'unchanged'; readonly url: URL }
  | { readonly kind: 'gone'; readonly status: number }
  | { readonly kind: 'other'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly server: boolean };

const MAX_PAGE_BYTES = 50 * 1024 * 1024;
const PAGE_TIMEOUT_MS = 120_000;

const ENDINGS: Readonly<Record<string, string>> = {
  'text/html': '.html',
  'application/xhtml+xml': '.html',
  'text/plain': '.txt',
  'text/markdown': '.md',
  'text/x-markdown': '.md',
  'text/csv': '.csv',
  'text/rtf': '.rtf',
  'application/rtf': '.rtf',
  'application/pdf': '.pdf',
  'application/epub+zip': '.epub',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': '.pptx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
  'application/vnd.oasis.opendocument.text': '.odt',
  'application/vnd.oasis.opendocument.spreadsheet': '.ods',
  'application/vnd.oasis.opendocument.presentation': '.odp',
};
const KNOWN_ENDINGS = new Set(Object.values(ENDINGS));

function mediaType(headers: Readonly<Record<string, string>>): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** The ending of a content that becomes a document; null for others. Servers that know no type are believed by the name. */
function endingOf(headers: Readonly<Record<string, string>>, url: URL): string | null {
  const type = mediaType(headers);
  const byName = extname(url.pathname).toLowerCase();
  if (type === '' || type === 'application/octet-stream' || type === 'binary/octet-stream') return KNOWN_ENDINGS.has(byName) ? byName : null;
  return ENDINGS[type] ?? null;
}

/** Asks for one page, and only for what changed where a former answer is known. Throws CANCELLED; every other failure is an answer. */
export async function readPage(url: URL, former: MirrorEntry | undefined, { fetch, signal }: Pick<FetchWork, 'fetch' | 'signal'>): Promise<PageAnswer> {
  const conditions: Record<string, string> = {};
  if (former?.etag) conditions['if-none-match'] = former.etag;
  if (former?.lastModified) conditions['if-modified-since'] = former.lastModified;
  try {
    const result = await fetch({
      url: url.href,
      by: 'sites',
      signal,
      headers: { accept: 'text/html,application/xhtml+xml,application/pdf,text/*;q=0.9,*/*;q=0.5', ...conditions },
      maxBytes: MAX_PAGE_BYTES,
      timeoutMs: PAGE_TIMEOUT_MS,
      wants: (answer) => answer.status === 200 && endingOf(answer.headers, new URL(answer.url)) !== null,
    });
    return toAnswer(result, former !== undefined);
  } catch (error) {
    if (signal.aborted || hasErrorCode(error, 'CANCELLED') || !(error instanceof AppError)) throw error;
    if (error.code !== 'NETWORK_FAILED' && error.code !== 'NETWORK_REFUSED') throw error;
    return { kind: 'failed', reason: error.message, server: error.code === 'NETWORK_FAILED' && error.details?.['tooLarge'] !== true };
  }
}

function toAnswer(result: FetchResult, known: boolean): PageAnswer {
  const url = new URL(result.url);
  const { status } = result;
  if (status === 304 && known) return { kind: 'unchanged', url };
  if (status === 404 || status === 410) return { kind: 'gone', status };
  if (status === 401 || status === 403) return { kind: 'other', reason: 'only with a login' };
  if (status !== 200) return { kind: 'failed', reason: `The server answered ${status}.`, server: true };
  const ending = endingOf(result.headers, url);
  if (ending === null) return { kind: 'other', reason: `content of type ${mediaType(result.headers).slice(0, 60) || 'unknown'}` };
  return { kind: 'content', result: { ...result, body: inUtf8(result, ending) }, url, ending };
}

/** What only a header says of a text's letters would be lost in a file: such a text is kept as UTF-8, with a byte-order mark that says so. */
function inUtf8({ body, headers }: FetchResult, ending: string): Uint8Array {
  const charset = /charset\s*=\s*["']?([^\s"';]+)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset) || !['.html', '.txt', '.md', '.csv'].includes(ending)) return body;
  try {
    return Buffer.from(`\uFEFF${new TextDecoder(charset).decode(body)}`, 'utf8');
  } catch {
    return body;
  }
}
