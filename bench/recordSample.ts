// Records the sample project's answered questions for real, after a build, with the starter models: `node_modules/.bin/node bench/recordSample.ts` (Node 24).
// To be run again whenever the manual, the parser or the chunker changes; a test notices when that was forgotten.
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { latheHome } from '../test/helpers/latheHome.ts';

interface Question {
  readonly question: string;
  /** Number of the question that this one follows, from 0. */
  readonly follows?: number;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const sample = join(root, 'resources', 'sample');
const questions = JSON.parse(readFileSync(join(sample, 'questions.json'), 'utf8')) as Question[];
const folder = mkdtempSync(join(tmpdir(), 'lathe-record-'));
const lathe = latheHome(join(folder, 'home'));
const project = join(folder, 'project');

await lathe.json(['project', 'new', project, '--sample']);
rmSync(join(project, 'recorded'), { recursive: true, force: true });
await lathe.json(['knowledge', 'ingest', '--project', project]);
await lathe.json(['models', 'get', 'gemma-3-270m']);
const window = await lathe.open(project);
const projectId = window.projectId as never;
const [base] = await window.client.knowledge.list({ projectId });
if (!base) throw new Error('Expected the sample to have a knowledge base');

const machine = `${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, no GPU`;
const answers = [];
for (const { question, follows } of questions) {
  const conversationId = follows === undefined ? undefined : answers[follows]?.conversationId;
  const started = await window.client.knowledge.ask({ projectId, knowledgeId: base.id, question, ...(conversationId === undefined ? {} : { conversationId }) });
  let answer = started.answer;
  while (answer.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 200));
    answer = await window.client.knowledge.answer({ projectId, answerId: answer.id });
  }
  if (answer.state !== 'done') throw new Error(`${question}: ${answer.error?.message ?? answer.state}`);
  process.stderr.write(`${question}\n  ${answer.by}${answer.abstained ? ', abstained' : ''}: ${answer.text.replace(/\s+/g, ' ').slice(0, 160)}\n`);
  // The two best passages and every cited one are enough to show; the file stays small.
  const cited = new Set(answer.citations.map((citation) => citation.file));
  answers.push({ ...answer, passages: answer.passages.filter((passage, rank) => rank < 4 || cited.has(passage.file)).slice(0, 6), recorded: { machine, atMs: answer.createdAtMs } });
}
await window.close();
mkdirSync(join(sample, 'recorded'), { recursive: true });
writeFileSync(join(sample, 'recorded', 'answers.json'), `${JSON.stringify({ version: 1, answers }, null, 1)}\n`);
rmSync(folder, { recursive: true, force: true });
