import type { Command } from '../storage/command.ts';

/** Every command that a project database serves. */
export const projectCommands: readonly Command[] = [];
