import { afterEach, describe, expect, test } from 'vitest';
import { KnowledgeSource } from '#contract/sources.ts';
import { createFetchPorts, fetchSource, folderNameOf, isFetched, reachOf, shownSource } from '../../../../../src-main/capabilities/knowledge/sources/fetchSource.ts';
import { createNameBook, nameOfUrl } from '../../../../../src-main/capabilities/knowledge/sources/fileNames.ts';
import { brokerOver, closeLocalSites, serveLocally } from '../../../../helpers/localSite.ts';
import { temporaryFolder } from '../../../../helpers/temporaryFolder.ts';
import { fakeClock } from '../../../../helpers/fakeClock.ts';
import { workOver } from './sourceWork.ts';

afterEach(closeLocalSites);

describe('a source in a knowledge base\'s file', () => {
  test('is a path as ever, or says what is fetched or watched', () => {
    for (const source of ['papers/', { site: 'https://example.org/docs/' }, { site: 'https://example.org', maxPages: 10, include: ['/a/*'] }, { git: '../code', commit: 'main', folder: 'docs' }, { git: 'https://github.com/a/b', commit: 'v1' }, { api: 'https://example.org/items', items: '', next: { by: 'link' } }, { folder: 'notes', watch: true }]) {
      expect(KnowledgeSource.safeParse(source).success, JSON.stringify(source)).toBe(true);
    }
  });

  test('is refused with a user name, another scheme, a literal secret or a field that nothing reads', () => {
    for (const source of [{ site: 'https://u:p@example.org/' }, { site: 'ftp://example.org/' }, { site: 'file:///etc' }, { site: 'https://example.org', depth: 1 }, { git: 'x' }, { api: 'https://example.org', items: '', headers: { Authorization: 'Bearer x' } }, { api: 'https://example.org', items: '', headers: { 'X\r\nY': { secret: 'a' } } }, { folder: 'notes' }, 7]) {
      expect(KnowledgeSource.safeParse(source).success, JSON.stringify(source)).toBe(false);
    }
  });

  test('names what an untrusted project would reach, what is shown, and a folder that stays when only amounts change', () => {
    expect(reachOf({ site: 'https://example.org/docs/' }, '/project')).toEqual({ host: 'https://example.org' });
    expect(reachOf({ git: '../other', commit: 'main' }, '/project')).toMatchObject({ path: expect.stringMatching(/other$/) });
    expect([isFetched('a'), isFetched({ folder: 'a', watch: true }), isFetched({ git: 'a', commit: 'b' })]).toEqual([false, false, true]);
    expect(shownSource({ git: 'a', commit: 'main' })).toBe('a at main');
    expect(folderNameOf({ site: 'https://example.org', maxPages: 1 })).toBe(folderNameOf({ site: 'https://example.org' }));
    expect(folderNameOf({ site: 'https://example.org' })).not.toBe(folderNameOf({ site: 'https://example.com' }));
  });

  test('is fetched by its kind over the broker', async () => {
    const origin = await serveLocally((request, response) => (request.url === '/' ? response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Hello</title>hello') : response.writeHead(404).end()));
    const ports = createFetchPorts({ broker: brokerOver([origin]).broker, secrets: { read: async () => '' }, clock: fakeClock() });
    const found = await fetchSource({ site: `${origin}/` }, temporaryFolder(), { ...workOver([origin]), ...ports });
    expect(found.files.map(({ name }) => name)).toEqual(['index.html']);
  });
});

describe('the names of what was fetched', () => {
  test.each([
    ['https://e.org/', '.html', 'index.html'],
    ['https://e.org/a/b', '.html', 'a/b.html'],
    ['https://e.org/a.htm', '.html', 'a.htm'],
    ['https://e.org/p.php?id=3', '.html', 'p.php (id=3).html'],
    ['https://e.org/a.html?page=2', '.html', 'a (page=2).html'],
    ['https://e.org/%2e%2e%2fetc/passwd', '.html', '.._etc/passwd.html'],
    ['https://e.org/..%5c..%5cwindows', '.txt', '.._.._windows.txt'],
    ['https://e.org/con/aux.html', '.html', '_con/_aux.html'],
    ['https://e.org/gro%CC%88%C3%9Fe', '.html', 'größe.html'],
    ['https://e.org/%ff%fe', '.html', '%ff%fe.html'],
  ])('%s with content %s is %s', (url, ending, name) => {
    expect(nameOfUrl(new URL(url), ending)).toBe(name.normalize('NFC'));
  });

  test('are never two alike, also without case, and stay with what they name', () => {
    const book = createNameBook(new Map([['old', 'A.html']]));
    expect([book.take('new', 'a.html'), book.take('third', 'a.html'), book.take('old', 'other.html'), book.take('new', 'x.html')]).toEqual(['a-2.html', 'a-3.html', 'A.html', 'a-2.html']);
  });
});
