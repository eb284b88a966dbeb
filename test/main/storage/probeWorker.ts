import { serveDatabase } from '../../../src-main/storage/serveDatabase.ts';
import { probeCommands, probeMigrations } from './probeCommands.ts';

serveDatabase(probeCommands, probeMigrations);
