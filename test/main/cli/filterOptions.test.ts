import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { DocumentFilter } from '#contract/filters.ts';
import { addFilterOptions, asOptions, toFilter, type FilterOptions } from '../../../src-main/cli/filterOptions.ts';

/** What a command with these options searches in. */
function filterOf(...options: string[]): DocumentFilter | undefined {
  const command = addFilterOptions(new Command()).argument('[query]').exitOverride().configureOutput({ writeErr: () => undefined });
  command.parse(['a question', ...options], { from: 'user' });
  return toFilter(command.opts<FilterOptions>());
}

describe('the options that narrow a search', () => {
  test('are none where none is given', () => {
    expect(filterOf()).toBeUndefined();
  });

  test('take several values by commas and by being given again, and each is a field of the filter', () => {
    expect(filterOf('--format', 'pdf, docx', '--format', 'csv', '--language', 'de', '--author', ' Ada ', '--path', 'guide/*', '--after', '2026-01-31', '--before', '2026-03-01')).toEqual({
      format: ['pdf', 'docx', 'csv'],
      language: ['de'],
      author: 'Ada',
      path: 'guide/*',
      after: '2026-01-31',
      before: '2026-03-01',
    });
  });

  test('are said again as they can be typed', () => {
    expect(asOptions({ format: ['pdf', 'docx'], author: "Flann O'Brien", path: 'guide/*', after: '2026-01-31' })).toBe(String.raw`--format pdf,docx --author 'Flann O'\''Brien' --path 'guide/*' --after 2026-01-31`);
  });

  test.each([
    [['--format', 'pdf,doc'], 'doc is no format. There are: markdown, html'],
    [['--after', 'last week'], 'Expected a day such as 2026-11-28'],
    [['--before', '2026-02-30'], 'Expected a day such as 2026-11-28'],
    [['--author', ' '], 'Expected words but got none'],
    [['--path', ''], 'Expected words but got none'],
    [['--language', 'x'.repeat(36)], '--language cannot be used'],
  ])('say what is expected instead of %j', (options, words) => {
    expect(() => filterOf(...options)).toThrow(words);
  });
});
