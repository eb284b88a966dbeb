// Ingestion of python3.11-doc and sqlite3-doc through the command line, against the plain Python script in the same run:
// wall time, first searchable document, memory (PSS of the whole tree), twice the corpus, an unchanged folder, a long PDF.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { latheHome, type LatheHome, type Window } from '../test/helpers/latheHome.ts';
import { starterModel } from '../test/helpers/starterModels.ts';
import { column, makePdf } from '../test/main/runtimes/parse/makePdf.ts';
import { watchPss } from './processMemory.ts';
import { pythonPeer } from './pythonPeer.ts';
import { writeResult } from './result.ts';

const SETS = ['/usr/share/doc/python3.11/html', '/usr/share/doc/sqlite3'];
const PLAIN = fileURLToPath(new URL('./baseline/plain.py', import.meta.url));
const UNCHANGED_FILES = 5_000;
const PDF_PAGES = 1_500;

const scratch = mkdtempSync(join(tmpdir(), 'lathe-ingest-'));
const lathe: LatheHome = latheHome(join(scratch, 'home'));

/** Only what both sides read: pages of HTML. */
function copyPages(to: string, copies: number): string {
  for (const set of SETS) {
    if (!existsSync(set)) throw new Error(`Expected ${set}: install python3.11-doc and sqlite3-doc`);
    for (let copy = 0; copy < copies; copy += 1) {
      const target = join(to, `${set.split('/')[4] ?? 'set'}-${copy}`);
      cpSync(set, target, { recursive: true, filter: (from) => !/\/_(sources|static|images|downloads)\b/.test(from) && (statSync(from).isDirectory() || from.endsWith('.html')), dereference: true });
    }
  }
  return to;
}

interface Ingestion {
  readonly seconds: number;
  readonly firstSearchableSeconds: number;
  readonly peakPssMb: number | null;
  readonly documents: number;
  readonly chunks: number;
}

async function firstReady(window: Window, knowledgeId: string): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const [base] = (await window.client.knowledge.list({ projectId: window.projectId as never })).filter((candidate) => candidate.id === knowledgeId);
    if ((base?.documents.ready ?? 0) > 0) return performance.now() - startedAt;
    await delay(100);
  }
}

/** Reading the memory of a whole tree costs a tenth of a second each time, so time and memory are taken in runs of their own. */
async function ingest(name: string, folder: string, measure: 'time' | 'memory'): Promise<Ingestion> {
  const project = join(scratch, name);
  await lathe.json(['project', 'new', project]);
  const window = await lathe.open(project);
  const projectId = window.projectId as never;
  const base = await window.client.knowledge.create({ projectId, name: 'Bench' });
  const memory = measure === 'memory' ? watchPss(window.process.pid ?? 0) : null;
  const startedAt = performance.now();
  const { job } = await window.client.knowledge.ingest({ projectId, knowledgeId: base.id, paths: [folder], stage: 'text' });
  const first = await firstReady(window, base.id);
  let state = await window.client.jobs.get({ id: job });
  while (state.state === 'running' || state.state === 'queued') {
    await delay(100);
    state = await window.client.jobs.get({ id: job });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const peakPssMb = memory === null ? null : Math.round(memory.stop() / 1e6);
  const [done] = await window.client.knowledge.list({ projectId });
  await window.close();
  if (state.state !== 'done') throw new Error(`${name} ended as ${state.state}: ${state.error?.message ?? ''}`);
  return { seconds, firstSearchableSeconds: first / 1000, peakPssMb, documents: done?.documents.ready ?? 0, chunks: done?.chunks ?? 0 };
}

async function runPlain(folder: string): Promise<number> {
  const model = await starterModel('wordllama-l2-supercat-256');
  if ('reason' in model) throw new Error(model.reason);
  const questions = join(scratch, 'none.jsonl');
  writeFileSync(questions, '');
  const startedAt = performance.now();
  const done = spawnSync(pythonPeer(), [PLAIN, folder, model.folder, questions, join(scratch, 'plain')], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return (performance.now() - startedAt) / 1000;
}

/** A second look at a folder of which nothing changed, as a share of the first. */
async function unchanged(): Promise<{ firstSeconds: number; againSeconds: number }> {
  const folder = join(scratch, 'many');
  mkdirSync(folder);
  const text = 'Every file says something of its own, so that none is a copy of another one. '.repeat(8);
  for (let number = 0; number < UNCHANGED_FILES; number += 1) writeFileSync(join(folder, `note-${number}.md`), `# Note ${number}\n\nThis is note ${number}. ${text}\n`);
  await delay(2_500);
  const project = join(scratch, 'unchanged');
  await lathe.json(['project', 'new', project]);
  const window = await lathe.open(project);
  const projectId = window.projectId as never;
  const base = await window.client.knowledge.create({ projectId, name: 'Many' });
  const times: number[] = [];
  for (const paths of [[folder], []]) {
    const startedAt = performance.now();
    const { job } = await window.client.knowledge.ingest({ projectId, knowledgeId: base.id, paths, stage: 'text' });
    while (['queued', 'running'].includes((await window.client.jobs.get({ id: job })).state)) await delay(10);
    times.push((performance.now() - startedAt) / 1000);
  }
  await window.close();
  return { firstSeconds: times[0] ?? Number.NaN, againSeconds: times[1] ?? Number.NaN };
}

/** A PDF as long as a thick manual, made of the Python library reference's own sentences. */
function makeLongPdf(to: string): string {
  const library = join(SETS[0] ?? '', 'library');
  const lines = readdirSync(library)
    .filter((name) => name.endsWith('.html'))
    .flatMap((name) => readFileSync(join(library, name), 'utf8').replace(/<[^>]+>/g, ' ').replace(/&[a-z]+;/g, ' ').replace(/[^\x20-\x7e]+/g, ' ').match(/.{60,80}? /g) ?? []);
  const pages = Array.from({ length: PDF_PAGES }, (_, page) => ({ texts: column(lines.slice((page * 48) % lines.length, ((page * 48) % lines.length) + 48), 60, 60) }));
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, 'manual.pdf'), makePdf(pages));
  return to;
}

const once = copyPages(join(scratch, 'once'), 1);
const twice = copyPages(join(scratch, 'twice'), 2);
// Its environment is made, and both corpora are in the page cache, before anything is timed.
pythonPeer();
await runPlain(once);
const plainSeconds = await runPlain(once);
const first = await ingest('first', once, 'time');
const plainAgainSeconds = await runPlain(once);
const again1 = await ingest('again', once, 'time');
const small = await ingest('small', once, 'memory');
const doubled = await ingest('doubled', twice, 'memory');
const again = await unchanged();
const pdf = await ingest('pdf', makeLongPdf(join(scratch, 'long')), 'time');
rmSync(scratch, { recursive: true, force: true });

const plain = Math.min(plainSeconds, plainAgainSeconds);
const round = (value: number): number => Math.round(value * 100) / 100;
writeResult('ingest', {
  lathe: [first, again1],
  plainScriptSeconds: [round(plainSeconds), round(plainAgainSeconds)],
  ratioToPlainScript: round(Math.min(first.seconds, again1.seconds) / plain),
  goalRatio: 1.5,
  goalFirstSearchableSeconds: 3,
  goalPeakPssMb: 1500,
  memory: { once: small, twice: doubled },
  memoryGrowthOnTwice: round((doubled.peakPssMb ?? Number.NaN) / (small.peakPssMb ?? Number.NaN) - 1),
  goalMemoryGrowth: 0.1,
  unchanged: { files: UNCHANGED_FILES, ...again, share: round(again.againSeconds / again.firstSeconds), goalShare: 0.05 },
  pdf: { pages: PDF_PAGES, ...pdf, goalSeconds: 120 },
});
