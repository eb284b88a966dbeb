import type { Command } from '../storage/command.ts';

/** Every command that the user database serves. */
export const userCommands: readonly Command[] = [];
