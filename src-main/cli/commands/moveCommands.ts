import type { Command } from 'commander';
import { ExportedKnowledge, ImportedKnowledge } from '#contract/commands.ts';
import { formatBytes } from '../../base/formatBytes.ts';
import { ensureModels } from '../ensureModels.ts';
import { followJob } from '../followJob.ts';
import { EXIT, fromHere, print, printJson, type GlobalOptions } from '../terminal.ts';
import { pickKnowledge, withProject } from '../withProject.ts';

type Run = (work: () => Promise<number>) => Promise<void>;

function addExport(knowledge: Command, globals: () => GlobalOptions, run: Run): void {
  knowledge
    .command('export')
    .description('write a knowledge base with its index into one file, for another machine or project')
    .argument('[name]', 'may be left out when there is one')
    .requiredOption('--to <file>', 'a file that is not there yet, such as papers.lathe-knowledge')
    .action((name: string | undefined, options: { to: string }) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          const base = await pickKnowledge(attached, project, name);
          await ensureModels(attached, 'embedders');
          const { result } = await followJob(attached, async () => (await attached.client.knowledge.exportBase({ projectId: project.id, knowledgeId: base.id, to: fromHere(options.to) })).job);
          const written = ExportedKnowledge.parse({ knowledge: base.name, file: result?.['file'], bytes: result?.['bytes'], documents: result?.['documents'], chunks: result?.['chunks'] });
          if (globals().json) printJson<ExportedKnowledge>(written);
          else print(`Wrote ${written.knowledge} with ${written.documents} documents and ${written.chunks} chunks to ${written.file} (${formatBytes(written.bytes)})`);
          return EXIT.done;
        }),
      ),
    );
}

function addImport(knowledge: Command, globals: () => GlobalOptions, run: Run): void {
  knowledge
    .command('import')
    .description('read a knowledge base from a file that `knowledge export` wrote')
    .argument('<file>')
    .option('--name <name>', 'what it is called here; default: as it was called')
    .action((file: string, options: { name?: string }, command: Command) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          if (options.name === '') command.error('Expected a name but got none', { exitCode: EXIT.usage });
          await ensureModels(attached, 'embedders');
          const name = options.name === undefined ? {} : { name: options.name };
          const { result } = await followJob(attached, async () => (await attached.client.knowledge.importBase({ projectId: project.id, from: fromHere(file), ...name })).job);
          // What has no vector yet gets one, as after an ingestion.
          const started = result?.['embedJob'];
          const vectors = typeof started === 'string' ? (await followJob(attached, () => Promise.resolve(started))).result : result?.['vectors'];
          const read = ImportedKnowledge.parse({ id: result?.['knowledgeId'], name: result?.['name'], documents: result?.['documents'], chunks: result?.['chunks'], questions: result?.['questions'], vectors, notes: result?.['notes'] });
          if (globals().json) printJson<ImportedKnowledge>(read);
          else {
            print(`Imported ${read.name} with ${read.documents} documents, ${read.chunks} chunks and ${read.questions} saved questions; ${read.vectors.done} of ${read.vectors.total} chunks have a transformer vector`);
            for (const note of read.notes) print(`  ${note}`);
          }
          return EXIT.done;
        }),
      ),
    );
}

/** `knowledge export` and `knowledge import`. */
export function addMoveCommands(knowledge: Command, globals: () => GlobalOptions, run: Run): void {
  addExport(knowledge, globals, run);
  addImport(knowledge, globals, run);
}
