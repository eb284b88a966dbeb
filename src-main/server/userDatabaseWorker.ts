import { serveDatabase } from '../storage/serveDatabase.ts';
import { userCommands } from './userCommands.ts';
import { userMigrations } from './userMigrations.ts';

/** Entry of the user database's threads: composes what they serve. Does nothing else. */
serveDatabase(userCommands, userMigrations);
