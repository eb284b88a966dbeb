import type { Logger } from '../../base/logger.ts';
import type { KnowledgeBases } from './knowledgeBases.ts';
import { watchFolders, type FolderWatch } from './sources/watchFolders.ts';

export interface SourceWatch {
  /** Looks again at which folders are to be watched: the project's files may have changed. `unseen`: what changed in them before is ingested too. */
  refresh(unseen: boolean): Promise<void>;
  close(): void;
}

export interface WatchDeps {
  readonly bases: Pick<KnowledgeBases, 'list' | 'addSources'>;
  /** Starts an ingestion of everything that the knowledge base names. */
  readonly ingest: (knowledgeId: string) => Promise<unknown>;
  readonly logger: Logger;
}

/** Owns that a knowledge base is ingested again when something changes in a folder that it watches. */
export function createSourceWatch({ bases, ingest, logger }: WatchDeps): SourceWatch {
  let watching: FolderWatch | null = null;
  let watched = '';
  let closed = false;

  async function wanted(): Promise<Map<string, string[]>> {
    const byFolder = new Map<string, string[]>();
    for (const { id } of await bases.list()) {
      // A project file that cannot be used is a trouble of the project and named there.
      for (const source of await bases.addSources(id, []).catch(() => [])) {
        if (typeof source === 'string' || !('watch' in source)) continue;
        byFolder.set(source.folder, [...(byFolder.get(source.folder) ?? []), id]);
      }
    }
    return byFolder;
  }

  return {
    async refresh(unseen) {
      const byFolder = await wanted();
      const now = JSON.stringify([...byFolder]);
      if (closed || now === watched) return;
      watched = now;
      watching?.close();
      const onChange = (changed: readonly string[]): void => {
        for (const id of new Set(changed.flatMap((folder) => byFolder.get(folder) ?? []))) {
          ingest(id).catch((error: unknown) => logger.warn(`A watched folder changed, but its ingestion could not start: ${error instanceof Error ? error.message : String(error)}`));
        }
      };
      watching = byFolder.size === 0 ? null : watchFolders([...byFolder.keys()], onChange, { unseen, onFallback: (_, reason) => logger.warn(reason) });
    },
    close() {
      closed = true;
      watching?.close();
    },
  };
}
