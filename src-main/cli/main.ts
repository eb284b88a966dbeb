import { Command, CommanderError } from 'commander';
import { addAskCommand } from './commands/askCommand.ts';
import { addDoctorCommand } from './commands/doctorCommand.ts';
import { addKnowledgeCommands } from './commands/knowledgeCommands.ts';
import { addModelsCommands } from './commands/modelsCommands.ts';
import { addOpenCommand } from './commands/openCommand.ts';
import { addProjectCommands } from './commands/projectCommands.ts';
import { productFolders } from './productFolders.ts';
import { EXIT, reportFailure } from './terminal.ts';

/** Runs one command and keeps its exit code: 0 done, 1 failed, 2 wrong usage, 3 untrusted project, 130 cancelled. */
async function run(work: () => Promise<number>): Promise<void> {
  process.exitCode = await work().catch(reportFailure);
}

function createProgram(): Command {
  const program = new Command('lathe')
    .description('A workbench for MLOps and LLMOps on one machine')
    .version(productFolders().version)
    .option('--project <dir>', 'project folder; else the nearest lathe.yaml above, else the sample')
    .option('--json', 'print only the result, as JSON, on stdout')
    .option('--trust', 'trust a project that was made elsewhere')
    .exitOverride()
    .showHelpAfterError();
  addOpenCommand(program, run);
  addProjectCommands(program, run);
  addKnowledgeCommands(program, run);
  addAskCommand(program, run);
  addModelsCommands(program, run);
  addDoctorCommand(program, run);
  // --json and the like are accepted on either side of a command's name.
  for (const command of everyCommand(program)) {
    command.exitOverride();
    if (command === program || command.commands.length > 0) continue;
    command.option('--project <dir>').option('--json').option('--trust');
    command.hook('preAction', (_, action) => {
      for (const name of ['project', 'json', 'trust'] as const) {
        const value: unknown = action.opts<Record<string, unknown>>()[name];
        if (value !== undefined) program.setOptionValue(name, value);
      }
    });
  }
  return program;
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of our output is gone (`| head`): nothing more to say to it.
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
}
// Child processes, threads and sockets are closed by now; what is left open is a leak and must not keep the shell waiting.
process.exit();
