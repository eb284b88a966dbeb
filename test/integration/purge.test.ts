import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { because } from '../helpers/because.ts';
import { embedders, latheHome, type Window } from '../helpers/latheHome.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { checkStores } from '../suites/checkStores.ts';

const missing = await embedders();

/** Sentences, and words as full text keeps them: without the letters that they share with the word before. */
const TRACES = ['Quixotrane nests in Wyvernholm', 'xotran', 'Zephyrine sails past Kraggenmoor', 'ggenmoor', 'vernholm', 'goes-away'];

function holding(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [readFileSync(join(entry.parentPath, entry.name))] : []));
  return TRACES.filter((trace) => [Buffer.from(trace), Buffer.from(trace, 'utf16le')].some((needle) => files.some((bytes) => bytes.includes(needle))));
}

async function ingest(window: Window, knowledgeId: string, folder: string): Promise<void> {
  const { job } = await window.client.knowledge.ingest({ projectId: window.projectId as never, knowledgeId: knowledgeId as never, paths: [folder], stage: 'text' });
  await expect.poll(async () => (await window.client.jobs.get({ id: job })).state, { timeout: 300_000, interval: 200 }).toBe('done');
}

describe.skipIf(missing !== null)(`Purge now${because(missing)}`, () => {
  test('leaves no byte of a deleted document and of one whose file is gone in the whole project folder, and every store in agreement', async () => {
    const lathe = latheHome(temporaryFolder());
    const project = join(temporaryFolder(), 'project');
    const notes = join(temporaryFolder(), 'notes');
    mkdirSync(notes);
    for (let number = 0; number < 40; number += 1) writeFileSync(join(notes, `note-${number}.md`), `# Note ${number}\n\nThe code word is kilimanjaro${number}q.\n`);
    writeFileSync(join(notes, 'goes-away.md'), '# Herons\n\n## Wyvernholm\n\nThe heron Quixotrane nests in Wyvernholm.\n');
    writeFileSync(join(notes, 'goes-away-too.md'), '# Ships\n\nThe ship Zephyrine sails past Kraggenmoor.\n');
    await lathe.json(['project', 'new', project]);
    const window = await lathe.open(project);
    const projectId = window.projectId as never;
    const { id: knowledgeId } = await window.client.knowledge.create({ projectId, name: 'Notes' });
    await ingest(window, knowledgeId, notes);
    const { documents } = await window.client.knowledge.documents({ projectId, knowledgeId, filter: 'goes-away.md' });
    await window.client.knowledge.removeDocuments({ projectId, knowledgeId, documentIds: documents.map((document) => document.id) });
    for (const name of ['goes-away.md', 'goes-away-too.md']) rmSync(join(notes, name));
    await ingest(window, knowledgeId, notes);
    expect(holding(project)).toEqual(TRACES);
    const { entries, freedBytes } = await window.client.projects.purge({ projectId });
    expect(entries).toBe(1);
    expect(freedBytes).toBeGreaterThan(0);
    // While it is open: the logs of the databases count too.
    expect(holding(project)).toEqual([]);
    const found = await window.client.knowledge.search({ projectId, knowledgeId, question: 'kilimanjaro7q' });
    expect(found.results[0]?.file).toBe('note-7.md');
    await window.close();
    expect(holding(project)).toEqual([]);
    await checkStores(project);
  });
});
