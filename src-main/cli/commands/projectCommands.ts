import type { Command } from 'commander';
import { EXIT, fromHere, print, printJson, type GlobalOptions } from '../terminal.ts';
import { openFolder, withOwner } from '../withProject.ts';

export function addProjectCommands(program: Command, run: (work: () => Promise<number>) => Promise<void>): void {
  const project = program.command('project').description('make and open projects');

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
          if (globals.json) printJson(made);
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
          if (globals.json) printJson(opened);
          else print(`${opened.name} in ${opened.folder}${opened.trusted ? '' : ' (made elsewhere: not trusted yet)'}`);
          return EXIT.done;
        });
      }),
    );
}
