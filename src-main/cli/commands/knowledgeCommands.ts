import type { Command } from 'commander';
import { IngestReport, type ReportedDocument } from '#contract/commands.ts';
import type { KnowledgeBase, KnowledgeDocument } from '#contract/knowledge.ts';
import type { Project } from '#contract/projects.ts';
import { formatBytes } from '../../base/formatBytes.ts';
import type { Attached } from '../attach.ts';
import { describeVectors } from '../describeVectors.ts';
import { ensureModels } from '../ensureModels.ts';
import { followJob } from '../followJob.ts';
import { ingestLines, pausedVectors } from '../ingestText.ts';
import { EXIT, fromHere, print, printJson, say, table, type GlobalOptions } from '../terminal.ts';
import { pickKnowledge, withProject } from '../withProject.ts';
import { addAllowCommand } from './allowCommand.ts';
import { addAutopsyCommand } from './autopsyCommand.ts';
import { addEvaluateCommand } from './evaluateCommand.ts';
import { addMoveCommands } from './moveCommands.ts';
import { addPreviewCommand } from './previewCommand.ts';
import { addSearchCommand } from './searchCommand.ts';
import { addSnapshotCommands } from './snapshotCommands.ts';
import { addWhyCommand } from './whyCommand.ts';

type Run = (work: () => Promise<number>) => Promise<void>;

async function allDocuments({ client }: Attached, project: Project, base: KnowledgeBase): Promise<KnowledgeDocument[]> {
  const documents: KnowledgeDocument[] = [];
  for (;;) {
    const page = await client.knowledge.documents({ projectId: project.id, knowledgeId: base.id, offset: documents.length, limit: 1000 });
    documents.push(...page.documents);
    if (page.documents.length === 0 || documents.length >= page.total) return documents;
  }
}

function reportLine(document: KnowledgeDocument): ReportedDocument {
  const { file, state, format, pages, chunks, bytes, reason, warnings } = document;
  return { file, state, format, pages, chunks, bytes, reason, warnings: warnings.map((warning) => warning.message) };
}

/** Follows the second stage that an ingestion started, where it did; answers how far it came. */
async function finishVectors(attached: Attached, ingested: Record<string, unknown> | null): Promise<Record<string, unknown>> {
  const started = ingested?.['embedJob'];
  if (typeof started !== 'string') return {};
  const { result } = await followJob(attached, () => Promise.resolve(started));
  return { vectors: result };
}

function addIngest(knowledge: Command, globals: () => GlobalOptions, run: Run): void {
  knowledge
    .command('ingest')
    .description('read files and folders into a knowledge base')
    .argument('[paths...]', 'files and folders; none = its sources again')
    .option('--knowledge <name>', 'may be left out when there is one')
    .option('--stage <stage>', 'return when this stage is complete: text, or all (also transformer vectors)', 'all')
    .action((paths: string[], options: { knowledge?: string; stage: string }, command: Command) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          const { stage } = options;
          if (stage !== 'text' && stage !== 'all') command.error(`Expected --stage text or --stage all but got --stage ${stage}`, { exitCode: EXIT.usage });
          const base = await pickKnowledge(attached, project, options.knowledge);
          await ensureModels(attached, 'embedders');
          const job = await followJob(attached, async () => (await attached.client.knowledge.ingest({ projectId: project.id, knowledgeId: base.id, paths: paths.map(fromHere), stage })).job);
          const result = { ...job.result, ...(await finishVectors(attached, job.result)) };
          const documents = await allDocuments(attached, project, base);
          const now = (await attached.client.knowledge.list({ projectId: project.id })).find(({ id }) => id === base.id);
          const paused = now === undefined ? null : pausedVectors(now);
          if (globals().json) printJson<IngestReport>(IngestReport.parse({ knowledge: base.name, ...result, documents: documents.map(reportLine) }));
          else ingestLines(result, documents).forEach(print);
          if (paused !== null) say(paused);
          return EXIT.done;
        }),
      ),
    );
}

function addStatus(knowledge: Command, globals: () => GlobalOptions, run: Run): void {
  knowledge
    .command('status')
    .description('knowledge bases with documents, chunks and stages')
    .action(() =>
      run(() =>
        withProject(globals(), async ({ client }, project) => {
          const bases = await client.knowledge.list({ projectId: project.id });
          if (globals().json) printJson<KnowledgeBase[]>(bases);
          else if (bases.length === 0) say('This project has no knowledge base. Make one with `knowledge create NAME`.');
          else {
            const rows = bases.map((base) => [base.name, `${base.documents.ready}`, `${base.documents.failed}`, `${base.documents.skipped}`, `${base.documents.queued}`, `${base.chunks}`, formatBytes(base.bytes), base.job === null ? (base.documents.queued > 0 ? 'unfinished: ingest again' : 'idle') : 'running', describeVectors(base.stages.vectors)]);
            print(table(['name', 'ready', 'failed', 'skipped', 'queued', 'chunks', 'size', 'stage text', 'vectors'], rows));
          }
          return EXIT.done;
        }),
      ),
    );
}

export function addKnowledgeCommands(program: Command, run: Run): void {
  const globals = (): GlobalOptions => program.opts<GlobalOptions>();
  const knowledge = program.command('knowledge').description('make, fill and search knowledge bases');
  knowledge
    .command('create')
    .description('make a knowledge base')
    .argument('<name>')
    .action((name: string) =>
      run(() =>
        withProject(globals(), async ({ client }, project) => {
          const base = await client.knowledge.create({ projectId: project.id, name });
          if (globals().json) printJson<KnowledgeBase>(base);
          else print(`Made the knowledge base ${base.name} (knowledge/${base.slug}.yaml)`);
          return EXIT.done;
        }),
      ),
    );
  addPreviewCommand(knowledge, globals, run);
  addIngest(knowledge, globals, run);
  addStatus(knowledge, globals, run);
  addAllowCommand(knowledge, globals, run);
  addSnapshotCommands(knowledge, globals, run);
  addSearchCommand(knowledge, globals, run);
  addEvaluateCommand(knowledge, globals, run);
  addWhyCommand(knowledge, globals, run);
  addAutopsyCommand(knowledge, globals, run);
  addMoveCommands(knowledge, globals, run);
}
