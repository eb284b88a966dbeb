import { readdirSync, readFileSync } from 'node:fs';
import { parseBytes } from '../../src-main/runtimes/parse/child/parseBytes.ts';
import { openZip } from '../../src-main/runtimes/parse/child/zip/readZip.ts';
import { makeZip } from '../helpers/makeZip.ts';
import { mutate } from '../helpers/mutate.ts';
import { docxTable, makeDocx, makeEpub, makeOdf, makePptx, makeXlsx, paragraph, shape } from '../helpers/officeFiles.ts';
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
const MAIL = 'From: Ada <ada@example.org>\nTo: bo@example.org\nDate: Tue, 02 Jan 2024 10:00:00 +0100\nSubject: =?utf-8?q?Pr=C3=BCfung?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello\n> quoted\n--b\nContent-Type: text/html\nContent-Disposition: attachment; filename=a.html\nContent-Transfer-Encoding: base64\n\nPGgxPkE8L2gxPjxwPndvcmRzPC9wPg==\n--b--\n';
const TEXT = 'TITLE\n=====\n\nText of it\nmore.\n\n1. Numbered\n\n  - item\n    more\n\n    code();\n\nNAME\n   it\n';

/** The documents that mutants are made from: the fixtures and made ones, and files given by path. */
function originals(paths: readonly string[]): Original[] {
  const fixtures = readdirSync(FIXTURES).filter((name) => !name.endsWith('.md')).map((name) => ({ name, bytes: readFileSync(new URL(name, FIXTURES)) }));
  const pages = Array.from({ length: 3 }, () => ({ texts: [{ x: 72, y: 80, size: 18, text: 'Heading' }, ...column(['Some words of text', 'on two lines.'], 72, 120)] }));
  const made: Original[] = [
    { name: 'made.pdf', bytes: Buffer.from(makePdf(pages, [{ title: 'Heading', page: 1 }, { title: 'Other', page: 2 }])) },
    { name: 'made.md', bytes: Buffer.from(MARKDOWN) },
    { name: 'made.txt', bytes: Buffer.from(TEXT) },
    { name: 'made.csv', bytes: Buffer.from('Item;Price\nBolt;"1,20"\n"Nut ""M4""";0.30\n') },
    { name: 'made.json', bytes: Buffer.from('[{"id":7,"title":"Pump \\u00fc","tags":["x","y"],"at":{"site":"B2"}},{"id":8,"n":1e400}]') },
    { name: 'made.jsonl', bytes: Buffer.from('{"name":"Ada"}\n{"name":"Bo","a":[1,2]}\n') },
    { name: 'made.ipynb', bytes: Buffer.from(JSON.stringify({ metadata: {}, cells: [{ cell_type: 'markdown', source: ['# T\n', '|a|b|\n|-|-|\n|1|2|'] }, { cell_type: 'code', source: 'x = 1', outputs: [{ output_type: 'stream', text: ['1\n'] }] }] })) },
    { name: 'made.eml', bytes: Buffer.from(MAIL) },
    { name: 'made.py', bytes: Buffer.from('import os\n\ndef f():\n    return "ü"\n\nclass A:\n    pass\n') },
  ];
  return [...fixtures, ...made, ...officeOriginals(), ...paths.map((path) => ({ name: path.slice(path.lastIndexOf('/') + 1), bytes: readFileSync(path) }))];
}

const RTF = String.raw`{\rtf1\ansi{\fonttbl{\f0\fcharset204 A;}}{\stylesheet{\s1 heading 1;}}{\info{\title T}}\pard\s1 Head\par\pard Gr\'fc\u8364?{\footnote note}\par\trowd\intbl a\cell b\cell\row{\pict 0102}\pard end\par}`;
const PART = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>43861</v></c></row><row r="2"><c r="A2"><v>1.5</v></c><c r="B2" t="b"><v>1</v></c></row>';

/** Half of them stored, so that damage reaches the XML and not only what it is packed in. */
function officeOriginals(): Original[] {
  const docx = makeDocx(paragraph('Head', '<w:pStyle w:val="berschrift1"/>') + paragraph('Words', '<w:numPr><w:numId w:val="1"/></w:numPr>') + docxTable([[paragraph('a'), paragraph('b')], [paragraph('c'), paragraph('d')]]));
  return [
    { name: 'made.docx', bytes: docx },
    { name: 'made.pptx', bytes: makePptx([{ shapes: shape('title', ['Head']) + shape('body', ['One', 'Two']), notes: 'Note' }]) },
    { name: 'made.xlsx', bytes: makeXlsx([{ name: 'Sheet', rows: PART }], ['<t>Text</t>']) },
    { name: 'made.odt', bytes: makeOdf('text', '<text:h text:outline-level="1">Head</text:h><text:p>Words<text:s text:c="2"/></text:p>') },
    { name: 'made.ods', bytes: makeOdf('spreadsheet', '<table:table table:name="S"><table:table-row><table:table-cell table:number-columns-repeated="3"><text:p>a</text:p></table:table-cell></table:table-row></table:table>') },
    { name: 'made.odp', bytes: makeOdf('presentation', '<draw:page><draw:frame presentation:class="title"><text:p>Head</text:p></draw:frame></draw:page>') },
    { name: 'made.epub', bytes: makeEpub(['<h1>Head</h1><p>Words</p>', '<p>More</p>']) },
    { name: 'made.rtf', bytes: Buffer.from(RTF, 'latin1') },
  ].flatMap((original) => (original.name === 'made.rtf' ? [original] : [original, { name: `stored-${original.name}`, bytes: storedCopy(original.bytes) }]));
}

/** The same archive without compression. */
function storedCopy(bytes: Buffer): Buffer {
  const zip = openZip(bytes, 'made');
  return makeZip(zip.entries.map((entry) => ({ name: entry.name, data: zip.read(entry), stored: true })));
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
