import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { ERROR_TRAITS } from '#contract/errors.ts';
import { createProgram, everyCommand } from '../../src-main/cli/createProgram.ts';
import { deadLinks, linksOf, machinePaths, nameOfCommand, undocumented } from './manualRules.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MANUAL = join(ROOT, 'docs', 'manual');

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
}

const manual = filesBelow(MANUAL, /\.md$/).map((file) => readFileSync(file, 'utf8')).join('\n');
/** Every page in git that is read by people: the manual, the notes, the README of each folder. */
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)))
  .map((path) => ({ path, folder: dirname(join(ROOT, path)), text: readFileSync(join(ROOT, path), 'utf8') }));

describe('the manual', () => {
  const commands = everyCommand(createProgram());

  it('names every command', () => {
    const leaves = commands.filter((command) => command.commands.length === 0).map(nameOfCommand);
    expect(leaves.length).toBeGreaterThan(8);
    expect(undocumented(leaves, manual)).toEqual([]);
  });

  it('names every option of every command', () => {
    const options = commands.flatMap((command: Command) => command.options.flatMap(({ long, short }) => [long, short].filter((name) => typeof name === 'string')));
    expect(options).toContain('--queries');
    expect(undocumented([...new Set(options)], manual)).toEqual([]);
  });

  it('names every error code', () => {
    expect(undocumented(Object.keys(ERROR_TRAITS), manual)).toEqual([]);
  });

  it('names every LATHE_ variable that src-main reads', () => {
    const source = filesBelow(join(ROOT, 'src-main'), /\.(ts|mjs)$/).map((file) => readFileSync(file, 'utf8')).join('\n');
    const variables = new Set(source.match(/\bLATHE_[A-Z_]+\b/g) ?? []);
    expect(variables).toContain('LATHE_HOME');
    expect(undocumented([...variables], manual)).toEqual([]);
  });

  it('names no error code, command variable or page that does not exist', () => {
    const codes = new Set<string>(Object.keys(ERROR_TRAITS));
    const families = new Set([...codes].map((code) => code.split('_')[0]));
    const named = [...manual.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map((match) => match[1] ?? '').filter((name) => families.has(name.split('_')[0]));
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !codes.has(name))).toEqual([]);
  });
});

describe('every page', () => {
  it('has only relative links that lead somewhere', () => {
    expect(pages.length).toBeGreaterThan(20);
    expect(pages.flatMap(deadLinks)).toEqual([]);
  });

  it('names no path of the machine that it was written on', () => {
    expect(pages.flatMap(machinePaths)).toEqual([]);
  });
});

describe('these checks', () => {
  it('see what is missing, what is dead and what is local', () => {
    expect(undocumented(['ask', 'knowledge forget', '--limit'], 'Use `ask` with `--limit <n>`.')).toEqual(['knowledge forget']);
    expect(undocumented(['--lim'], '`--limit`')).toEqual(['--lim']);
    expect(linksOf('[a](b.md#c) ![d](e/f.png) [g](https://h.example) [i](#j) `[k](l)`')).toEqual(['b.md', 'e/f.png']);
    expect(deadLinks({ path: 'docs/x.md', folder: ROOT, text: '[a](package.json) [b](nowhere.md)' })).toEqual(['docs/x.md → nowhere.md']);
    const top = (name: string): string => ['', name].join('/');
    expect(machinePaths({ path: 'x.md', folder: ROOT, text: `See ${top('work')}/x and ${top('root')}/a, not data/work/x or ~/.local.` })).toEqual([`x.md: ${top('work')}/x`, `x.md: ${top('root')}/a`]);
  });
});
