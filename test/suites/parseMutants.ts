import { readdirSync, readFileSync } from 'node:fs';
import { parseBytes } from '../../src-main/runtimes/parse/child/parseBytes.ts';
import { mutate } from '../helpers/mutate.ts';
import { seededRandom } from '../helpers/seededRandom.ts';
import { documentFaults } from '../main/runtimes/parse/documentFaults.ts';
import { column, makePdf } from '../main/runtimes/parse/makePdf.ts';

export interface MutantReport {
  readonly seed: number;
  readonly tried: number;
  readonly documents: number;
  /** Refusals by error code. */
  readonly refused: Record<string, number>;
  /** What broke a promise: the seed, the mutant's number, its original and what happened. Empty = all is well. */
  readonly failures: string[];
}

interface Original {
  readonly name: string;
  readonly bytes: Buffer;
}

const FIXTURES = new URL('../fixtures/documents/', import.meta.url);
const REFUSALS = new Set(['DOCUMENT_EMPTY', 'DOCUMENT_UNSUPPORTED', 'DOCUMENT_ENCRYPTED', 'DOCUMENT_DAMAGED', 'DOCUMENT_TOO_LARGE', 'DOCUMENT_NO_TEXT']);
const MARKDOWN = '---\ntitle: T\n---\n# A *b*\n\n- one\n  - two\n\n> q\n\n```js\nlet x;\n```\n\n|a|b|\n|-|-|\n|c|d|\n\n<div>raw</div> &amp; [l](u) ![p](q)\n\n[^1]: note\n';
const TEXT = 'TITLE\n=====\n\nText of it\nmore.\n\n1. Numbered\n\n  - item\n    more\n\n    code();\n\nNAME\n   it\n';

/** The documents that mutants are made from: the fixtures and made ones, and files given by path. */
function originals(paths: readonly string[]): Original[] {
  const fixtures = readdirSync(FIXTURES).filter((name) => !name.endsWith('.md')).map((name) => ({ name, bytes: readFileSync(new URL(name, FIXTURES)) }));
  const pages = Array.from({ length: 3 }, () => ({ texts: [{ x: 72, y: 80, size: 18, text: 'Heading' }, ...column(['Some words of text', 'on two lines.'], 72, 120)] }));
  const made: Original[] = [
    { name: 'made.pdf', bytes: Buffer.from(makePdf(pages, [{ title: 'Heading', page: 1 }, { title: 'Other', page: 2 }])) },
    { name: 'made.md', bytes: Buffer.from(MARKDOWN) },
    { name: 'made.txt', bytes: Buffer.from(TEXT) },
    { name: 'made.py', bytes: Buffer.from('import os\n\ndef f():\n    return "ü"\n\nclass A:\n    pass\n') },
  ];
  return [...fixtures, ...made, ...paths.map((path) => ({ name: path.slice(path.lastIndexOf('/') + 1), bytes: readFileSync(path) }))];
}

/** Parses `count` damaged documents. Every one must give a sound document or one of the document errors. */
export async function parseMutants(options: { readonly count: number; readonly seed: number; readonly paths?: readonly string[] }): Promise<MutantReport> {
  const random = seededRandom(options.seed);
  const sources = originals(options.paths ?? []);
  const refused: Record<string, number> = {};
  const failures: string[] = [];
  let documents = 0;
  for (let number = 0; number < options.count; number++) {
    const original = sources[number % sources.length];
    if (!original) break;
    const bytes = mutate(original.bytes, random);
    const where = `seed ${options.seed}, mutant ${number} of ${original.name}`;
    try {
      const faults = documentFaults(await parseBytes(bytes, original.name));
      documents++;
      for (const fault of faults) failures.push(`${where}: ${fault}`);
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'none';
      refused[code] = (refused[code] ?? 0) + 1;
      if (!REFUSALS.has(code)) failures.push(`${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  return { seed: options.seed, tried: options.count, documents, refused, failures };
}
