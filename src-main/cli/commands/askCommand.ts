import type { Command } from 'commander';
import type { AskResult } from '#contract/commands.ts';
import type { Answer } from '#contract/knowledge.ts';
import { DEFAULT_TEXT_MODEL } from '#contract/models.ts';
import { AppError, isErrorCode } from '../../base/appError.ts';
import { addFilterOptions, toFilter, type FilterOptions } from '../filterOptions.ts';
import { ensureModels } from '../ensureModels.ts';
import { followJob } from '../followJob.ts';
import { EXIT, nameOnOneLine, print, printJson, say, type GlobalOptions } from '../terminal.ts';
import { pickKnowledge, withProject } from '../withProject.ts';

function toJson(answer: Answer): AskResult {
  const citations = answer.citations.map(({ file, page, quote, title, url, documentId }) => ({ file, ...(page === null ? {} : { page }), quote, title, ...(url === undefined ? {} : { url }), document: documentId }));
  return { id: answer.id, answer: answer.text, abstained: answer.abstained, confidence: answer.confidence, citations, model: answer.model, ...(answer.notes.length === 0 ? {} : { notes: answer.notes }), timingsMs: answer.timingsMs };
}

function printHuman(answer: Answer): void {
  print(answer.text);
  if (answer.note !== null && answer.note !== answer.text) print(`\n${answer.note}`);
  if (answer.citations.length > 0) print('');
  for (const citation of answer.citations) print(`[${citation.number}] ${nameOnOneLine(citation.file)}${citation.page === null ? '' : `, page ${citation.page}`}: “${citation.quote.replace(/\s+/g, ' ')}”`);
  print(`\nconfidence ${answer.confidence.toFixed(2)} · ${answer.model ?? 'no model'} · ${Math.round(answer.timingsMs['total'] ?? 0)} ms · answer ${answer.id}`);
}

export function addAskCommand(program: Command, run: (work: () => Promise<number>) => Promise<void>): void {
  const globals = (): GlobalOptions => program.opts<GlobalOptions>();
  const ask = program
    .command('ask')
    .description('answer a question from a knowledge base, with checked quotes')
    .argument('<question>')
    .option('--knowledge <name>', 'may be left out when there is one')
    .option('--model <slug>', 'the model that writes');
  addFilterOptions(ask)
    .action((question: string, options: FilterOptions & { knowledge?: string; model?: string }, command: Command) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          if (question.trim() === '') command.error('Expected a question but got an empty one', { exitCode: EXIT.usage });
          const base = await pickKnowledge(attached, project, options.knowledge);
          await ensureModels(attached, 'embedders');
          const settings = await attached.client.system.settings();
          const model = options.model ?? process.env['LATHE_TEXT_MODEL'];
          const pinned = project.trusted ? project.textModel : null;
          await ensureModels(attached, [model ?? pinned ?? settings.textModel ?? DEFAULT_TEXT_MODEL]);
          const filter = toFilter(options);
          let answerId = '' as Answer['id'];
          await followJob(attached, async () => {
            const started = await attached.client.knowledge.ask({ projectId: project.id, knowledgeId: base.id, question, ...(model === undefined ? {} : { model }), ...(filter === undefined ? {} : { filter }) });
            answerId = started.answer.id;
            return started.job;
          });
          const answer = await attached.client.knowledge.answer({ projectId: project.id, answerId });
          if (answer.error) throw new AppError(isErrorCode(answer.error.code) ? answer.error.code : 'INTERNAL', answer.error.message);
          answer.notes.forEach(say);
          if (globals().json) printJson<AskResult>(toJson(answer));
          else printHuman(answer);
          return EXIT.done;
        }),
      ),
    );
}
