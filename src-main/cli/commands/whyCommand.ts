import type { Command } from 'commander';
import { AnswerId } from '#contract/ids.ts';
import type { Answer } from '#contract/knowledge.ts';
import type { Project } from '#contract/projects.ts';
import type { AnswerTrace, StageRanks } from '#contract/why.ts';
import { AppError } from '../../base/appError.ts';
import type { Attached } from '../attach.ts';
import { asOptions } from '../filterOptions.ts';
import { EXIT, nameOnOneLine, print, printJson, table, type GlobalOptions } from '../terminal.ts';
import { funnelLines } from '../whyText.ts';
import { withProject } from '../withProject.ts';

type Run = (work: () => Promise<number>) => Promise<void>;

/** Chunks that are shown to a reader; all of them are in the JSON. */
const SHOWN = 15;

const place = (rank: number | null): string => (rank === null ? '–' : `${rank}`);
const RANKS: readonly (keyof StageRanks)[] = ['text', 'vector', 'deep', 'fused', 'ranked', 'passage'];

/** `last` is the newest answer of the newest conversation. */
async function answerOf({ client }: Attached, project: Project, wanted: string): Promise<string> {
  if (wanted !== 'last') {
    if (AnswerId.safeParse(wanted).success) return wanted;
    throw new AppError('ANSWER_NOT_FOUND', `No answer has the id ${wanted}`, { hint: '`ask` prints the id of its answer; `knowledge why last` shows the newest one.' });
  }
  const [newest] = await client.knowledge.conversations({ projectId: project.id });
  const answers = newest === undefined ? [] : (await client.knowledge.conversation({ projectId: project.id, conversationId: newest.id })).answers;
  const last = answers.findLast(({ state }) => state === 'done');
  if (!last) throw new AppError('ANSWER_NOT_FOUND', 'This project has no answer yet', { hint: 'Ask a question with `ask`.' });
  return last.id;
}

function printTrace(trace: AnswerTrace, answer: Answer): void {
  const { question, standalone, filter, chunks, prompt, written, timingsMs } = trace;
  print(question);
  if (standalone !== question) print(`searched as: ${standalone}`);
  if (filter !== null) print(`asked with: ${asOptions(filter)}`);
  print(`\n${funnelLines(trace, answer).join('\n')}\n`);
  const rows = chunks.slice(0, SHOWN).map((chunk) => [nameOnOneLine(chunk.file), ...RANKS.map((stage) => place(chunk.ranks[stage])), chunk.inPrompt ? 'yes' : '', chunk.cited.join(' ')]);
  print(table(['file', ...RANKS, 'prompt', 'cited'], rows));
  if (chunks.length > SHOWN) print(`and ${chunks.length - SHOWN} more; all of them with --json`);
  if (prompt !== null) {
    for (const { role, content, tokens } of prompt.messages) print(`\n[${role}, ${tokens} tokens]\n${content}`);
    print(`\n${prompt.tokens} of ${prompt.contextTokens} tokens, at most ${prompt.maxTokens} more, temperature ${prompt.temperature}, seed ${prompt.seed}`);
  }
  if (written !== null) print(`\nThe model wrote: ${written.trim()}`);
  print(`\n${Object.entries(timingsMs).map(([name, ms]) => `${name} ${Math.round(ms)} ms`).join(' · ')}`);
}

export function addWhyCommand(knowledge: Command, globals: () => GlobalOptions, run: Run): void {
  knowledge
    .command('why')
    .description('show how an answer came about')
    .argument('<answer>', 'the id that `ask` printed, or `last`')
    .action((wanted: string) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          const named = { projectId: project.id, answerId: (await answerOf(attached, project, wanted)) as never };
          const trace = await attached.client.knowledge.why(named);
          if (globals().json) printJson<AnswerTrace>(trace);
          else printTrace(trace, await attached.client.knowledge.answer(named));
          return EXIT.done;
        }),
      ),
    );
}
