import type { Command } from 'commander';
import type { FreedSpace } from '#contract/commands.ts';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import type { Project } from '#contract/projects.ts';
import type { Snapshot } from '#contract/snapshots.ts';
import { AppError } from '../../base/appError.ts';
import { formatBytes } from '../../base/formatBytes.ts';
import type { Attached } from '../attach.ts';
import { describeVectors } from '../describeVectors.ts';
import { ensureModels } from '../ensureModels.ts';
import { followJob } from '../followJob.ts';
import { EXIT, print, printJson, table, type GlobalOptions } from '../terminal.ts';
import { pickKnowledge, withProject } from '../withProject.ts';
import { addCompareCommand } from './evaluateCommand.ts';

type Run = (work: () => Promise<number>) => Promise<void>;

interface Place {
  readonly attached: Attached;
  readonly project: Project;
  readonly base: KnowledgeBase;
}

const listOf = ({ attached, project, base }: Place): Promise<Snapshot[]> => attached.client.knowledge.snapshots({ projectId: project.id, knowledgeId: base.id });

/** The snapshot whose id begins so; without a beginning the newest that could serve. */
async function pick(place: Place, beginning: string | undefined): Promise<Snapshot> {
  const all = await listOf(place);
  const found = beginning === undefined ? all.filter(({ state }) => state === 'ready').slice(0, 1) : all.filter(({ id }) => id.startsWith(beginning));
  if (found.length === 1 && found[0]) return found[0];
  const why = beginning === undefined ? `${place.base.name} has no snapshot that is ready to serve` : `${found.length === 0 ? 'No snapshot' : 'More than one snapshot'} of ${place.base.name} has an id that begins with ${beginning}`;
  throw new AppError('SNAPSHOT_NOT_FOUND', why, { hint: 'List them with `knowledge snapshot list`.' });
}

function printList(all: readonly Snapshot[]): void {
  const rows = all.map((one) => [one.id, one.state, `${one.maxTokens}`, one.embedder, `${one.documents}`, `${one.behind}`, `${one.chunks}`, describeVectors(one.vectors), formatBytes(one.bytes), one.failure ?? '']);
  print(table(['id', 'state', 'tokens', 'embedder', 'documents', 'behind', 'chunks', 'vectors', 'size', ''], rows));
}

/** Follows the second stage of a snapshot, where one runs. */
async function followVectors(place: Place, job: unknown): Promise<void> {
  if (typeof job === 'string') await followJob(place.attached, () => Promise.resolve(job));
}

export function addSnapshotCommands(knowledge: Command, globals: () => GlobalOptions, run: Run): void {
  const snapshot = knowledge.command('snapshot').description('build a second index beside the one that serves, and let it serve');
  const within = (name: string | undefined, work: (place: Place) => Promise<void>): Promise<void> =>
    run(() =>
      withProject(globals(), async (attached, project) => {
        await work({ attached, project, base: await pickKnowledge(attached, project, name) });
        return EXIT.done;
      }),
    );
  /** As JSON the snapshot alone, else all of them. */
  const show = async (place: Place, id: string): Promise<void> => {
    const all = await listOf(place);
    const one = all.find((candidate) => candidate.id === id);
    if (!globals().json) printList(all);
    else if (one) printJson<Snapshot>(one);
  };
  const named = (command: Command): Command => command.option('--knowledge <name>', 'may be left out when there is one');

  named(snapshot.command('list').description('snapshots with their settings, state and size')).action((options: { knowledge?: string }) =>
    within(options.knowledge, async (place) => {
      const all = await listOf(place);
      if (globals().json) printJson<Snapshot[]>(all);
      else printList(all);
    }),
  );

  named(snapshot.command('new').description('build one with other settings; the one that serves is not touched'))
    .option('--max-tokens <n>', 'longest chunk, in the embedder\'s own tokens')
    .option('--embedder <slug>', 'embedding model')
    .action((options: { knowledge?: string; maxTokens?: string; embedder?: string }, command: Command) =>
      within(options.knowledge, async (place) => {
        const maxTokens = options.maxTokens === undefined ? undefined : Number(options.maxTokens);
        if (maxTokens !== undefined && !(Number.isInteger(maxTokens) && maxTokens >= 32 && maxTokens <= 2048)) command.error(`Expected --max-tokens from 32 to 2048 but got ${options.maxTokens}`, { exitCode: EXIT.usage });
        const { attached, project, base } = place;
        await ensureModels(attached, 'embedders');
        const settings = { ...(maxTokens === undefined ? {} : { maxTokens }), ...(options.embedder === undefined ? {} : { embedder: options.embedder }) };
        let id = '';
        const built = await followJob(attached, async () => {
          const started = await attached.client.knowledge.newSnapshot({ projectId: project.id, knowledgeId: base.id, settings });
          id = started.snapshot.id;
          return started.job;
        });
        await followVectors(place, built.result?.['embedJob']);
        await show(place, id);
      }),
    );

  addCompareCommand(snapshot, globals, run);

  named(snapshot.command('swap').description('let a snapshot serve; can be undone until the former one is purged').argument('[id]', 'or its beginning; none = the newest that is ready')).action((id: string | undefined, options: { knowledge?: string }) =>
    within(options.knowledge, async (place) => {
      const { attached, project, base } = place;
      const wanted = await pick(place, id);
      await ensureModels(attached, 'embedders');
      await followJob(attached, async () => (await attached.client.knowledge.swapSnapshot({ projectId: project.id, knowledgeId: base.id, snapshotId: wanted.id })).job);
      await show(place, wanted.id);
    }),
  );

  named(snapshot.command('undo').description('let the snapshot serve again that served before the last swap')).action((options: { knowledge?: string }) =>
    within(options.knowledge, async (place) => {
      const { attached, project, base } = place;
      await ensureModels(attached, 'embedders');
      const { result } = await followJob(attached, async () => (await attached.client.knowledge.undoSwap({ projectId: project.id, knowledgeId: base.id })).job);
      await show(place, String(result?.['snapshotId'] ?? ''));
    }),
  );

  named(snapshot.command('purge').description('remove a snapshot that does not serve, with its files, for good').argument('<id>', 'or its beginning')).action((id: string, options: { knowledge?: string }) =>
    within(options.knowledge, async (place) => {
      const freed = await place.attached.client.knowledge.purgeSnapshot({ projectId: place.project.id, knowledgeId: place.base.id, snapshotId: (await pick(place, id)).id });
      if (globals().json) printJson<FreedSpace>(freed);
      else print(`Freed ${formatBytes(freed.freedBytes)}`);
    }),
  );

  for (const [verb, what] of [['pause', 'stop making transformer vectors; what is made is kept'], ['resume', 'go on making transformer vectors']] as const) {
    named(snapshot.command(verb).description(what).argument('[id]', 'or its beginning; none = the one that serves')).action((id: string | undefined, options: { knowledge?: string }) =>
      within(options.knowledge, async (place) => {
        const { client } = place.attached;
        const snapshotId = id === undefined ? place.base.snapshotId : (await pick(place, id)).id;
        const input = { projectId: place.project.id, knowledgeId: place.base.id, snapshotId };
        const { job } = verb === 'pause' ? await client.knowledge.pauseVectors(input) : await client.knowledge.resumeVectors(input);
        if (verb === 'resume') await followVectors(place, job);
        await show(place, snapshotId);
      }),
    );
  }
}
