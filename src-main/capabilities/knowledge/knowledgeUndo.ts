import { purgeConversation, restoreConversation } from './answerStore.ts';
import type { KnowledgeBases } from './knowledgeBases.ts';
import { purgeDocuments, restoreDocuments, type RemovedDocuments } from './documentStore.ts';
import type { IndexDoor } from './openIndex.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import { purgeBase, restoreBase, type RemovedBase } from './knowledgeStore.ts';
import { purgeSwap, restoreSwap, type Swap } from './snapshots/snapshotStore.ts';
import type { Snapshots } from './snapshots/snapshots.ts';

/** What the undo journal runs for each kind of deletion, in the same transaction as its own row. */
export const knowledgeUndo = {
  'knowledge.base': { undo: restoreBase, purge: purgeBase },
  'knowledge.documents': { undo: restoreDocuments, purge: purgeDocuments },
  'knowledge.conversation': { undo: restoreConversation, purge: purgeConversation },
  'knowledge.swap': { undo: restoreSwap, purge: purgeSwap },
} as const;

/** As knowledgeUndo, with what has to be there before the rows. */
export function createUndoHandlers({ bases, snapshots }: { readonly bases: Pick<KnowledgeBases, 'putBack'>; readonly snapshots: Pick<Snapshots, 'aroundUndo'> }) {
  return {
    ...knowledgeUndo,
    'knowledge.base': { ...knowledgeUndo['knowledge.base'], around: bases.putBack },
    'knowledge.swap': { ...knowledgeUndo['knowledge.swap'], around: snapshots.aroundUndo },
  } as const;
}

/** What an undo means outside the database: the index shows the documents again. */
export function createUndoEffects(deps: KnowledgeDeps, { door, snapshots }: { readonly door: IndexDoor; readonly snapshots: Pick<Snapshots, 'afterSwap'> }): Record<keyof typeof knowledgeUndo, (payload: never) => Promise<void>> {
  return {
    'knowledge.base': async (payload: RemovedBase) => {
      deps.publish({ topic: 'knowledge.changed', knowledgeId: payload.id });
    },
    'knowledge.documents': async (payload: RemovedDocuments) => {
      // A restart may have taken the hidden entries out of the index: reconciling shows or rebuilds them, whichever is needed.
      await door.forget(payload.knowledgeId);
      await door.open(payload.knowledgeId, new AbortController().signal);
      deps.publish({ topic: 'knowledge.changed', knowledgeId: payload.knowledgeId });
    },
    'knowledge.swap': ({ knowledgeId, stood }: Swap) => snapshots.afterSwap(knowledgeId, stood),
    'knowledge.conversation': async () => deps.publish({ topic: 'conversations.changed' }),
  };
}

