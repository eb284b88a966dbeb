import { modelCommands } from '../capabilities/models/localModels.ts';
import { jobCommands } from '../jobs/jobCommands.ts';
import { projectStoreCommands } from '../capabilities/projects/projectStore.ts';
import { engineCommands } from '../storage/engine.ts';
import { ledgerCommands } from '../storage/ledger.ts';
import type { Command } from '../storage/command.ts';

/** Every command that the user database serves. */
export const userCommands: readonly Command[] = [...engineCommands, ...jobCommands, ...ledgerCommands, ...modelCommands, ...projectStoreCommands];
