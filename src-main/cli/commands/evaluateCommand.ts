import type { Command } from 'commander';
import { Evaluation, type RetrievalMetrics } from '#contract/questions.ts';
import { SnapshotComparison } from '#contract/snapshots.ts';
import { AppError } from '../../base/appError.ts';
import type { Attached } from '../attach.ts';
import { ensureModels } from '../ensureModels.ts';
import { followJob } from '../followJob.ts';
import { EXIT, nameOnOneLine, print, printJson, table, type GlobalOptions } from '../terminal.ts';
import { pickKnowledge, withProject } from '../withProject.ts';

type Run = (work: () => Promise<number>) => Promise<void>;

/** A share or a mean with two places; a dash where no question of that kind is saved. */
const figure = (value: number | null): string => (value === null ? '–' : value.toFixed(2));

function metricRows(metrics: readonly RetrievalMetrics[]): string[][] {
  const row = (name: string, pick: (one: RetrievalMetrics) => number | null): string[] => [name, ...metrics.map((one) => figure(pick(one)))];
  return [
    row('hit@1', (one) => one.hitAt1),
    row('hit@5', (one) => one.hitAt5),
    row('hit@10', (one) => one.hitAt10),
    row('file hit@5', (one) => one.fileHitAt5),
    row('MRR@10', (one) => one.mrr10),
    row('nDCG@10', (one) => one.ndcg10),
    row('abstained rightly', (one) => one.abstained),
    row('abstained wrongly', (one) => one.abstainedWrongly),
  ];
}

function printEvaluation({ metrics, outcomes, snapshotId, vectorsComplete }: Evaluation): void {
  print(`${metrics.answerable} questions with an answer, ${metrics.unanswerable} without; snapshot ${snapshotId}${vectorsComplete ? '' : ', without transformer vectors'}`);
  print(table(['metric', ''], metricRows([metrics])));
  const missed = outcomes.filter(({ outcome }) => outcome.passageRank === null && outcome.answerable);
  for (const { question, outcome } of missed.slice(0, 20)) print(`  ${outcome.fileRank === null ? 'not found' : `file at place ${outcome.fileRank}`}: ${nameOnOneLine(question)}`);
}

/** The snapshot whose id begins so. */
async function snapshotId({ client }: Attached, place: { projectId: never; knowledgeId: never }, beginning: string): Promise<string> {
  const found = (await client.knowledge.snapshots(place)).filter(({ id }) => id.startsWith(beginning));
  if (found.length === 1 && found[0]) return found[0].id;
  throw new AppError('SNAPSHOT_NOT_FOUND', `${found.length === 0 ? 'No snapshot has' : 'More than one snapshot has'} an id that begins with ${beginning}`, { hint: 'List them with `knowledge snapshot list`.' });
}

export function addEvaluateCommand(knowledge: Command, globals: () => GlobalOptions, run: Run): void {
  knowledge
    .command('evaluate')
    .description('ask the saved questions and measure what is found')
    .option('--snapshot <id>', 'the beginning of its id is enough; the one that serves when left out')
    .option('--knowledge <name>', 'may be left out when there is one')
    .action((options: { snapshot?: string; knowledge?: string }) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          const base = await pickKnowledge(attached, project, options.knowledge);
          await ensureModels(attached, 'embedders');
          const place = { projectId: project.id, knowledgeId: base.id };
          const wanted = options.snapshot === undefined ? {} : { snapshotId: (await snapshotId(attached, place as never, options.snapshot)) as never };
          const ended = await followJob(attached, async () => (await attached.client.knowledge.evaluate({ ...place, ...wanted })).job);
          const evaluation = Evaluation.parse(ended.result);
          if (globals().json) printJson<Evaluation>(evaluation);
          else printEvaluation(evaluation);
          return EXIT.done;
        }),
      ),
    );
}

function printComparison({ questions, metrics, gain, gained, lost }: SnapshotComparison): void {
  print(`${questions} saved questions`);
  print(table(['metric', 'before', 'after'], metricRows([metrics.before, metrics.after])));
  print(`gain of the reciprocal rank ${gain.mean.toFixed(3)}, 95 % between ${gain.low.toFixed(3)} and ${gain.high.toFixed(3)}`);
  for (const { question } of gained) print(`  gained: ${nameOnOneLine(question)}`);
  for (const { question } of lost) print(`  lost: ${nameOnOneLine(question)}`);
}

export function addCompareCommand(snapshot: Command, globals: () => GlobalOptions, run: Run): void {
  snapshot
    .command('compare')
    .description('ask the saved questions of a snapshot and of the one that serves')
    .argument('<id>', 'the beginning is enough')
    .option('--before <id>', 'another than the one that serves')
    .option('--knowledge <name>', 'may be left out when there is one')
    .action((id: string, options: { before?: string; knowledge?: string }) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          const base = await pickKnowledge(attached, project, options.knowledge);
          await ensureModels(attached, 'embedders');
          const place = { projectId: project.id, knowledgeId: base.id };
          const after = (await snapshotId(attached, place as never, id)) as never;
          const before = options.before === undefined ? {} : { before: (await snapshotId(attached, place as never, options.before)) as never };
          const ended = await followJob(attached, async () => (await attached.client.knowledge.compareSnapshots({ ...place, after, ...before })).job);
          const comparison = SnapshotComparison.parse(ended.result);
          if (globals().json) printJson<SnapshotComparison>(comparison);
          else printComparison(comparison);
          return EXIT.done;
        }),
      ),
    );
}
