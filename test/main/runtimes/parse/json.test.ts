import { describe, expect, test } from 'vitest';
import { parseBytes } from '../../../../src-main/runtimes/parse/child/parseBytes.ts';
import { documentFaults } from './documentFaults.ts';

const parse = (text: string, name = 'a.json') => parseBytes(Buffer.from(text), name);
const shown = (document: Awaited<ReturnType<typeof parse>>) => document.blocks.map((block) => `${block.kind}: ${document.text.slice(block.start, block.end)}`);

describe('JSON', () => {
  test('of one object is lines of path and value, its large parts under headings', async () => {
    const document = await parse('{"name":"tally","version":"1.2.0","keywords":["a","b"],"scripts":{"build":"tsc","test":"vitest","lint":"oxlint"}}', 'package.json');
    expect(shown(document)).toEqual(['list: name: tally\nversion: 1.2.0', 'list: keywords: a, b', 'heading: scripts', 'list: scripts.build: tsc\nscripts.test: vitest\nscripts.lint: oxlint']);
    expect(document).toMatchObject({ format: 'json', title: 'tally', warnings: [] });
  });

  test('of many objects is a record each, headed by its title', async () => {
    const document = await parse('[{"id":7,"title":"Pump fails","tags":["x","y"],"at":{"site":"B2"}},{"id":8}]');
    expect(shown(document)).toEqual(['heading: Pump fails', 'list: id: 7\ntitle: Pump fails\ntags: x, y\nat.site: B2', 'heading: 8', 'list: id: 8']);
  });

  test('keeps numbers as written, keys that repeat, and a long text as a paragraph', async () => {
    const long = 'A sentence of words. '.repeat(20).trim();
    const document = await parse(`{"big":12345678901234567890,"huge":1e400,"a":1,"a":2,"__proto__":"p","note":${JSON.stringify(long)},"half":"\\ud800!"}`);
    expect(document.text).toBe(`big: 12345678901234567890\nhuge: 1e400\na: 1\na: 2\n__proto__: p\n\nnote:\n${long}\n\nhalf: \ufffd!`);
    expect(({} as Record<string, unknown>)['p']).toBeUndefined();
  });

  test('that is not valid is read as source code, and says so', async () => {
    const document = await parse('{ // a comment\n  "strict": true,\n}\n', 'tsconfig.json');
    expect(document).toMatchObject({ format: 'code', warnings: [{ code: 'json-invalid' }] });
  });

  test.each([['arrays', '['.repeat(1_000_000) + '"x"' + ']'.repeat(1_000_000)], ['objects', '{"a":'.repeat(300_000) + '"x"' + '}'.repeat(300_000)]])('a million deep in %s is read', async (_name, text) => {
    const document = await parse(text);
    expect(document.text).toContain('x');
    expect(documentFaults(document)).toEqual([]);
  });

  test('with nothing in it is refused with the reason', async () => {
    await expect(parse('{"a":[],"b":{}}')).rejects.toMatchObject({ code: 'DOCUMENT_NO_TEXT' });
  });
});

describe('JSON Lines', () => {
  test('are records; lines that are not JSON are told by number', async () => {
    const document = await parse('{"name":"Ada","role":"engineer"}\nnot json\n\n{"name":"Bo"}\n{"cut":\n', 'people.jsonl');
    expect(shown(document)).toEqual(['heading: Ada', 'list: name: Ada\nrole: engineer', 'heading: Bo', 'list: name: Bo']);
    expect(document.warnings).toEqual([{ code: 'json-lines-invalid', message: '2 lines are not valid JSON and were left out: 2, 5' }]);
  });

  test('are told by their content where the name says JSON', async () => {
    expect((await parse('{"name":"Ada"}\n{"name":"Bo"}\n')).blocks).toHaveLength(4);
  });
});
