import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { crawlSite } from '../../../../../src-main/capabilities/knowledge/sources/crawlSite.ts';
import type { FetchedFiles } from '../../../../../src-main/capabilities/knowledge/sources/fetchedFiles.ts';
import { closeLocalSites, serveLocally } from '../../../../helpers/localSite.ts';
import { workOver } from './sourceWork.ts';

afterEach(closeLocalSites);

type Page = string | RequestListener;

interface Site {
  readonly origin: string;
  readonly pages: Record<string, Page>;
  readonly asked: string[];
}

/** A site of pages by path and query; what it has not is 404. */
async function siteOf(pages: Record<string, Page>): Promise<Site> {
  const asked: string[] = [];
  const origin = await serveLocally((request, response) => {
    asked.push(request.url ?? '');
    const page = pages[request.url ?? ''];
    if (page === undefined) response.writeHead(404, { 'content-type': 'text/html' }).end('not here');
    else if (typeof page === 'string') response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    else page(request, response);
  });
  return { origin, pages, asked };
}

const page = (text: string, ...links: string[]): string => `<html><head><title>${text}</title></head><body><p>${text}</p>${links.map((link) => `<a href="${link}">x</a>`).join('')}</body></html>`;
const names = ({ files }: FetchedFiles): string[] => files.map(({ name }) => name);
const status = (code: number, headers: Record<string, string> = {}): Page => (_request, response) => void response.writeHead(code, headers).end();

describe('a crawl', () => {
  test('reads the pages below its start, with readable names, addresses and contents, and nothing of other hosts', async () => {
    const { origin, asked } = await siteOf({
      '/docs/': page('Start', 'guide.html', '/docs/a%20b/', '../outside.html', 'http://other.test/x', 'mailto:a@b.c', 'logo.png', 'javascript:alert(1)'),
      '/docs/guide.html': page('Guide', './', 'guide.html#part', 'guide.html?utm_source=x'),
      '/docs/a%20b/': page('Größe'),
      '/outside.html': page('Outside'),
    });
    const work = workOver([origin]);
    const found = await crawlSite({ site: `${origin}/docs/` }, work);
    expect(names(found)).toEqual(['docs/a b/index.html', 'docs/guide.html', 'docs/index.html']);
    expect(found.files[1]).toMatchObject({ url: `${origin}/docs/guide.html` });
    expect(readFileSync(found.files[0]?.path ?? '', 'utf8')).toContain('Größe');
    expect(found.counts).toEqual({ 'outside the part of the site that is read': 1, 'not a document by its name': 1 });
    expect(asked.filter((url) => url === '/docs/guide.html')).toHaveLength(1);
    expect(found.problems).toEqual([]);
    expect(work.waits.every((ms) => ms >= 200)).toBe(true);
    expect(work.progress.at(-1)).toMatchObject({ done: 2, known: 3, unit: 'pages' });
  });

  test('obeys robots.txt, its delay up to ten seconds, noindex and nofollow', async () => {
    const { origin, asked } = await siteOf({
      '/robots.txt': (_request, response) => response.end('User-agent: *\nDisallow: /secret/\nAllow: /secret/open.html\nCrawl-delay: 3600\n'),
      '/': page('Start', '/secret/a.html', '/secret/open.html', '/hidden.html', '/end.html', '/header.html'),
      '/secret/a.html': page('Secret'),
      '/secret/open.html': page('Open'),
      '/hidden.html': `<meta name="robots" content="noindex">${page('Hidden', '/behind.html')}`,
      '/behind.html': page('Behind'),
      '/end.html': `<meta name="ROBOTS" content="nofollow">${page('End', '/never.html')}`,
      '/header.html': (_request, response) => response.writeHead(200, { 'content-type': 'text/html', 'x-robots-tag': 'noindex' }).end(page('By header')),
      '/never.html': page('Never'),
    });
    const work = workOver([origin]);
    expect(names(await crawlSite({ site: `${origin}/` }, work))).toEqual(['behind.html', 'end.html', 'index.html', 'secret/open.html']);
    expect(asked).not.toContain('/secret/a.html');
    expect(asked).not.toContain('/never.html');
    expect(new Set(work.waits)).toEqual(new Set([10_000]));
  });

  test('asks for nothing while robots.txt fails, and keeps what was there', async () => {
    const { origin, pages, asked } = await siteOf({ '/': page('Start') });
    const work = workOver([origin]);
    await crawlSite({ site: `${origin}/` }, work);
    pages['/robots.txt'] = status(503);
    asked.length = 0;
    const found = await crawlSite({ site: `${origin}/` }, work);
    expect(asked).toEqual(['/robots.txt']);
    expect(names(found)).toEqual(['index.html']);
    expect(found.problems[0]?.reason).toContain('kept');
    await expect(crawlSite({ site: `${origin}/` }, workOver([origin]))).rejects.toMatchObject({ code: 'NETWORK_FAILED', message: expect.stringContaining('503') });
  });

  test('finds pages by an index of sitemaps, one of them gzipped, and leaves out addresses of other sites', async () => {
    const site = await siteOf({ '/docs/': page('Start'), '/docs/lonely.html': page('Lonely'), '/docs/second.html': page('Second') });
    const { origin, pages } = site;
    pages['/robots.txt'] = (_request, response) => response.end(`Sitemap: ${origin}/index.xml\n`);
    pages['/index.xml'] = (_request, response) => response.end(`<?xml version="1.0"?><sitemapindex><sitemap><loc>${origin}/a.xml</loc></sitemap><sitemap><loc>${origin}/b.xml.gz</loc></sitemap><sitemap><loc>${origin}/index.xml</loc></sitemap></sitemapindex>`);
    pages['/a.xml'] = (_request, response) => response.end(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>${origin}/docs/lonely.html</loc></url><url><loc>http://other.test/x.html</loc></url><url><loc>&e;</loc></url></urlset>`);
    pages['/b.xml.gz'] = (_request, response) => response.end(gzipSync(`<urlset><url><loc> ${origin}/docs/second.html </loc></url></urlset>`));
    expect(names(await crawlSite({ site: `${origin}/docs/` }, workOver([origin])))).toEqual(['docs/index.html', 'docs/lonely.html', 'docs/second.html']);
    expect(site.asked.filter((url) => url === '/index.xml')).toHaveLength(1);
  });

  test('keeps of copies the page that they name, also where two name each other or the named one is gone', async () => {
    const canonical = (to: string, text: string): string => `<link rel="canonical" href="${to}">${page(text)}`;
    const { origin } = await siteOf({
      '/': page('Start', '/print.html', '/a.html', '/lost.html', '/same-1.html', '/same-2.html'),
      '/print.html': canonical('/real.html', 'Printed'),
      '/real.html': page('Real'),
      '/a.html': canonical('/b.html', 'A'),
      '/b.html': canonical('/a.html', 'B'),
      '/lost.html': canonical('/gone.html', 'Lost'),
      '/same-1.html': page('Same'),
      '/same-2.html': page('Same'),
    });
    const found = await crawlSite({ site: `${origin}/` }, workOver([origin]));
    expect(names(found)).toEqual(['a.html', 'index.html', 'lost.html', 'real.html', 'same-1.html']);
  });

  test('reads links relative to <base>, and texts in the letters that only the header names', async () => {
    const { origin } = await siteOf({
      '/': `<base href="/deep/er/">${page('Start', 'x.html')}`,
      '/deep/er/x.html': (_request, response) => response.writeHead(200, { 'content-type': 'text/html; charset=iso-8859-1' }).end(Buffer.from('<p>Stra\u00dfe', 'latin1')),
    });
    const found = await crawlSite({ site: `${origin}/` }, workOver([origin]));
    expect(names(found)).toEqual(['deep/er/x.html', 'index.html']);
    expect(readFileSync(found.files[0]?.path ?? '', 'utf8')).toContain('Straße');
  });

  test('keeps PDF, text and office files by their type and counts the others', async () => {
    const typed = (type: string): Page => (_request, response) => void response.writeHead(200, { 'content-type': type }).end(`content as ${type}`);
    const { origin } = await siteOf({
      '/': page('Start', '/paper', '/notes', '/table', '/film', '/data.docx'),
      '/paper': typed('application/pdf'),
      '/notes': typed('text/plain'),
      '/table': typed('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'),
      '/film': typed('video/mp4'),
      '/data.docx': typed('application/octet-stream'),
    });
    const found = await crawlSite({ site: `${origin}/` }, workOver([origin]));
    expect(names(found)).toEqual(['data.docx', 'index.html', 'notes.txt', 'paper.pdf', 'table.xlsx']);
    expect(found.counts).toMatchObject({ 'content of type video/mp4': 1 });
  });

  test('follows include and exclude, the depth and the most pages', async () => {
    const { origin } = await siteOf({
      '/docs/': page('Start', '/blog/1.html', '/docs/old/x.html', '/docs/1.html'),
      '/docs/1.html': page('One', '/docs/2.html'),
      '/docs/2.html': page('Two', '/docs/3.html'),
      '/docs/3.html': page('Three'),
      '/docs/old/x.html': page('Old'),
      '/blog/1.html': page('Blog'),
    });
    const site = `${origin}/docs/`;
    expect(names(await crawlSite({ site, include: ['/blog/'] }, workOver([origin])))).toEqual(['blog/1.html', 'docs/index.html']);
    expect(names(await crawlSite({ site, exclude: ['*/old/'], maxDepth: 2 }, workOver([origin])))).toEqual(['docs/1.html', 'docs/2.html', 'docs/index.html']);
    const cut = await crawlSite({ site, maxPages: 2 }, workOver([origin]));
    expect(cut.files).toHaveLength(2);
    expect(cut.problems[0]?.reason).toContain('Stopped after 2 pages');
  });
});

describe('a site that would never end', () => {
  test('its loops of paths, calendars and sessions are bounded', async () => {
    let asked = 0;
    const origin = await serveLocally((request, response) => {
      asked += 1;
      const url = new URL(request.url ?? '/', 'http://x');
      if (url.pathname === '/robots.txt' || url.pathname === '/sitemap.xml') response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': 'text/html' }).end(page(`${url.pathname} ${url.search}`, `next/`, `/calendar?day=${asked}`, `/calendar?day=${asked}&utm_medium=${asked}`));
    });
    const found = await crawlSite({ site: `${origin}/`, maxPages: 5_000 }, workOver([origin]));
    expect(asked).toBeLessThan(200);
    expect(found.counts['addresses without end']).toBeGreaterThan(0);
  });

  test('its redirects in a circle, inward or to another site cost only the page', async () => {
    let reached = false;
    const inside = await serveLocally((_request, response) => ((reached = true), response.end()));
    const { origin } = await siteOf({
      '/': page('Start', '/circle', '/inward', '/good.html', '/moved'),
      '/circle': status(302, { location: '/circle' }),
      '/inward': status(302, { location: `${inside}/admin` }),
      '/moved': status(301, { location: '/good.html' }),
      '/good.html': page('Good'),
    });
    const found = await crawlSite({ site: `${origin}/` }, workOver([origin]));
    expect(names(found)).toEqual(['good.html', 'index.html']);
    expect(found.problems.map(({ path: at }) => at).sort()).toEqual([`${origin}/circle`, `${origin}/inward`]);
    expect(reached).toBe(false);
  });

  test('it is left after five failures in a row', async () => {
    const { origin, asked } = await siteOf({ '/': page('Start', ...Array.from({ length: 50 }, (_, index) => `/${index}.html`)), ...Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`/${index}.html`, status(500)])) });
    const found = await crawlSite({ site: `${origin}/` }, workOver([origin]));
    expect(asked.filter((url) => url.endsWith('.html'))).toHaveLength(5);
    expect(found.problems.at(-1)?.reason).toContain('Stopped');
  });
});

describe('a crawl of a site that was read before', () => {
  test('asks for what changed, drops what is gone, keeps what fails, and leaves unchanged files as they are', async () => {
    const withTag = (tag: string, text: string): Page => (request, response) => {
      if (request.headers['if-none-match'] === tag) response.writeHead(304).end();
      else response.writeHead(200, { 'content-type': 'text/html', etag: tag, 'last-modified': 'Wed, 01 Jul 2026 10:00:00 GMT' }).end(text);
    };
    const { origin, pages } = await siteOf({ '/': withTag('"1"', page('Start', '/a.html', '/gone.html', '/broken.html')), '/a.html': withTag('"a"', page('A', '/linked.html')), '/linked.html': page('Linked'), '/gone.html': page('Gone'), '/broken.html': page('Broken') });
    const work = workOver([origin]);
    const first = await crawlSite({ site: `${origin}/` }, work);
    expect(names(first)).toEqual(['a.html', 'broken.html', 'gone.html', 'index.html', 'linked.html']);
    expect(first.files[0]?.modifiedMs).toBe(Date.UTC(2026, 6, 1, 10));
    delete pages['/gone.html'];
    pages['/broken.html'] = status(500);
    pages['/linked.html'] = page('Linked anew');
    const second = await crawlSite({ site: `${origin}/` }, work);
    expect(names(second)).toEqual(['a.html', 'broken.html', 'index.html', 'linked.html']);
    expect(second.files.find(({ name }) => name === 'a.html')).toEqual(first.files.find(({ name }) => name === 'a.html'));
    expect(second.files.find(({ name }) => name === 'linked.html')?.path).not.toBe(first.files.find(({ name }) => name === 'linked.html')?.path);
    expect(second.problems).toMatchObject([{ path: `${origin}/broken.html`, reason: expect.stringContaining('kept') }]);
    // What no manifest names any more is gone from the folder.
    expect(readdirSync(path.join(work.folder, 'content'))).toHaveLength(4);
  });

  test('a damaged manifest or content costs fetching anew', async () => {
    const { origin } = await siteOf({ '/': page('Start') });
    const work = workOver([origin]);
    const first = await crawlSite({ site: `${origin}/` }, work);
    writeFileSync(path.join(work.folder, 'manifest.json'), '{"version":1');
    writeFileSync(first.files[0]?.path ?? '', 'damage');
    const second = await crawlSite({ site: `${origin}/` }, work);
    expect(readFileSync(second.files[0]?.path ?? '', 'utf8')).toContain('Start');
  });

  test('a site that cannot be reached keeps everything and says so', async () => {
    const { origin } = await siteOf({ '/': page('Start') });
    const work = workOver([origin]);
    await crawlSite({ site: `${origin}/` }, work);
    closeLocalSites();
    const found = await crawlSite({ site: `${origin}/` }, work);
    expect(names(found)).toEqual(['index.html']);
    expect(found.problems[0]?.reason).toContain('kept');
  });

  test('a cancelled crawl ends at once and leaves the former manifest', async () => {
    const { origin } = await siteOf({ '/': page('Start', '/a.html', '/b.html'), '/a.html': page('A'), '/b.html': page('B') });
    const work = workOver([origin]);
    await crawlSite({ site: `${origin}/` }, work);
    const former = readFileSync(path.join(work.folder, 'manifest.json'), 'utf8');
    const abort = new AbortController();
    await expect(crawlSite({ site: `${origin}/` }, { ...work, signal: abort.signal, onProgress: ({ done }) => void (done === 1 && abort.abort()) })).rejects.toThrow();
    expect(readFileSync(path.join(work.folder, 'manifest.json'), 'utf8')).toBe(former);
  });

  test('a site that the person did not allow is not asked for anything', async () => {
    const { origin, asked } = await siteOf({ '/': page('Start') });
    await expect(crawlSite({ site: `${origin}/` }, workOver([]))).rejects.toMatchObject({ code: 'NETWORK_REFUSED' });
    expect(asked).toEqual([]);
  });
});
