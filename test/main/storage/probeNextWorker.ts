import { serveDatabase } from '../../../src-main/storage/serveDatabase.ts';
import { probeCommands, probeMigrations } from './probeCommands.ts';
import { laterMigrations } from './laterMigrations.ts';

/** The probe database in a later version: three more steps. */
serveDatabase(probeCommands, [...probeMigrations, ...laterMigrations]);
