import type { ApiSource } from '#contract/sources.ts';
import { AppError, hasErrorCode } from '../../../base/appError.ts';
import { toDocument } from './apiItems.ts';
import { firstCall, readApiPage, readHeaders, type ApiPage } from './apiPages.ts';
import { createNameBook, tidyPart, type NameBook } from './fileNames.ts';
import type { FetchedFiles, FetchWork } from './fetchedFiles.ts';
import { openMirror, type Mirror, type MirrorEntry } from './mirrorFolder.ts';

const MAX_PAGES = 10_000;
const MAX_ITEMS = 200_000;
const MAX_BYTES = 2 * 1024 ** 3;
const DELAY_MS = 100;
const MAX_PROBLEMS = 200;

interface Reading {
  readonly spec: ApiSource;
  readonly work: FetchWork;
  readonly mirror: Mirror;
  readonly names: NameBook;
  readonly entries: Map<string, MirrorEntry>;
  readonly problems: { path: string; reason: string }[];
  readonly counts: Record<string, number>;
  bytes: number;
}

/**
 * Reads an API's items, page after page, each as a file. An item that is no longer listed is dropped once all pages were read;
 * where they could not be, what was read before is kept, with the reason.
 * Throws INPUT_INVALID (a secret is missing), NETWORK_REFUSED, NETWORK_FAILED where nothing was ever read, CANCELLED.
 */
export async function fetchApi(spec: ApiSource, work: FetchWork): Promise<FetchedFiles> {
  const headers = await readHeaders(spec, work.secret);
  const mirror = await openMirror(work.folder, spec.api);
  const reading: Reading = { spec, work, mirror, names: createNameBook(new Map(mirror.former.map(({ key, name }) => [key, name]))), entries: new Map(), problems: [], counts: {}, bytes: 0 };
  const cut = await readPages(reading, headers).catch((error: unknown) => {
    if (work.signal.aborted || !(error instanceof AppError) || (error.code !== 'NETWORK_FAILED' && error.code !== 'NETWORK_REFUSED')) throw error;
    if (mirror.former.length === 0 && reading.entries.size === 0) throw error;
    if (hasErrorCode(error, 'NETWORK_REFUSED') && reading.entries.size === 0) throw error;
    return `${error.message} What was read before is kept.`;
  });
  if (cut !== null) {
    problem(reading, spec.api, cut);
    for (const entry of mirror.former) if (!reading.entries.has(entry.key)) reading.entries.set(entry.key, entry);
  }
  await mirror.save([...reading.entries.values()]);
  await mirror.sweep();
  const files = [...reading.entries.values()].map((entry) => mirror.toFile(entry));
  return { root: spec.api, folder: work.folder, files, problems: reading.problems, counts: reading.counts };
}

function problem({ problems }: Reading, path: string, reason: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push({ path, reason });
}

/** Why it ended before the last page; null when all were read. */
async function readPages(reading: Reading, headers: Readonly<Record<string, string>>): Promise<string | null> {
  const { spec, work } = reading;
  const asked = new Set<string>();
  let former: string | null = null;
  for (let url: URL | null = firstCall(spec); url !== null; ) {
    work.signal.throwIfAborted();
    if (asked.size >= MAX_PAGES || reading.entries.size >= MAX_ITEMS || reading.bytes > MAX_BYTES) return `Stopped after ${asked.size} pages with ${reading.entries.size} items, a limit.`;
    if (asked.has(url.href)) return `Stopped after ${asked.size} pages: the answer names a page that was read already.`;
    if (asked.size > 0) await work.wait(DELAY_MS, work.signal);
    asked.add(url.href);
    work.onProgress({ done: reading.entries.size, known: null, unit: 'items', now: `page ${asked.size}` });
    const page: ApiPage = await readApiPage(url, { spec, headers }, work);
    const content = JSON.stringify(page.items);
    // A server that does not know the parameter gives its first page for ever.
    if (content === former) return `Stopped after ${asked.size} pages: each holds the same items, so the parameter of next seems to be another.`;
    former = content;
    for (const item of page.items) await takeItem(reading, item);
    url = page.next;
  }
  return null;
}

async function takeItem(reading: Reading, item: unknown): Promise<void> {
  const { spec, work, mirror } = reading;
  const document = toDocument(item, spec);
  const bytes = Buffer.from(document.text, 'utf8');
  const content = await mirror.keep(bytes, document.ending);
  const key = document.id ?? content.file;
  if (reading.entries.has(key)) reading.counts['listed twice'] = (reading.counts['listed twice'] ?? 0) + 1;
  reading.bytes += bytes.length;
  const name = reading.names.take(key, `${tidyPart(document.title ?? document.id ?? key.slice(0, 12))}${document.ending}`);
  reading.entries.set(key, { ...content, key, name, url: document.url, title: document.title, etag: null, lastModified: null, modifiedMs: document.modifiedMs, fetchedAtMs: work.clock.now(), status: 200 });
}
