import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { AppError, hasErrorCode } from '../base/appError.ts';
import { openInside } from '../base/paths.ts';
import { SECURITY_HEADERS } from './securityHeaders.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.pfb': 'application/octet-stream',
  '.bcmap': 'application/octet-stream',
  '.wasm': 'application/wasm',
};

/** Serves the built renderer. An unknown path without an extension is a deep link: the page itself. */
export function createStaticFiles(folder: string): (pathname: string) => Promise<Response> {
  async function find(pathname: string): Promise<{ file: string; hashed: boolean }> {
    const wanted = decodeURIComponent(pathname).replace(/^\/+/, '');
    if (wanted !== '' && path.posix.extname(wanted) !== '') {
      return { file: await openInside(folder, wanted), hashed: wanted.startsWith('assets/') };
    }
    return { file: await openInside(folder, 'index.html'), hashed: false };
  }

  return async (pathname) => {
    let found: { file: string; hashed: boolean };
    let size: number;
    try {
      found = await find(pathname);
      const facts = await stat(found.file);
      if (!facts.isFile()) throw new AppError('ROUTE_UNKNOWN', `There is no page at ${pathname.slice(0, 200)}`);
      size = facts.size;
    } catch (error) {
      if (hasErrorCode(error)) throw error;
      throw new AppError('ROUTE_UNKNOWN', `There is no page at ${pathname.slice(0, 200)}`, { cause: error });
    }
    const headers = {
      ...SECURITY_HEADERS,
      'content-type': TYPES[path.extname(found.file)] ?? 'application/octet-stream',
      'content-length': String(size),
      // Built files carry their hash in the name, so a warm start reads them from the browser's cache.
      'cache-control': found.hashed ? 'public, max-age=31536000, immutable' : 'no-store',
    };
    return new Response(Readable.toWeb(createReadStream(found.file)) as ReadableStream<Uint8Array>, { headers });
  };
}
