import { jobCommands } from '../jobs/jobCommands.ts';
import { answerStoreCommands } from '../capabilities/knowledge/answerStore.ts';
import { documentStoreCommands } from '../capabilities/knowledge/documentStore.ts';
import { filterCommands } from '../capabilities/knowledge/filterDocuments.ts';
import { knowledgeStoreCommands } from '../capabilities/knowledge/knowledgeStore.ts';
import { aliasStoreCommands } from '../capabilities/knowledge/aliases/aliasStore.ts';
import { exportStoreCommands } from '../capabilities/knowledge/move/exportStore.ts';
import { importStoreCommands } from '../capabilities/knowledge/move/importStore.ts';
import { questionStoreCommands } from '../capabilities/knowledge/questions/questionStore.ts';
import { entryStoreCommands } from '../capabilities/knowledge/snapshots/entryStore.ts';
import { snapshotStoreCommands } from '../capabilities/knowledge/snapshots/snapshotStore.ts';
import { autopsyStoreCommands } from '../capabilities/knowledge/why/autopsyStore.ts';
import { collectionStoreCommands } from '../capabilities/knowledge/collectionStore.ts';
import { useStoreCommands } from '../capabilities/knowledge/why/useStore.ts';
import { pipelineStoreCommands } from '../capabilities/pipelines/pipelineStore.ts';
import { fileJournalCommands } from '../capabilities/projects/fileJournal.ts';
import { journalCommands } from '../storage/journal.ts';
import { lineageCommands } from '../storage/lineage.ts';
import type { Command } from '../storage/command.ts';

/** Every command that a project database serves. */
export const projectCommands: readonly Command[] = [...jobCommands, ...journalCommands, ...lineageCommands, ...knowledgeStoreCommands, ...documentStoreCommands, ...entryStoreCommands, ...filterCommands, ...aliasStoreCommands, ...snapshotStoreCommands, ...answerStoreCommands, ...questionStoreCommands, ...exportStoreCommands, ...importStoreCommands, ...useStoreCommands, ...autopsyStoreCommands, ...collectionStoreCommands, ...fileJournalCommands, ...pipelineStoreCommands];
