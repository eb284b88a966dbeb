import type { Command } from 'commander';
import { Evaluation } from '#contract/questions.ts';
import { SnapshotComparison } from '#contract/snapshots.ts';
import { AppError } from '../../base/appError.ts';
import type { Attached } from '../attach.ts';
import { ensureModels } from '../ensureModels.ts';
import { comparisonLines, evaluationLines, expectedInVain } from '../evaluationText.ts';
import { followJob } from '../followJob.ts';
import { EXIT, print, printJson, say, type GlobalOptions } from '../terminal.ts';
import { pickKnowledge, withProject } from '../withProject.ts';

type Run = (work: () => Promise<number>) => Promise<void>;

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
          const questions = await attached.client.knowledge.questions(place);
          if (globals().json) printJson<Evaluation>(evaluation);
          else evaluationLines(evaluation, questions).forEach(print);
          expectedInVain(questions).forEach(globals().json ? say : print);
          return EXIT.done;
        }),
      ),
    );
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
          else comparisonLines(comparison).forEach(print);
          return EXIT.done;
        }),
      ),
    );
}
