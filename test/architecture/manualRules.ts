import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';

/** A page as the rules read it. */
export interface Page {
  /** As it is reported. */
  readonly path: string;
  /** Absolute: what relative links start from. */
  readonly folder: string;
  readonly text: string;
}

/** The words that start a command, without the program's own name: `knowledge ingest`. */
export function nameOfCommand(command: Command): string {
  const words: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) words.unshift(at.name());
  return words.join(' ');
}

/** The names that stand nowhere in the text as a whole word. */
export function undocumented(names: readonly string[], text: string): string[] {
  return names.filter((name) => !new RegExp(`(?<![\\w-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`).test(text));
}

/** Targets of relative links and pictures, without their fragments; code is left out. */
export function linksOf(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => (match[1] ?? '').replace(/#.*$/, '')).filter((target) => target !== '' && !/^[a-z]+:/i.test(target));
}

export function deadLinks({ path, folder, text }: Page): string[] {
  return linksOf(text).filter((target) => !existsSync(join(folder, decodeURIComponent(target)))).map((target) => `${path} → ${target}`);
}

/** Absolute paths that exist on one machine only. */
export function machinePaths({ path, text }: Page): string[] {
  return [...text.matchAll(/(?<![\w.~$/-])\/(?:work|root|tmp|home\/(?!you\b))[\w./-]*\w/g)].map((match) => `${path}: ${match[0]}`);
}
