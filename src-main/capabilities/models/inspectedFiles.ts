import { join } from 'node:path';
import { inspectFile, type InspectedModel } from './inspectFile.ts';
import { onnxFolder } from './onnxFolder.ts';
import { RACY_MS, sameStamp, stampOf, type FileStamp } from './verifiedFiles.ts';

interface Inspected {
  readonly facts: InspectedModel;
  readonly weights: FileStamp;
  /** Null where there is no config.json. */
  readonly config: FileStamp | null;
}

/** More models than anybody lists; the oldest goes first. */
const KEPT = 200;

/**
 * What inspectFile says, walked anew only when the weights or the config.json beside them changed: a graph of 23 MB takes 55 ms, and lists
 * ask for every model each time. Rejects as inspectFile does; refusals are not kept.
 */
export function createInspectedFiles(inspect: (path: string) => Promise<InspectedModel> = inspectFile): (path: string) => Promise<InspectedModel> {
  const known = new Map<string, Inspected>();

  return async (path) => {
    const weights = await stampOf(path, '');
    const config = await stampOf(join(await onnxFolder(path), 'config.json'), '');
    const before = known.get(path);
    if (before && sameStamp(before.weights, weights) && (config === null ? before.config === null : sameStamp(before.config, config))) return before.facts;
    known.delete(path);
    const facts = await inspect(path);
    // A file that was only just written may change again without its time showing it (verifiedFiles.ts).
    if (weights === null || Date.now() - Math.max(weights.modifiedMs, config?.modifiedMs ?? 0) < RACY_MS) return facts;
    known.set(path, { facts, weights, config });
    const [oldest] = known.keys();
    if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
    return facts;
  };
}
