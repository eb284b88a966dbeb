import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { AppError } from '../../../../base/appError.ts';
import type { UnpackBudget } from '../zip/readZip.ts';
import { EXPAND_LIMITS } from './memberWriter.ts';

/**
 * Unpacks a file that is one gzip or Zstandard stream. A gzip stream that is cut off gives what could be read.
 * @throws AppError DOCUMENT_TOO_LARGE past 200 to 1 or what the container may still give, DOCUMENT_DAMAGED
 */
export function unpackStream(bytes: Uint8Array, kind: 'gzip' | 'zstandard', { name, budget }: { readonly name: string; readonly budget: UnpackBudget }): { plain: Buffer; cut: boolean } {
  const most = Math.max(1, Math.min(EXPAND_LIMITS.inMemory, budget.left, Math.max(EXPAND_LIMITS.ratioFrom, bytes.length * EXPAND_LIMITS.ratio)));
  try {
    const plain = kind === 'gzip' ? gunzipSync(bytes, { maxOutputLength: most }) : zstdDecompressSync(bytes, { maxOutputLength: most });
    budget.left -= plain.length;
    return { plain, cut: false };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new AppError('DOCUMENT_TOO_LARGE', `${name} becomes larger than ${most.toLocaleString('en')} bytes when it is unpacked (it has ${bytes.length.toLocaleString('en')} packed)`, { hint: 'Unpack it and add the folder.' });
    if (kind === 'gzip' && code === 'Z_BUF_ERROR') {
      const plain = gunzipSync(bytes, { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH });
      budget.left -= plain.length;
      if (plain.length > 0) return { plain, cut: true };
    }
    throw new AppError('DOCUMENT_DAMAGED', `${name} cannot be unpacked: its compressed data is damaged`, { hint: 'It may be cut off: fetch or save it again.', details: { code }, cause: error });
  }
}

const codeOf = (error: unknown): string => (typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '');
