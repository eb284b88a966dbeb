import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { IngestReport, SearchResult, AskResult } from '#contract/commands.ts';
import { because } from '../helpers/because.ts';
import { embedders, latheHome, type LatheHome, type Window } from '../helpers/latheHome.ts';
import { closeLocalSites, serveLocally } from '../helpers/localSite.ts';
import { makeZip } from '../helpers/makeZip.ts';
import { starterModel } from '../helpers/starterModels.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();
const writer = await starterModel('gemma-3-270m');
const withoutWriter = missing ?? ('reason' in writer ? writer.reason : null);

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/exports/${name}`, import.meta.url));

/** What a wiki, a chat and a tracker give when asked for their content. */
function writeExports(folder: string): void {
  mkdirSync(folder);
  const slack = JSON.parse(fixture('slack.json').toString()) as { channels: unknown; users: unknown; day: unknown };
  const page = fixture('confluence-page.html').toString();
  // One page that the other export does not hold too.
  const hoist = page.replaceAll('Pump manual', 'Hoist manual').replace('The intake valve closes at 4&nbsp;bar.', 'The hoist is inspected after 200 hours.').replace(/<div class="table-wrap">.*?<\/table><\/div>/, '');
  writeFileSync(join(folder, 'wiki.zip'), makeZip([{ name: 'ENG/pump_3.html', data: page }, { name: 'ENG/hoist_4.html', data: hoist }, { name: 'ENG/styles/site.css', data: 'p {}' }]));
  writeFileSync(join(folder, 'space.zip'), makeZip([{ name: 'entities.xml', data: fixture('confluence-entities.xml') }, { name: 'exportDescriptor.properties', data: 'exportType=space\n' }]));
  writeFileSync(join(folder, 'chat.zip'), makeZip([['channels.json', slack.channels], ['users.json', slack.users], ['pumps/2024-01-02.json', slack.day]].map(([name, value]) => ({ name: String(name), data: JSON.stringify(value) }))));
  writeFileSync(join(folder, 'tickets.json'), fixture('jira-search.json'));
}

/** A web site of these pages, whose requests are counted. */
class Site {
  readonly pages = new Map<string, string>();
  readonly asked: string[] = [];
  origin = '';

  async serve(): Promise<this> {
    this.origin = await serveLocally((request, response) => {
      this.asked.push(request.url ?? '');
      const page = this.pages.get(request.url ?? '');
      if (page === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><html lang="en"><title>Site</title><main>${page}</main>`);
    });
    return this;
  }
}

/** What is asked of the model, and the document that answers. */
const ASKED: readonly (readonly [string, string, string])[] = [
  ['page of a Confluence space as HTML', 'After how many hours is the hoist inspected?', 'wiki.zip/ENG/Engineering/Manuals/Hoist manual.html'],
  ['comment in a Confluence space as XML', 'Is it 5 bar since May?', 'space.zip/Manuals/Pump manual.html'],
  ['Slack export', 'When does the relief valve open?', 'chat.zip/pumps/2024-01-02.md'],
  ['ticket of Jira', 'Was the relief valve stuck?', 'tickets.json/ENG-12 Pump stops at 4 bar.md'],
  ['page of a site', 'How is the brake of the gantry crane released?', 'docs/brake.html'],
  ['file of a repository', 'How does Tally round by default?', 'README.md'],
];

const environment = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.org', GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.org' };

function commit(folder: string, files: Readonly<Record<string, string>>): string {
  const git = (...args: string[]): string => execFileSync('git', ['-C', folder, ...args], { env: environment, encoding: 'utf8' }).trim();
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, '.git'))) git('init', '-q', '-b', 'main', '.');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  git('add', '-A');
  git('commit', '-q', '-m', 'Change');
  return git('rev-parse', 'HEAD');
}

/** Names sources in a knowledge base's file, as the manual says. */
function writeSources(project: string, slug: string, sources: readonly unknown[]): void {
  const file = join(project, 'knowledge', `${slug}.yaml`);
  writeFileSync(file, stringify({ ...(parse(readFileSync(file, 'utf8')) as Record<string, unknown>), sources }));
}

async function newBase(lathe: LatheHome, project: string, name: string): Promise<void> {
  await lathe.json(['knowledge', 'create', name, '--project', project]);
}

describe.skipIf(missing !== null)(`exports, a site and a repository on the command line${because(missing)}`, () => {
  const lathe = latheHome(temporaryFolder());
  const project = join(temporaryFolder(), 'project');
  const exports = join(temporaryFolder(), 'exports');
  const code = join(temporaryFolder(), 'code');
  const site = new Site();
  let window: Window;
  let first: IngestReport;
  let oldCommit: string;

  const ingest = (): Promise<IngestReport> => lathe.json<IngestReport>(['knowledge', 'ingest', '--stage', 'text', '--project', project]);
  /** What each question finds, asked of one command. */
  async function search(...questions: string[]): Promise<SearchResult['results'][]> {
    const queries = join(temporaryFolder(), 'queries.jsonl');
    writeFileSync(queries, questions.map((question, id) => JSON.stringify({ id, question })).join('\n'));
    const done = await lathe.run(['knowledge', 'search', '--queries', queries, '--limit', '3', '--json', '--project', project]);
    expect(done.code, done.stderr).toBe(0);
    return done.stdout.trim().split('\n').map((line) => (JSON.parse(line) as SearchResult).results);
  }
  const stateOf = (report: IngestReport, file: string): string | undefined => report.documents.find((document) => document.file === file)?.state;
  const sources = (sha: string): unknown[] => [exports, { site: `${site.origin}/docs/` }, { git: code, commit: sha }];

  beforeAll(async () => {
    await site.serve();
    site.pages.set('/docs/', '<h1>Handbook</h1><p>The gantry crane lifts 12 tonnes.</p><a href="/docs/brake.html">Brake</a> <a href="/docs/old.html">Old</a> <a href="/private/salaries.html">Salaries</a>');
    site.pages.set('/docs/brake.html', '<h1>Brake</h1><p>The brake of the gantry crane is released with lever Q7.</p>');
    site.pages.set('/docs/old.html', '<h1>Winch</h1><p>The old winch was painted turquoise.</p>');
    site.pages.set('/private/salaries.html', '<p>Salaries.</p>');
    writeExports(exports);
    oldCommit = commit(code, { 'README.md': '# Tally\n\nTally rounds half to even by default.\n', 'CHANGES.md': '# Changes\n\nVersion 3 dropped the abacus backend.\n' });
    await lathe.json(['project', 'new', project]);
    window = await lathe.open(project);
    await newBase(lathe, project, 'Works');
    await lathe.json(['knowledge', 'allow', site.origin, '--local']);
    writeSources(project, 'works', sources(oldCommit));
    first = await ingest();
  }, 600_000);

  afterAll(async () => {
    await window.close();
    closeLocalSites();
  });

  test('become documents, and nothing failed', () => {
    expect(first.documents.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(first.problems).toEqual([]);
    const ready = first.documents.filter(({ state }) => state === 'ready').map(({ file }) => file).sort();
    expect(ready).toEqual([
      'CHANGES.md', 'README.md', 'chat.zip/pumps/2024-01-02.md', 'docs/brake.html', 'docs/index.html', 'docs/old.html', 'space.zip/Manuals.html', 'space.zip/Manuals/Pump manual.html',
      'tickets.json/ENG-12 Pump stops at 4 bar.md', 'wiki.zip/ENG/Engineering/Manuals/Hoist manual.html', 'wiki.zip/ENG/Engineering/Manuals/Pump manual.html',
    ]);
    expect(site.asked).not.toContain('/private/salaries.html');
  });

  test('are searched: a fact of each is found in its document, with its address where it has one', async () => {
    const facts = [
      { question: 'At what pressure does the intake valve close?', file: 'wiki.zip/ENG/Engineering/Manuals/Pump manual.html', words: 'The intake valve closes at 4' },
      { question: 'It is 5 bar since May', file: 'space.zip/Manuals/Pump manual.html', words: '5 bar since May' },
      { question: 'When does the relief valve open?', file: 'chat.zip/pumps/2024-01-02.md', words: 'The relief valve opens above' },
      { question: 'Was the relief valve stuck?', file: 'tickets.json/ENG-12 Pump stops at 4 bar.md', words: 'The relief valve was stuck.', url: 'https://jira.example.org/browse/ENG-12' },
      { question: 'How is the brake of the gantry crane released?', file: 'docs/brake.html', words: 'lever Q7', url: `${site.origin}/docs/brake.html` },
      { question: 'How does Tally round by default?', file: 'README.md', words: 'rounds half to even' },
    ];
    const found = await search(...facts.map(({ question }) => question));
    for (const [index, { question, file, words, url }] of facts.entries()) {
      const passage = found[index]?.find((result) => result.file === file);
      expect(passage?.text, question).toContain(words);
      expect(passage?.url, question).toBe(url);
    }
  });

  test.skipIf(withoutWriter !== null).each(ASKED)(`a question about a %s is answered with a quote that stands in a document that opens${because(withoutWriter)}`, async (_, question, answering) => {
    const answer = await lathe.json<AskResult>(['ask', question, '--model', 'gemma-3-270m', '--project', project]);
    expect(answer.citations.map(({ file }) => file)).toContain(answering);
    const projectId = window.projectId as never;
    const { citations } = await window.client.knowledge.answer({ projectId, answerId: answer.id });
    for (const { documentId, parsedDigest, quote, start, end, file } of citations) {
      const view = await window.client.knowledge.document({ projectId, documentId, parsedDigest });
      expect(view.document.file).toBe(file);
      expect(view.source).toBe('same');
      expect(view.text.slice(start, end)).toContain(quote);
    }
    // What a person can open in a browser, where there is such a thing.
    const addresses: Readonly<Record<string, string>> = { 'docs/brake.html': `${site.origin}/docs/brake.html`, 'tickets.json/ENG-12 Pump stops at 4 bar.md': 'https://jira.example.org/browse/ENG-12' };
    for (const { file, url } of answer.citations) expect(url, file).toBe(addresses[file]);
  });

  test('a second ingestion reads nothing again', async () => {
    expect(await ingest()).toMatchObject({ ingested: 0, failed: 0, removed: 0, problems: [] });
  });

  test('a page that is gone, a page that changed and a new commit change what is found, and nothing else', async () => {
    site.pages.delete('/docs/old.html');
    site.pages.set('/docs/brake.html', '<h1>Brake</h1><p>The brake of the gantry crane is released with lever Z9.</p>');
    writeSources(project, 'works', sources(commit(code, { 'README.md': '# Tally\n\nTally rounds half away from zero by default.\n' })));
    const report = await ingest();
    expect(report).toMatchObject({ ingested: 2, failed: 0, removed: 1 });
    expect(stateOf(report, 'docs/old.html')).not.toBe('ready');
    const [brakes, roundings, winches] = await search('How is the brake of the gantry crane released?', 'How does Tally round by default?', 'turquoise winch');
    const brake = brakes?.map(({ text }) => text).join('\n');
    expect(brake).toContain('lever Z9');
    expect(brake).not.toContain('lever Q7');
    expect(roundings?.map(({ text }) => text).join('\n')).toContain('away from zero');
    expect(winches?.map(({ file }) => file)).not.toContain('docs/old.html');
  });

  test('the site alone was connected to, and the ledger says so', async () => {
    const calls = await window.client.system.ledger({ limit: 1_000 });
    const fetched = calls.filter(({ by }) => by === 'sites' || by === 'git' || by === 'apis');
    expect(fetched.length).toBeGreaterThan(0);
    expect(new Set(fetched.map(({ target }) => target))).toEqual(new Set([site.origin]));
  });

  test('a source taken out of the file takes its documents with it', async () => {
    writeSources(project, 'works', [exports]);
    const report = await ingest();
    expect(new Set(report.documents.filter(({ state }) => state === 'ready').map(({ file }) => file.split('/')[0]))).toEqual(new Set(['wiki.zip', 'space.zip', 'chat.zip', 'tickets.json']));
    const [cranes] = await search('gantry crane');
    expect(cranes?.map(({ file }) => file)).not.toContain('docs/index.html');
  });
});

describe.skipIf(missing !== null)(`a source that nobody allowed${because(missing)}`, () => {
  test('is refused with words and a next step, before anything is sent', async () => {
    const lathe = latheHome(temporaryFolder());
    const project = join(temporaryFolder(), 'project');
    const site = await new Site().serve();
    site.pages.set('/', '<p>Hello.</p>');
    await lathe.json(['project', 'new', project]);
    const window = await lathe.open(project);
    await newBase(lathe, project, 'Works');
    writeSources(project, 'works', [{ site: `${site.origin}/` }]);
    const done = await lathe.run(['knowledge', 'ingest', '--project', project]);
    expect(done.code).toBe(1);
    expect(done.stderr).toContain('NETWORK_REFUSED');
    expect(done.stderr).toContain(site.origin);
    expect(done.stderr).toContain('knowledge allow');
    // Allowed, but not on this machine: a name on the internet that leads here is refused just so.
    await lathe.json(['knowledge', 'allow', site.origin]);
    const inward = await lathe.run(['knowledge', 'ingest', '--project', project]);
    expect([inward.code, inward.stderr]).toEqual([1, expect.stringContaining('NETWORK_REFUSED')]);
    expect(site.asked).toEqual([]);
    const calls = await window.client.system.ledger({ limit: 100 });
    await window.close();
    closeLocalSites();
    expect(calls.filter(({ by, outcome }) => by === 'sites' && outcome !== 'refused')).toEqual([]);
  });

  test('of a stranger\'s project is not fetched, though its site is allowed', async () => {
    const theirs = latheHome(temporaryFolder());
    const made = join(temporaryFolder(), 'made');
    const code = join(temporaryFolder(), 'code');
    const site = await new Site().serve();
    site.pages.set('/', '<p>Hello.</p>');
    await theirs.json(['project', 'new', made]);
    await newBase(theirs, made, 'Works');
    writeSources(made, 'works', [{ site: `${site.origin}/` }, { git: code, commit: commit(code, { 'a.md': '# A\n\nWords.\n' }) }]);
    const mine = latheHome(temporaryFolder());
    const project = join(temporaryFolder(), 'project');
    cpSync(made, project, { recursive: true });
    rmSync(join(project, '.lathe'), { recursive: true, force: true });
    await mine.json(['knowledge', 'allow', site.origin, '--local']);
    const done = await mine.run(['knowledge', 'ingest', '--stage', 'text', '--project', project]);
    expect([done.code, done.stderr]).toEqual([3, expect.stringContaining('--trust')]);
    expect(site.asked).toEqual([]);
    const report = await mine.json<IngestReport>(['knowledge', 'ingest', '--stage', 'text', '--trust', '--project', project]);
    expect(report.documents.filter(({ state }) => state === 'ready').map(({ file }) => file).sort()).toEqual(['a.md', 'index.html']);
    closeLocalSites();
  });
});
