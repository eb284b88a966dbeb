import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FoundPassage } from '#contract/commands.ts';
import type { DocumentId, KnowledgeId, ProjectId } from '#contract/ids.ts';
import type { KnowledgeDocument } from '#contract/knowledge.ts';
import type { ContainerPreview, ParsePreview } from '#contract/preview.ts';
import { because } from '../helpers/because.ts';
import { embedders, latheHome, type LatheHome, type Window } from '../helpers/latheHome.ts';
import { makeZip } from '../helpers/makeZip.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();

/** Long enough for a signature; a few words differ from one edition to the next. */
function handbook(edition: string): string {
  const rules = Array.from({ length: 40 }, (_, at) => `Rule ${at + 1}. The keeper of gate ${at + 1} counts ${at * 7 + 3} lamps and writes the sum into the book of hour ${at % 12} before the bell rings.`);
  return `# Handbook of the gates\n\nThis is the ${edition} edition.\n\n${rules.join('\n\n')}\n`;
}

describe.skipIf(missing !== null)(`looking into files and narrowing what is found, on the command line${because(missing)}`, () => {
  let lathe: LatheHome;
  let project: string;
  let folder: string;
  let window: Window;
  let place: { projectId: ProjectId; knowledgeId: KnowledgeId };

  const documents = async (): Promise<KnowledgeDocument[]> => (await window.client.knowledge.documents(place)).documents;
  const search = async (question: string, ...options: string[]): Promise<FoundPassage[]> => (await lathe.json<{ results: FoundPassage[] }>(['knowledge', 'search', question, ...options, '--project', project])).results;
  const files = (results: readonly FoundPassage[]): string[] => [...new Set(results.map(({ file }) => file))].sort();

  beforeAll(async () => {
    lathe = latheHome(temporaryFolder());
    project = join(temporaryFolder(), 'project');
    folder = join(temporaryFolder(), 'docs');
    mkdirSync(join(folder, 'gates'), { recursive: true });
    for (const edition of ['first', 'second', 'third']) writeFileSync(join(folder, 'gates', `${edition}.md`), handbook(edition));
    writeFileSync(join(folder, 'gates', 'zz-copy.md'), handbook('first'));
    writeFileSync(join(folder, 'pump.html'), '<!doctype html><html lang="en"><title>Pump</title><meta name="author" content="Ada Lovelace"><nav><a href="/">Home page of everything</a></nav><main><h1>Pump</h1><p>The pump of the cellar needs oil in May.</p></main></html>');
    writeFileSync(join(folder, 'oil.csv'), 'machine,month\npump,May\nlathe,June\n');
    writeFileSync(join(folder, 'box.zip'), makeZip([{ name: 'inner/valve.md', data: '# Valve\n\nThe valve V-17 opens to the left.\n' }, { name: 'photo.png', data: 'no picture' }]));
    await lathe.json(['project', 'new', project]);
    await lathe.json(['knowledge', 'create', 'Docs', '--project', project]);
    window = await lathe.open(project);
    const [base] = await window.client.knowledge.list({ projectId: window.projectId as ProjectId });
    place = { projectId: window.projectId as ProjectId, knowledgeId: base?.id as KnowledgeId };
  }, 120_000);
  afterAll(() => window.close());

  const preview = (name: string, ...options: string[]) => lathe.run(['knowledge', 'preview', join(folder, name), ...options, '--project', project]);
  const look = (name: string, member?: string) => window.client.knowledge.preview({ ...place, path: join(folder, name), ...(member === undefined ? {} : { member }) });

  test('a preview shows text, chunks and what was left out, and nothing is kept of it', async () => {
    const { document } = await lathe.json<{ kind: string; document: ParsePreview }>(['knowledge', 'preview', join(folder, 'pump.html'), '--project', project]);
    expect(document).toMatchObject({ file: 'pump.html', format: 'html', title: 'Pump', language: 'en', pages: null, metadata: { author: 'Ada Lovelace' } });
    expect(document.text).toContain('needs oil in May');
    expect(Object.values(document.removed).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10);
    const shown = (await preview('gates/first.md')).stdout;
    expect(shown).toContain('first.md: markdown, ');
    expect(shown).toMatch(/--- chunk 1, \d+ tokens ---\n/);
    expect(shown.indexOf('--- chunk 2,')).toBeLessThan(shown.indexOf('Rule 40.'));
    expect(await documents()).toEqual([]);
    expect(readdirSync(project, { recursive: true }).filter((name) => String(name).includes('first'))).toEqual([]);
  });

  test('a container is listed with what it leaves out, and each of its documents can be looked at', async () => {
    const { container } = await lathe.json<{ kind: string; container: ContainerPreview }>(['knowledge', 'preview', join(folder, 'box.zip'), '--project', project]);
    expect(container).toMatchObject({ file: 'box.zip', kind: 'zip', members: [{ name: 'inner/valve.md' }], problems: [{ name: 'photo.png', reason: 'Images are not read' }] });
    expect((await preview('box.zip', '--member', 'inner/valve.md')).stdout).toContain('The valve V-17 opens to the left.');
    await expect(look('box.zip', 'outer.md')).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND', data: { hint: expect.stringContaining('inner/valve.md') } });
    await expect(look('box.zip', 'photo.png')).rejects.toMatchObject({ code: 'DOCUMENT_UNSUPPORTED' });
  });

  test('what is no document is refused in words', async () => {
    await expect(look('gates')).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('is a folder') });
    await expect(look('none.md')).rejects.toMatchObject({ code: 'PATH_UNREADABLE' });
    await expect(look('pump.html', 'a.md')).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('no member a.md') });
    expect((await preview('gates')).code).toBe(2);
  });

  test('filters narrow a search, on the command and on each line of queries', async () => {
    await lathe.json(['knowledge', 'ingest', folder, '--stage', 'text', '--project', project]);
    const [best] = await search('pump oil May', '--format', 'csv,html', '--author', 'lovelace');
    expect(best).toMatchObject({ file: 'pump.html', title: 'Pump', document: (await documents()).find(({ file }) => file === 'pump.html')?.id });
    const filters = [undefined, { format: ['html'] }, { format: ['html'], language: ['en'], path: 'pu*', after: '2001-01-01' }, { before: '2001-01-01' }, { after: 'May' }];
    const queries = join(temporaryFolder(), 'queries.jsonl');
    writeFileSync(queries, filters.map((filter, id) => JSON.stringify({ id, question: 'pump oil May', filter })).join('\n'));
    const many = await lathe.run(['knowledge', 'search', '--queries', queries, '--format', 'csv', '--json', '--project', project]);
    const lines = many.stdout.trim().split('\n').map((line) => JSON.parse(line) as { results: FoundPassage[]; note?: string });
    expect(lines.map(({ results }) => files(results))).toEqual([['oil.csv'], ['pump.html'], ['pump.html'], []]);
    expect(lines.map(({ note }) => note)).toEqual([undefined, undefined, undefined, 'No document matches the filter']);
    expect(many.code).toBe(2);
    expect(many.stderr).toMatch(/line 5: filter\.after is wrong/);
  }, 120_000);

  test('copies and near copies of what was found are named with it', async () => {
    const [best] = await search('How many lamps does the keeper of gate 17 count?');
    expect(best?.file).toMatch(/^gates\//);
    expect([best?.file, ...(best?.aliases ?? [])].sort()).toEqual(['gates/first.md', 'gates/second.md', 'gates/third.md', 'gates/zz-copy.md']);
    const all = await documents();
    const idOf = (file: string): DocumentId => all.find((document) => document.file === file)?.id as DocumentId;
    const similar = await window.client.knowledge.similar({ projectId: place.projectId, documentId: idOf('gates/second.md') });
    expect(similar.map(({ file }) => file).sort()).toEqual(['gates/first.md', 'gates/third.md', 'gates/zz-copy.md']);
    for (const { likeness } of similar) expect(likeness >= 0.8 && likeness < 1, `${likeness}`).toBe(true);
    const copies = await window.client.knowledge.similar({ projectId: place.projectId, documentId: idOf('gates/first.md') });
    expect(copies[0]).toMatchObject({ file: 'gates/zz-copy.md', likeness: 1 });
    expect(await window.client.knowledge.similar({ projectId: place.projectId, documentId: idOf('pump.html') })).toEqual([]);
    const use = await window.client.knowledge.documentUse({ projectId: place.projectId, documentId: idOf('gates/third.md') });
    expect(use.aliases).toHaveLength(3);
    expect(use.ifDeleted).toContain('with nearly the same text');
  });

  test('the map has a point for every chunk that is searched, in columns of one length', async () => {
    const map = await window.client.knowledge.map({ ...place, most: 1000 });
    const [base] = await window.client.knowledge.list({ projectId: place.projectId });
    expect(map.of).toBe(base?.chunks);
    expect([map.x, map.y, map.document, map.chunkIds, map.start, map.end, map.previews].map((column) => column.length)).toEqual(Array.from({ length: 7 }, () => map.of));
    expect(map.embedder).toBe('wordllama-l2-supercat-256');
    expect(map.documents.map(({ file }) => file).filter((file) => file === 'gates/second.md')).toHaveLength(1);
    expect(map.documents.find(({ file }) => file === 'gates/second.md')?.source).toMatch(/docs\/gates$/);
    expect(map.documents.find(({ file }) => file === 'pump.html')?.source).toMatch(/docs$/);
    expect(new Set(map.document)).toEqual(new Set(map.documents.keys()));
    expect((await window.client.knowledge.map({ ...place, most: 10 })).x).toHaveLength(10);
  });
});
