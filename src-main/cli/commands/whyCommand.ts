import type { Command } from 'commander';
import type { Project } from '#contract/projects.ts';
import type { AnswerTrace, StageRanks } from '#contract/why.ts';
import { AppError } from '../../base/appError.ts';
import type { Attached } from '../attach.ts';
import { asOptions } from '../filterOptions.ts';
import { EXIT, nameOnOneLine, print, printJson, table, type GlobalOptions } from '../terminal.ts';
import { withProject } from '../withProject.ts';

type Run = (work: () => Promise<number>) => Promise<void>;

/** Chunks that are shown to a reader; all of them are in the JSON. */
const SHOWN = 15;

const place = (rank: number | null): string => (rank === null ? '–' : `${rank}`);
const RANKS: readonly (keyof StageRanks)[] = ['text', 'vector', 'deep', 'fused', 'ranked', 'passage'];

/** `last` is the newest answer of the newest conversation. */
async function answerOf({ client }: Attached, project: Project, wanted: string): Promise<string> {
  if (wanted !== 'last') return wanted;
  const [newest] = await client.knowledge.conversations({ projectId: project.id });
  const answers = newest === undefined ? [] : (await client.knowledge.conversation({ projectId: project.id, conversationId: newest.id })).answers;
  const last = answers.findLast(({ state }) => state === 'done');
  if (!last) throw new AppError('ANSWER_NOT_FOUND', 'This project has no answer yet', { hint: 'Ask a question with `ask`.' });
  return last.id;
}

function printTrace({ question, standalone, filter, funnel, chunks, prompt, written, timingsMs }: AnswerTrace): void {
  print(question);
  if (standalone !== question) print(`searched as: ${standalone}`);
  if (filter !== null) print(`asked with: ${asOptions(filter)}`);
  const deep = funnel.deep === null ? '' : `, ${funnel.deep} by transformer vectors`;
  print(`\n${funnel.text} by words, ${funnel.vector} by static vectors${deep} → ${funnel.fused} together → ${funnel.ranked} scored → ${funnel.passages} passages → ${funnel.prompt} in the prompt → ${funnel.cited} cited\n`);
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
          const trace = await attached.client.knowledge.why({ projectId: project.id, answerId: (await answerOf(attached, project, wanted)) as never });
          if (globals().json) printJson<AnswerTrace>(trace);
          else printTrace(trace);
          return EXIT.done;
        }),
      ),
    );
}
