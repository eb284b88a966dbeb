import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { uuidv7 } from '../../../base/uuid.ts';
import type { ExpandResult } from '../../../runtimes/types.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { ScannedFile } from './scanSources.ts';

/** What may hold documents of its own, by its name; the bytes decide. Office documents are ZIP archives too and are read as what they are. */
const MAY_HOLD = /\.(?:zip|jar|tar|tgz|gz|tbz2?|bz2|txz|xz|tzst|zst|7z|rar|mbox|mbx|eml|json|jsonl|ndjson|csv|xml)$|(?:^|\/)mbox$/i;

export function mayHoldDocuments(file: string): boolean {
  return MAY_HOLD.test(file);
}

type Deps = Pick<KnowledgeDeps, 'parse' | 'scratchFolder'>;

export interface Expanded {
  readonly result: ExpandResult;
  /** Members as files of the same source, below the container's name. */
  readonly members: readonly ScannedFile[];
}

/**
 * Unpacks a container into a folder of its own and hands its members to `use`; the folder is gone afterwards. False when the file is a
 * document. Rejects as ParseRuntime.expand does.
 */
export async function withExpanded(deps: Deps, { container, signal }: { container: ScannedFile; signal: AbortSignal }, use: (expanded: Expanded) => Promise<void>): Promise<boolean> {
  const into = path.join(deps.scratchFolder, uuidv7());
  await mkdir(into, { recursive: true });
  try {
    const result = await deps.parse.expand({ path: container.path, name: container.file, into }, { signal });
    if (result === null) return false;
    await use({ result, members: result.members.map((member) => toScanned(container, member)) });
    return true;
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

/** Time and inode are the container's: its members change when it does. */
function toScanned(container: ScannedFile, { name, path: unpacked, bytes, modifiedMs }: ExpandResult['members'][number]): ScannedFile {
  return {
    path: unpacked,
    root: container.root,
    file: `${container.file}/${name}`,
    bytes,
    mtimeNs: container.mtimeNs,
    inode: container.inode,
    container: container.file,
    ...(container.url === undefined ? {} : { url: container.url }),
    ...(modifiedMs === null ? {} : { modifiedMs }),
  };
}
