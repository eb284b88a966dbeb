import { Command, CommanderError } from 'commander';
import { addAskCommand } from './commands/askCommand.ts';
import { addDoctorCommand } from './commands/doctorCommand.ts';
import { addKnowledgeCommands } from './commands/knowledgeCommands.ts';
import { addModelsCommands } from './commands/modelsCommands.ts';
import { addOpenCommand } from './commands/openCommand.ts';
import { addPipelineCommands } from './commands/pipelineCommands.ts';
import { addProjectCommands } from './commands/projectCommands.ts';
import { productFolders } from './productFolders.ts';
import { reportFailure, type GlobalOptions } from './terminal.ts';

/** Runs one command and keeps its exit code: 0 done, 1 failed, 2 wrong usage, 3 untrusted project, 130 cancelled. */
async function run(work: () => Promise<number>): Promise<void> {
  process.exitCode = await work().catch((error: unknown) => {
    // Wrong usage found late is still wrong usage.
    if (error instanceof CommanderError) throw error;
    return reportFailure(error);
  });
}

/** The whole command line. Nothing is opened and nothing runs before `parseAsync`. */
export function createProgram(): Command {
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
  addPipelineCommands(program, () => program.opts<GlobalOptions>(), run);
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

/** A command and all below it. */
export function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
