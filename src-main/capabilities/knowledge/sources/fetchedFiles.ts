import type { Broker } from '../../../base/network.ts';
import type { Clock } from '../../../base/clock.ts';

/** One file of a source that was fetched. */
export interface FetchedFile {
  /** Readable POSIX path, NFC, unique in its source also without case: what the document is called. */
  readonly name: string;
  /** Absolute path of its content. The same content keeps its path, time and inode from one fetch to the next. */
  readonly path: string;
  /** Where a reader finds it; null where nothing on the web shows it. */
  readonly url: string | null;
  /** When it was last changed, as its source says; null when it does not say. */
  readonly modifiedMs: number | null;
  readonly bytes: number;
}

export interface FetchedFiles {
  /** What is shown as the source: the site's or API's address, the repository. */
  readonly root: string;
  /** Folder of the copies. */
  readonly folder: string;
  readonly files: readonly FetchedFile[];
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
  /** What was passed over, by reason. */
  readonly counts: Readonly<Record<string, number>>;
  /** The full id of the commit, for a git source. */
  readonly commit?: string;
}

export interface FetchProgress {
  readonly done: number;
  /** How many are known of; null before anything is. */
  readonly known: number | null;
  readonly unit: 'pages' | 'files' | 'items';
  readonly now: string;
}

/** What fetching needs of the rest of Lathe. */
export interface FetchPorts {
  /** The broker's; every call of it passes the person's list of sites. */
  readonly fetch: Broker['fetch'];
  readonly proxy: Broker['proxy'];
  readonly secret: (name: string) => Promise<string>;
  readonly clock: Clock;
  /** Resolves after so long; rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface FetchWork extends FetchPorts {
  /** A folder of this source alone, in `.lathe`; made when it is not there. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FetchProgress) => void;
}
