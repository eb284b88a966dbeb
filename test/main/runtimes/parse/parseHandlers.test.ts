import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_CHUNKER } from '../../../../src-main/contract/document.ts';
import { parseHandlers } from '../../../../src-main/runtimes/parse/child/handlers.ts';
import { because } from '../../../helpers/because.ts';
import { starterModel } from '../../../helpers/starterModels.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

const minilm = await starterModel('all-minilm-l6-v2');

describe('the parse child', () => {
  test.skipIf('reason' in minilm)(`answers with the document, its chunks and the digest of the bytes${because(minilm)}`, async () => {
    const path = join(temporaryFolder(), 'notes.md');
    writeFileSync(path, '# Queues\n\nA queue holds items.\n\n## Limits\n\nAt most ten.\n');
    const request = { path, name: 'notes.md', chunker: DEFAULT_CHUNKER, tokenizerPath: 'folder' in minilm ? join(minilm.folder, 'tokenizer.json') : '' };
    const result = await parseHandlers.parse(request, { signal: new AbortController().signal, part: () => undefined });
    expect(result).toMatchObject({ format: 'markdown', sourceBytes: 56, document: { title: 'Queues' } });
    expect(result.sourceDigest).toBe(createHash('sha256').update('# Queues\n\nA queue holds items.\n\n## Limits\n\nAt most ten.\n').digest('hex'));
    for (const chunk of result.chunks) expect(chunk.text).toBe(result.document.text.slice(chunk.start, chunk.end));
    expect(result.chunks.map((chunk) => chunk.text).join(' ')).toContain('At most ten.');
  });

  test('stops before parsing when the call was cancelled', async () => {
    const path = join(temporaryFolder(), 'notes.md');
    writeFileSync(path, '# Queues');
    const request = { path, name: 'notes.md', chunker: DEFAULT_CHUNKER, tokenizerPath: '' };
    await expect(parseHandlers.parse(request, { signal: AbortSignal.abort(), part: () => undefined })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
