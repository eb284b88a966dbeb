import type { Logger } from '../../base/logger.ts';
import type { IndexRuntime, VectorCounts } from '../../runtimes/types.ts';

/** The index tells once what it found damaged among the transformer vectors and how it was mended, whoever counts them next: it is said in the log. */
export function sayMended(index: IndexRuntime, logger: Logger): IndexRuntime {
  const said = <Counted extends VectorCounts>(counted: Counted): Counted => {
    if (counted.note !== undefined) logger.warn(counted.note);
    return counted;
  };
  const counting: Pick<IndexRuntime, 'countVectors' | 'pendingVectors'> = {
    countVectors: async (at, deep, options) => said(await index.countVectors(at, deep, options)),
    pendingVectors: async (at, deep, ...asked) => said(await index.pendingVectors(at, deep, ...asked)),
  };
  // Everything else is the index's own.
  return Object.assign(Object.create(index) as IndexRuntime, counting);
}
