import { journalCommands } from '../../../src-main/storage/journal.ts';
import { migration as createLineageAndUndo } from '../../../src-main/storage/migrations/0001-create-lineage-and-undo.ts';
import { serveDatabase } from '../../../src-main/storage/serveDatabase.ts';
import { probeCommands, probeMigrations } from './probeCommands.ts';

serveDatabase([...probeCommands, ...journalCommands], [...probeMigrations, createLineageAndUndo]);
