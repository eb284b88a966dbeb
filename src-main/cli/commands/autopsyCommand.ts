import type { Command } from 'commander';
import type { Autopsy } from '#contract/why.ts';
import { ensureModels } from '../ensureModels.ts';
import { EXIT, print, printJson, type GlobalOptions } from '../terminal.ts';
import { pickKnowledge, withProject } from '../withProject.ts';

type Run = (work: () => Promise<number>) => Promise<void>;

function printAutopsy({ stage, message, steps, fixes }: Autopsy): void {
  for (const step of steps) print(`${step.passed ? 'passed' : 'lost  '}  ${step.stage.padEnd(9)}  ${step.detail}`);
  print(`\n${stage}: ${message}`);
  for (const { title, command } of fixes) print(`  try: ${title}${command === null ? '' : ` (\`${command}\`)`}`);
}

export function addAutopsyCommand(knowledge: Command, globals: () => GlobalOptions, run: Run): void {
  knowledge
    .command('autopsy')
    .description('name the stage at which a passage that should have been found was lost')
    .argument('<question>')
    .requiredOption('--file <file>', 'the document, as the knowledge base names it')
    .requiredOption('--quote <text>', 'words of the passage')
    .option('--answer <id>', 'the answer that should have used it')
    .option('--knowledge <name>', 'may be left out when there is one')
    .action((question: string, options: { file: string; quote: string; answer?: string; knowledge?: string }, command: Command) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          for (const [name, text] of [['question', question], ['--file', options.file], ['--quote', options.quote]] as const) {
            if (text.trim() === '') command.error(`Expected words for ${name} but got none`, { exitCode: EXIT.usage });
          }
          const base = await pickKnowledge(attached, project, options.knowledge);
          await ensureModels(attached, 'embedders');
          const answer = options.answer === undefined ? {} : { answerId: options.answer as never };
          const found = await attached.client.knowledge.autopsy({ projectId: project.id, knowledgeId: base.id, question, file: options.file, quote: options.quote, ...answer });
          if (globals().json) printJson<Autopsy>(found);
          else printAutopsy(found);
          return EXIT.done;
        }),
      ),
    );
}
