import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { KnowledgeFile, ProjectFile } from '#contract/projects.ts';
import type { JsonSchema } from '../../../src-renderer/lib/jsonSchema.ts';
import { placeOf, yamlHover, yamlSuggestions } from '../../../src-renderer/lib/yamlAssist.ts';
import { yamlProblems } from '../../../src-renderer/lib/yamlProblems.ts';

const asSchema = (schema: z.ZodType): JsonSchema => JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input' })));
const project = asSchema(ProjectFile);
const knowledge = asSchema(KnowledgeFile);
const GOOD = 'version: 1\nid: 0193a1b2-0000-7000-8000-000000000001\nname: Über\nmodels:\n  text: gemma-3-270m\n';
const messages = (text: string, schema: JsonSchema = project): string[] => yamlProblems(text, schema).map(({ message }) => message);

describe('project files against their schemas', () => {
  it('accepts a file that is right, comments included', () => {
    expect(messages(`# hello\n${GOOD}`)).toEqual([]);
    expect(messages('version: 1\nid: 0193a1b2-0000-7000-8000-000000000001\nname: M\nsources:\n  - manual\nchunk:\n  maxTokens: 256\n', knowledge)).toEqual([]);
  });

  it('names the field, what it may be and what it is', () => {
    expect(messages(GOOD.replace('version: 1', 'version: 2'))).toEqual(['version must be 1, not 2.']);
    expect(messages(`${GOOD}settings:\n  answers:\n    maxTokens: 9\n`)).toEqual(['settings.answers.maxTokens must be a whole number from 16 to 4096, not 9.']);
    expect(messages(`${GOOD}colour: red\n`)).toEqual(['colour is not a field of this file. It may have version, id, name, models, settings.']);
    expect(messages('version: 1\nname: x\n')).toEqual(['This file lacks id.']);
    expect(messages('version: 1\nid: 0193a1b2-0000-7000-8000-000000000001\nname: M\nsources: manual\n', knowledge)).toEqual(['sources must be a list, not "manual".']);
  });

  it('puts the problem where the value stands', () => {
    const text = GOOD.replace('version: 1', 'version: two');
    const [problem] = yamlProblems(text, project);
    expect(text.slice(problem?.start, problem?.end)).toBe('two');
  });

  it('reports broken syntax alone, without guesses about fields', () => {
    const found = messages('version: [1\nname: x\n');
    expect(found.length).toBeGreaterThan(0);
    expect(found.join()).not.toContain('lacks');
  });
});

describe('help while typing', () => {
  const labels = (text: string, line: number, column: number, schema = project): string[] => yamlSuggestions(text, { line, column }, schema).map(({ label }) => label);

  it('offers the keys that are missing at this level', () => {
    expect(labels('version: 1\nname: x\n\n', 2, 0)).toEqual(['id', 'models', 'settings']);
    expect(labels('models:\n  \n', 1, 2)).toEqual(['text', 'embedding', 'reranker']);
    expect(labels('settings:\n  answers:\n    seed: 1\n    \n', 3, 4)).toEqual(['maxTokens', 'passages']);
  });

  it('offers the values that a key may have', () => {
    expect(labels('version: ', 0, 9)).toEqual(['1']);
  });

  it('explains the field on the line, in nested groups too', () => {
    expect(yamlHover('models:\n  text: gemma', 1, project)).toContain('Slug or digest of the model that writes answers');
    expect(yamlHover('# only a comment', 0, project)).toBeNull();
  });

  it('reads the place from indentation while the text does not parse', () => {
    expect(placeOf('a:\n  b:\n    - c: 1\n      d: [', 3)).toEqual({ path: ['a', 'b', 0], key: 'd' });
    expect(placeOf('a:\n  b: 1\nc:\n  d', 3).path).toEqual(['c']);
  });
});
