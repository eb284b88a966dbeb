import type { SiteSource } from '#contract/sources.ts';
import { AppError } from '../../../base/appError.ts';
import { createNameBook, nameOfUrl, type NameBook } from './fileNames.ts';
import type { FetchedFiles, FetchWork } from './fetchedFiles.ts';
import { openMirror, type Mirror, type MirrorEntry } from './mirrorFolder.ts';
import { readPageFacts, readRules, type PageFacts } from './pageFacts.ts';
import { readPage, type PageAnswer } from './readPage.ts';
import { readRobots, type RobotsRules } from './robotsRules.ts';
import { readSitemaps } from './readSitemaps.ts';
import { createScope, keyOf, type Scope } from './siteAddresses.ts';

const DEFAULT_MAX_PAGES = 500;
const DEFAULT_MAX_DEPTH = 20;
/** Between two calls, also where the site asks for nothing. */
const DELAY_MS = 200;
/** So many failures one after the other are the site's or the network's, not the pages'. */
const MAX_FAILURES = 5;
const MAX_SITE_BYTES = 4 * 1024 ** 3;
const SAVE_EVERY = 25;
const MAX_QUEUE = 200_000;
const MAX_PROBLEMS = 200;

interface Crawl {
  readonly work: FetchWork;
  readonly mirror: Mirror;
  readonly scope: Scope;
  readonly robots: RobotsRules;
  readonly names: NameBook;
  readonly maxDepth: number;
  readonly former: Map<string, MirrorEntry>;
  readonly queue: { readonly url: URL; readonly depth: number }[];
  readonly seen: Set<string>;
  /** Seen and answered, whatever the answer: what was kept of it before no longer counts. */
  readonly judged: Set<string>;
  readonly entries: Map<string, MirrorEntry>;
  readonly contents: Set<string>;
  /** Pages that name another as the one to keep, by the key of that one. */
  readonly deferred: Map<string, MirrorEntry>;
  readonly problems: { path: string; reason: string }[];
  readonly counts: Record<string, number>;
  bytes: number;
}

/**
 * Reads a site, breadth first, one call at a time. What was read before is asked for only if it changed; what is gone (404, 410) is
 * dropped; what cannot be reached now is kept as it was, with the reason. A kill or a cancel costs at most the last 25 pages.
 * Throws NETWORK_REFUSED where the person did not allow the site, NETWORK_FAILED where nothing of it was ever read, CANCELLED.
 */
export async function crawlSite(spec: SiteSource, work: FetchWork): Promise<FetchedFiles> {
  const start = new URL(spec.site);
  const mirror = await openMirror(work.folder, spec.site);
  const robots = await readRobots(start.origin, work);
  const crawl: Crawl = {
    work, mirror, robots, scope: createScope(spec), maxDepth: spec.maxDepth ?? DEFAULT_MAX_DEPTH,
    names: createNameBook(new Map(mirror.former.map(({ key, name }) => [key, name]))),
    former: new Map(mirror.former.map((entry) => [entry.key, entry])),
    queue: [], seen: new Set(), judged: new Set(), entries: new Map(), contents: new Set(), deferred: new Map(), problems: [], counts: {}, bytes: 0,
  };
  if (robots.stop !== null) return keepAll(crawl, spec, robots.stop);
  enqueue(crawl, start, 0);
  const failure = await visitAll(crawl, spec);
  if (failure !== null && crawl.entries.size === 0) return keepAll(crawl, spec, failure);
  keepUnseen(crawl, spec.maxPages ?? DEFAULT_MAX_PAGES);
  await mirror.save([...crawl.entries.values()]);
  await mirror.sweep();
  return result(crawl, spec);
}

/** Nothing could be asked for: what there was stays. */
async function keepAll(crawl: Crawl, spec: SiteSource, reason: string): Promise<FetchedFiles> {
  if (crawl.former.size === 0) throw new AppError('NETWORK_FAILED', `Nothing of ${spec.site} was read: ${reason}`, { hint: 'Check the address and the network connection, then ingest again.' });
  for (const [key, entry] of crawl.former) crawl.entries.set(key, entry);
  crawl.problems.length = 0;
  problem(crawl, spec.site, `${reason} What was read before is kept.`);
  return result(crawl, spec);
}

function result(crawl: Crawl, spec: SiteSource): FetchedFiles {
  const files = [...crawl.entries.values()].map((entry) => crawl.mirror.toFile(entry)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { root: spec.site, folder: crawl.work.folder, files, problems: crawl.problems, counts: crawl.counts };
}

function problem(crawl: Crawl, path: string, reason: string): void {
  if (crawl.problems.length < MAX_PROBLEMS) crawl.problems.push({ path, reason });
}

function count(crawl: Crawl, reason: string): void {
  crawl.counts[reason] = (crawl.counts[reason] ?? 0) + 1;
}

function enqueue(crawl: Crawl, url: URL, depth: number): void {
  const key = keyOf(url);
  if (crawl.seen.has(key) || crawl.queue.length >= MAX_QUEUE) return;
  crawl.seen.add(key);
  const refusal = depth > crawl.maxDepth ? 'deeper than the links that are followed' : (crawl.scope.refusal(url) ?? (crawl.robots.allows(url) ? null : 'not allowed by robots.txt'));
  if (refusal === null) crawl.queue.push({ url, depth });
  else {
    crawl.judged.add(key);
    count(crawl, refusal);
  }
}

/** The reason why it ended early; null when everything was asked for. */
async function visitAll(crawl: Crawl, spec: SiteSource): Promise<string | null> {
  const { work } = crawl;
  const maxPages = spec.maxPages ?? DEFAULT_MAX_PAGES;
  let failures = 0;
  for (let done = 0; done < crawl.queue.length; done += 1) {
    const next = crawl.queue[done];
    if (next === undefined) break;
    if (done >= maxPages || crawl.bytes > MAX_SITE_BYTES) {
      problem(crawl, spec.site, `Stopped after ${done} pages${done >= maxPages ? `, the limit of maxPages` : ''}; ${crawl.queue.length - done} more are known.`);
      break;
    }
    work.signal.throwIfAborted();
    work.onProgress({ done, known: crawl.queue.length, unit: 'pages', now: next.url.pathname });
    if (done > 0) await work.wait(Math.max(DELAY_MS, crawl.robots.delayMs), work.signal);
    const answer = await readPage(next.url, crawl.former.get(keyOf(next.url)), work);
    const failed = answer.kind === 'failed' && answer.server;
    failures = failed ? failures + 1 : 0;
    await take(crawl, next, answer);
    if (done === 0) {
      if (answer.kind === 'failed') return answer.reason;
      if (answer.kind === 'gone') return `The start page is not there (${answer.status}).`;
      await addOtherWays(crawl, next.url);
    }
    if (failures >= MAX_FAILURES) {
      problem(crawl, spec.site, `Stopped: ${failures} pages one after the other could not be read. The rest is kept as it was read before.`);
      break;
    }
    if (done % SAVE_EVERY === SAVE_EVERY - 1) await crawl.mirror.save([...new Map([...crawl.former, ...crawl.entries]).values()]);
  }
  return null;
}

/** Pages that no link leads to: those of the sitemaps, and those that were read before. */
async function addOtherWays(crawl: Crawl, start: URL): Promise<void> {
  const named = crawl.robots.sitemaps.length > 0 ? crawl.robots.sitemaps : [`${start.origin}/sitemap.xml`];
  const mayAsk = (url: string): boolean => {
    const own = crawl.scope.take(url, start);
    return own !== null && crawl.robots.allows(own);
  };
  const listed = await readSitemaps(named, mayAsk, crawl.work);
  for (const link of [...listed, ...crawl.mirror.former.flatMap(({ url }) => url ?? [])]) {
    const url = crawl.scope.take(link, start);
    if (url) enqueue(crawl, url, 1);
  }
}

async function take(crawl: Crawl, { url: asked, depth }: { url: URL; depth: number }, answer: PageAnswer): Promise<void> {
  const key = keyOf(asked);
  if (answer.kind !== 'failed') crawl.judged.add(key);
  if (answer.kind === 'gone') return count(crawl, 'not there (404, 410)');
  if (answer.kind === 'other') return count(crawl, answer.reason);
  if (answer.kind === 'failed') {
    const kept = crawl.former.get(key);
    if (kept) crawl.entries.set(key, kept);
    return problem(crawl, asked.href, `${answer.reason}${kept ? ' What was read before is kept.' : ''}`);
  }
  const url = landed(crawl, { url: asked, depth }, answer.url);
  if (url === null) return;
  const former = crawl.former.get(key);
  if (answer.kind === 'unchanged') {
    if (former) await save(crawl, { url, depth, entry: { ...former, fetchedAtMs: crawl.work.clock.now(), status: 304 }, facts: await factsOf(crawl, former) });
    return;
  }
  const { result: { headers, body, status }, ending } = answer;
  const content = await crawl.mirror.keep(body, ending);
  const facts = ending === '.html' ? readPageFacts(Buffer.from(body).toString('utf8')) : null;
  const rules = readRules(headers['x-robots-tag'] ?? '');
  const changedMs = Date.parse(headers['last-modified'] ?? '');
  const entry: MirrorEntry = {
    ...content, key: keyOf(url), name: crawl.names.take(keyOf(url), nameOfUrl(url, ending)), url: url.href, title: facts?.title ?? null,
    etag: headers['etag'] ?? null, lastModified: headers['last-modified'] ?? null, modifiedMs: Number.isNaN(changedMs) ? null : changedMs, fetchedAtMs: crawl.work.clock.now(), status,
  };
  await save(crawl, { url, depth, entry, facts: facts && { ...facts, noIndex: facts.noIndex || rules.noIndex, noFollow: facts.noFollow || rules.noFollow }, noIndex: rules.noIndex });
}

/** Where a page stands after redirects; null where that is no page of this crawl, or one that it has. */
function landed(crawl: Crawl, { url: asked, depth }: { url: URL; depth: number }, answered: URL): URL | null {
  if (answered.href === asked.href) return asked;
  if (depth === 0) crawl.scope.movedTo(answered);
  const url = crawl.scope.take(answered.href, asked);
  const key = url === null ? null : keyOf(url);
  if (url === null || key === null || crawl.scope.refusal(url) !== null || !crawl.robots.allows(url)) return (count(crawl, 'redirected out of what is read'), null);
  if (key !== keyOf(asked) && crawl.seen.has(key)) return (count(crawl, 'redirected to another page'), null);
  crawl.seen.add(key);
  crawl.judged.add(key);
  return url;
}

async function factsOf(crawl: Crawl, entry: MirrorEntry): Promise<PageFacts | null> {
  return entry.file.endsWith('.html') ? readPageFacts((await crawl.mirror.read(entry)).toString('utf8')) : null;
}

interface Saved {
  readonly url: URL;
  readonly depth: number;
  readonly entry: MirrorEntry;
  readonly facts: PageFacts | null;
  readonly noIndex?: boolean;
}

async function save(crawl: Crawl, { url, depth, entry, facts, noIndex }: Saved): Promise<void> {
  crawl.bytes += entry.bytes;
  const base = facts?.base !== null && facts?.base !== undefined && URL.canParse(facts.base, url.href) ? new URL(facts.base, url.href) : url;
  const canonical = facts?.canonical ? crawl.scope.take(facts.canonical, base) : null;
  // The same content under another address is a copy, and its links are those of the first: following them would never end.
  const copy = crawl.contents.has(entry.file) && crawl.deferred.get(entry.key)?.file !== entry.file;
  if (copy) count(crawl, 'same content as another page');
  else if (facts?.noIndex === true || noIndex === true) count(crawl, 'the page asks not to be kept (noindex)');
  else if (canonical !== null && keyOf(canonical) !== entry.key && crawl.scope.refusal(canonical) === null) {
    count(crawl, 'copy of the page that it names (canonical)');
    crawl.deferred.set(keyOf(canonical), entry);
    enqueue(crawl, canonical, depth);
  } else crawl.entries.set(entry.key, entry);
  crawl.contents.add(entry.file);
  if (copy || facts === null || facts.noFollow) return;
  for (const link of facts.links) {
    const next = crawl.scope.take(link, base);
    if (next) enqueue(crawl, next, depth + 1);
  }
}

/** Pages whose named original was not to be had, and pages that were read before and not asked for this time. */
function keepUnseen(crawl: Crawl, maxPages: number): void {
  for (const [key, entry] of crawl.deferred) if (!crawl.entries.has(key)) crawl.entries.set(entry.key, entry);
  for (const [key, entry] of crawl.former) if (!crawl.judged.has(key) && crawl.entries.size < maxPages) crawl.entries.set(key, entry);
}
