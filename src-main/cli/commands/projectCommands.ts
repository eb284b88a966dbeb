import type { Command } from 'commander';
import type { RestoredProject } from '#contract/commands.ts';
import type { DatabaseCopy, Project } from '#contract/projects.ts';
import { formatBytes } from '../../base/formatBytes.ts';
import { copiesOfProject, restoreProject } from '../../server/restoreProject.ts';
import { EXIT, fromHere, print, printJson, say, table, type GlobalOptions } from '../terminal.ts';
import { openFolder, projectFolder, withOwner, withProject } from '../withProject.ts';

type Run = (work: () => Promise<number>) => Promise<void>;

export function addProjectCommands(program: Command, run: Run): void {
  const globals = (): GlobalOptions => program.opts<GlobalOptions>();
  const project = program.command('project').description('make, open and restore projects');

  project
    .command('new')
    .description('make a project in a new or empty folder')
    .argument('<dir>', 'folder')
    .option('--sample', 'with a knowledge base over the manual and recorded answers')
    .option('--name <name>', 'name shown in the window')
    .action((dir: string, options: { sample?: boolean; name?: string }) =>
      run(() => {
        const globals = program.opts<GlobalOptions>();
        return withOwner(async ({ client }) => {
          const made = await client.projects.create({ folder: fromHere(dir), sample: options.sample === true, ...(options.name === undefined ? {} : { name: options.name }) });
          if (globals.json) printJson<Project>(made);
          else print(`Made the project ${made.name} in ${made.folder}`);
          return EXIT.done;
        });
      }),
    );

  project
    .command('open')
    .description('check a project and remember it as the one used last')
    .argument('<dir>', 'folder')
    .action((dir: string) =>
      run(() => {
        const globals = program.opts<GlobalOptions>();
        return withOwner(async (attached) => {
          const opened = await openFolder(attached, fromHere(dir), globals);
          if (globals.json) printJson<Project>(opened);
          else print(`${opened.name} in ${opened.folder}${opened.trusted ? '' : ' (made elsewhere: not trusted yet)'}`);
          return EXIT.done;
        });
      }),
    );
  addBackup(project, globals, run);
  addRestore(project, globals, run);
}

function addBackup(project: Command, globals: () => GlobalOptions, run: Run): void {
  project
    .command('backup')
    .description('write a checked copy of the project\'s database')
    .action(() =>
      run(() =>
        withProject(globals(), async ({ client }, { id }) => {
          const copy = await client.projects.backup({ projectId: id });
          if (globals().json) printJson<DatabaseCopy>(copy);
          else print(`Wrote .lathe/copies/${copy.name} (${formatBytes(copy.bytes)})`);
          return EXIT.done;
        }),
      ),
    );
}

/** Opens nothing and asks no other process: what is to be restored may be what keeps them from opening it. */
function addRestore(project: Command, globals: () => GlobalOptions, run: Run): void {
  project
    .command('restore')
    .description('put a copy of the project\'s database in its place')
    .option('--copy <name>', 'the copy; the newest when left out')
    .option('--list', 'only list the copies')
    .action((options: { copy?: string; list?: boolean }) =>
      run(async () => {
        const folder = await projectFolder(globals());
        if (options.list === true) {
          const copies = await copiesOfProject(folder);
          if (globals().json) printJson<DatabaseCopy[]>(copies);
          else if (copies.length === 0) say('There is no copy. One is made before each upgrade, and by `project backup`.');
          else print(table(['copy', 'made', 'size'], copies.map((copy) => [copy.name, new Date(copy.madeAtMs).toISOString(), formatBytes(copy.bytes)])));
          return EXIT.done;
        }
        const done = await restoreProject(folder, options.copy);
        if (globals().json) printJson<RestoredProject>(done);
        else print(`Restored ${done.restored.name} of ${new Date(done.restored.madeAtMs).toISOString()}. What was there is in ${done.replaced}. Run \`knowledge ingest\` to read what is newer.`);
        return EXIT.done;
      }),
    );
}
