import type { Command } from 'commander';
import type { Preview } from '#contract/preview.ts';
import { ensureModels } from '../ensureModels.ts';
import { containerLines, documentLines } from '../previewText.ts';
import { EXIT, fromHere, print, printJson, type GlobalOptions } from '../terminal.ts';
import { pickKnowledge, withProject } from '../withProject.ts';

type Run = (work: () => Promise<number>) => Promise<void>;

export function addPreviewCommand(knowledge: Command, globals: () => GlobalOptions, run: Run): void {
  knowledge
    .command('preview')
    .description('show what a file would become, without ingesting it')
    .argument('<path>', 'a file')
    .option('--member <name>', 'a document inside the archive, mailbox or export that the file is')
    .option('--knowledge <name>', 'whose settings count; may be left out when there is one')
    .action((path: string, options: { member?: string; knowledge?: string }, command: Command) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          if (options.member === '') command.error('Expected the name of a member but got none', { exitCode: EXIT.usage });
          const base = await pickKnowledge(attached, project, options.knowledge);
          await ensureModels(attached, 'embedders');
          const member = options.member === undefined ? {} : { member: options.member };
          const preview = await attached.client.knowledge.preview({ projectId: project.id, knowledgeId: base.id, path: fromHere(path), ...member });
          if (globals().json) printJson<Preview>(preview);
          else print((preview.kind === 'document' ? documentLines(preview.document) : containerLines(preview.container)).join('\n'));
          return EXIT.done;
        }),
      ),
    );
}
