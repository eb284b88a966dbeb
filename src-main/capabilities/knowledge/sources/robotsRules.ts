import robotsParser from 'robots-parser';
import { hasErrorCode } from '../../../base/appError.ts';
import type { FetchWork } from './fetchedFiles.ts';

export interface RobotsRules {
  /** Why nothing may be read at all; null when rules are known. */
  readonly stop: string | null;
  allows(url: URL): boolean;
  /** Milliseconds between two calls that the site asks for; 0 when it does not. */
  readonly delayMs: number;
  readonly sitemaps: readonly string[];
}

const AGENT = 'lathe';
/** RFC 9309 §2.5 asks for at least 500 KiB. */
const MAX_BYTES = 1024 * 1024;
/** A site that asks for more would keep a job for days; it is asked rarely enough so. */
const MAX_DELAY_MS = 10_000;

/** robots.txt as RFC 9309 reads it: without one everything is allowed, and nothing is while the server fails to give it. */
export async function readRobots(origin: string, { fetch, signal }: Pick<FetchWork, 'fetch' | 'signal'>): Promise<RobotsRules> {
  const url = `${origin}/robots.txt`;
  try {
    const answer = await fetch({ url, by: 'sites', signal, maxBytes: MAX_BYTES, timeoutMs: 30_000 });
    if (answer.status >= 500 || answer.status === 429) return refuseAll(`robots.txt of ${origin} could not be read (status ${answer.status}), so nothing of the site was asked for`);
    if (answer.status < 200 || answer.status > 299) return { stop: null, allows: () => true, delayMs: 0, sitemaps: [] };
    const robots = robotsParser(url, Buffer.from(answer.body).toString('utf8'));
    return {
      stop: null,
      // Its rules also count for a page to which the site moved from http to https.
      allows: (page) => robots.isAllowed(`${origin}${page.pathname}${page.search}`, AGENT) ?? true,
      delayMs: Math.min(MAX_DELAY_MS, Math.max(0, (robots.getCrawlDelay(AGENT) ?? 0) * 1000)),
      sitemaps: robots.getSitemaps().slice(0, 20),
    };
  } catch (error) {
    if (!hasErrorCode(error, 'NETWORK_FAILED')) throw error;
    return refuseAll(`robots.txt of ${origin} could not be read, so nothing of the site was asked for: ${error.message}`);
  }
}

function refuseAll(stop: string): RobotsRules {
  return { stop, allows: () => false, delayMs: 0, sitemaps: [] };
}
