import { existsSync } from 'node:fs';
import { AppError } from '../../../base/appError.ts';
import type { DeepQuestion } from '../../types.ts';
import { deepFeatures, type DeepFeatures } from './deepFeatures.ts';
import { openForSearch } from './deepWork.ts';
import { nearestAmong, type DocumentFilter } from './documentFilter.ts';
import type { KnowledgeIndex } from './KnowledgeIndex.ts';
import type { StoredChunk } from './textStore.ts';
import { VectorFileDamaged } from './vectorFile.ts';
import type { VectorHit } from './vectorStore.ts';

/** What the second stage adds to one search. */
export interface DeepSearch {
  /** Nearest chunks; null while shown chunks lack a vector: a list of some of them would push the others down. */
  nearest(limit: number, filter: DocumentFilter): Promise<VectorHit[] | null>;
  /** null for a chunk without a vector. */
  featuresOf(chunk: StoredChunk): DeepFeatures | null;
}

/**
 * null where no vector was computed yet. Damage met on the way is put away (see DeepTables) and the search goes on without the second stage.
 * Rejects with INPUT_INVALID for a question of other dimensions.
 */
export async function openDeepSearch(index: KnowledgeIndex, question: DeepQuestion): Promise<DeepSearch | null> {
  const { vectors, vector } = question;
  if (vector.length !== vectors.dimensions) throw new AppError('INPUT_INVALID', `Expected a question of ${vectors.dimensions} dimensions but got ${vector.length}`);
  if (!existsSync(vectors.file)) return null;
  const { table, file } = await openForSearch(index, vectors);
  let broken = false;

  async function giveUp(error: unknown): Promise<null> {
    broken = true;
    await index.exclusively(() => index.deep.mend(vectors, error));
    return null;
  }

  return {
    async nearest(limit, filter) {
      if (broken || !table.isComplete(index.inOrder(), index.revision)) return null;
      return nearestAmong(table.store, { vector, limit }, filter).catch(giveUp);
    },
    featuresOf(chunk) {
      if (broken) return null;
      try {
        const stored = file.get(vectors.name, chunk.digest);
        return stored === undefined ? null : deepFeatures(question, stored);
      } catch (error) {
        if (!(error instanceof VectorFileDamaged)) throw error;
        // Where it cannot be put aside, whoever computes vectors next meets the reason.
        giveUp(error).catch(() => undefined);
        return null;
      }
    },
  };
}
