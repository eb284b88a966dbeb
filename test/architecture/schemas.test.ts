import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AskResult, COMMAND_OUTPUTS, SearchResult } from '#contract/commands.ts';
import { jsonSchemas } from '#contract/jsonSchemas.ts';
import { createProgram, everyCommand } from '../../src-main/cli/createProgram.ts';
import { nameOfCommand } from './manualRules.ts';

const FOLDER = fileURLToPath(new URL('../../resources/schemas', import.meta.url));

describe('the published JSON Schemas', () => {
  it('are the ones that the contract gives: `npm run schemas` writes them', () => {
    const wanted = jsonSchemas();
    expect(readdirSync(FOLDER).toSorted()).toEqual(Object.keys(wanted).toSorted());
    for (const [name, schema] of Object.entries(wanted)) expect(readFileSync(join(FOLDER, name), 'utf8'), name).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  });

  it('cover what every command prints with --json', () => {
    const leaves = everyCommand(createProgram()).filter((command) => command.commands.length === 0).map(nameOfCommand);
    expect(Object.keys(COMMAND_OUTPUTS).toSorted()).toEqual(leaves.toSorted());
  });

  it('describe every field of a project file, and refuse unknown ones', () => {
    const { 'project.json': project, 'knowledge.json': knowledge } = jsonSchemas();
    for (const schema of [project, knowledge]) {
      expect(schema).toMatchObject({ type: 'object', additionalProperties: false, $schema: expect.stringContaining('json-schema.org') });
      for (const field of Object.values(schema?.['properties'] as Record<string, { description?: string }>)) expect(field.description ?? '').not.toBe('');
    }
  });
});

describe('the shapes that scripts depend on', () => {
  it('are exactly these, with the page of a PDF where there is one', () => {
    const citation = { file: 'a.pdf', page: 3, quote: 'words' };
    const answer = { id: '01890000-0000-7000-8000-000000000001', answer: 'words', abstained: false, confidence: 0.5, citations: [citation, { file: 'b.md', quote: 'more' }], model: null, timingsMs: { total: 1 } };
    expect(JSON.stringify(AskResult.parse(answer))).toBe(JSON.stringify(answer));
    expect(Object.keys(AskResult.shape)).toEqual(['id', 'answer', 'abstained', 'confidence', 'citations', 'model', 'notes', 'timingsMs']);
    const found = { id: 'q1', answerable: true, confidence: 0.9, results: [{ file: 'a.pdf', page: 1, text: 't', score: 1 }, { file: 'b.md', text: 'u', score: 0 }] };
    expect(JSON.stringify(SearchResult.parse(found))).toBe(JSON.stringify(found));
    expect(() => SearchResult.parse({ ...found, more: 1 })).toThrow('more');
  });
});
