import { serveDatabase } from '../storage/serveDatabase.ts';
import { projectCommands } from './projectCommands.ts';
import { projectMigrations } from './projectMigrations.ts';

/** Entry of the project database's threads: composes what they serve. Does nothing else. */
serveDatabase(projectCommands, projectMigrations);
