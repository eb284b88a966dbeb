import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { because } from '../../../helpers/because.ts';
import { pypdfSamples } from '../../../helpers/pypdfSamples.ts';
import { documentFaults } from './documentFaults.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const READABLE = /\.(?:html?|md|txt|rst|js|ts|css|json|py|pdf)$/;

/** Every `step`-th readable file below a folder, in a fixed order. */
function sample(folder: string, most: number): string[] {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => READABLE.test(name)).sort();
  const step = Math.max(1, Math.floor(found.length / most));
  return found.filter((_, at) => at % step === 0).map((name) => join(folder, name));
}

/** Parses files; gives what broke a promise, and how many became documents. */
async function faultsOf(paths: readonly string[]): Promise<{ faults: string[]; documents: number }> {
  const faults: string[] = [];
  let documents = 0;
  for (const path of paths) {
    try {
      const document = await parseBytes(readFileSync(path), path);
      documents++;
      faults.push(...documentFaults(document).map((fault) => `${path}: ${fault}`));
      faults.push(...addedLetters(document.text, readFileSync(path, 'utf8'), path));
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
      if (!/^DOCUMENT_(?:EMPTY|UNSUPPORTED|ENCRYPTED|DAMAGED|NO_TEXT)$/.test(code)) faults.push(`${path}: ${code}`);
    }
  }
  return { faults, documents };
}

/** Text and code: what is not white space stands in the file in the same order, with nothing added. JSON, CSV and notebooks gain their paths and the names of their columns. */
function addedLetters(text: string, source: string, path: string): string[] {
  if (!/\.(?:txt|rst|js|ts|css|py)$/.test(path) || source.length > 200_000 || source.includes('\ufffd')) return [];
  let at = 0;
  for (const letter of text.replaceAll(/\s+/g, '')) {
    at = source.indexOf(letter, at) + 1;
    if (at === 0) return [`${path}: "${letter}" was added`];
  }
  return [];
}

describe('promises of a parsed document over real files', () => {
  test('hold for the packages that this project uses', { timeout: 300_000 }, async () => {
    const folders = ['mdast-util-gfm', 'better-sqlite3', 'playwright-core', 'zod', 'typescript', 'micromark', 'kysely', 'htmlparser2', 'pdfjs-dist'].map((name) => join(root, 'node_modules', name)).filter(existsSync);
    const { faults, documents } = await faultsOf(folders.flatMap((folder) => sample(folder, 20)));
    expect(faults).toEqual([]);
    expect(documents).toBeGreaterThan(50);
  });

  const manuals = ['/usr/share/doc/python3.11/html', '/usr/share/doc/sqlite3'].filter(existsSync);
  test.skipIf(manuals.length === 0)('hold for manuals of this system (needs the Debian packages python3.11-doc and sqlite3-doc)', { timeout: 300_000 }, async () => {
    const { faults, documents } = await faultsOf(manuals.flatMap((folder) => sample(folder, 60)));
    expect(faults).toEqual([]);
    expect(documents).toBeGreaterThan(50);
  });

  const odd = pypdfSamples();
  test.skipIf('reason' in odd)(`hold for 72 real odd PDFs; the encrypted ones are named${because(odd)}`, { timeout: 300_000 }, async () => {
    const paths = 'paths' in odd ? odd.paths : [];
    expect(paths).toHaveLength(72);
    const { faults, documents } = await faultsOf(paths);
    expect(faults).toEqual([]);
    expect(documents).toBeGreaterThanOrEqual(45);
    for (const path of paths.filter((name) => /-user-password|both-passwords/.test(name))) {
      await expect(parseBytes(readFileSync(path), path)).rejects.toMatchObject({ code: 'DOCUMENT_ENCRYPTED' });
    }
  });
});
