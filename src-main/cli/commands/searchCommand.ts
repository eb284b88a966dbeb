import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { z } from 'zod';
import type { FoundPassage, SearchResult } from '#contract/commands.ts';
import { DocumentFilter } from '#contract/filters.ts';
import type { KnowledgeBase, SearchAnswer } from '#contract/knowledge.ts';
import type { Project } from '#contract/projects.ts';
import { AppError } from '../../base/appError.ts';
import type { Attached } from '../attach.ts';
import { addFilterOptions, toFilter, type FilterOptions } from '../filterOptions.ts';
import { ensureModels } from '../ensureModels.ts';
import { EXIT, fromHere, nameOnOneLine, print, printJson, say, type GlobalOptions } from '../terminal.ts';
import { pickKnowledge, withProject } from '../withProject.ts';

const MAX_PASSAGE = 1_500;

/** Unknown fields of a line are dropped here and never read. */
const QueryLine = z.object({ id: z.union([z.string(), z.number()]), question: z.string().trim().min(1).max(4_000), filter: DocumentFilter.optional() });

/** At most `limit` UTF-16 units, and never half of a character. */
function firstCharacters(text: string, limit: number): string {
  return text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
}

function toResults(found: SearchAnswer): FoundPassage[] {
  return found.results.map(({ file, page, text, score, title, url, documentId, aliases }) => ({
    file,
    ...(page === null ? {} : { page }),
    text: firstCharacters(text, MAX_PASSAGE),
    score,
    title,
    ...(url === undefined ? {} : { url }),
    document: documentId,
    ...(aliases.length === 0 ? {} : { aliases: aliases.map((alias) => alias.file) }),
  }));
}

function toJson(found: SearchAnswer): SearchResult {
  return { answerable: found.answerable, confidence: found.confidence, results: toResults(found), ...(found.note === null ? {} : { note: found.note }), ...(found.notes.length === 0 ? {} : { notes: found.notes }) };
}

function printHuman(found: SearchAnswer): void {
  print(`${found.answerable ? 'Answerable' : 'Probably not answerable from these documents'} (confidence ${found.confidence.toFixed(2)})`);
  if (found.note !== null) print(found.note);
  for (const [index, result] of found.results.entries()) {
    const place = [nameOnOneLine(result.file), result.page === null ? '' : `page ${result.page}`, ...result.headings].filter((part) => part !== '').join(' › ');
    print(`\n${index + 1}. ${place}  [${result.score.toFixed(3)}]\n${result.text.trim()}`);
    if (result.aliases.length > 0) print(`also in ${result.aliases.map((alias) => nameOnOneLine(alias.file)).join(', ')}`);
  }
}

const STANDARD_INPUT = '-';

async function* queryLines(file: string): AsyncGenerator<z.infer<typeof QueryLine>> {
  let number = 0;
  const fromPipe = file === STANDARD_INPUT;
  const named = fromPipe ? 'Standard input' : file;
  const input = fromPipe ? process.stdin.setEncoding('utf8') : createReadStream(file, 'utf8');
  const failed = new Promise<never>((_, reject) => {
    input.once('error', (cause: unknown) => reject(new AppError('PATH_UNREADABLE', `The queries of ${named} cannot be read`, { cause })));
  });
  const lines = createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]();
  for (;;) {
    const { value: line, done } = await Promise.race([lines.next(), failed]);
    if (done) return;
    number += 1;
    // Trimming also takes the byte order mark that some editors write.
    const trimmed = line.trim();
    if (trimmed === '') continue;
    yield parseLine(trimmed, `${named}, line ${number}`);
  }
}

function parseLine(line: string, where: string): z.infer<typeof QueryLine> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new AppError('INPUT_INVALID', `${where} is not JSON`, { hint: 'Expected {"id": …, "question": "…"} on every line.', cause });
  }
  const parsed = QueryLine.safeParse(value);
  const [wrong] = parsed.error?.issues ?? [];
  if (wrong?.path[0] === 'filter') throw new AppError('INPUT_INVALID', `${where}: ${wrong.path.join('.')} is wrong: ${wrong.message}`, { hint: 'A filter may have format, language, author, path, after and before.' });
  if (!parsed.success) throw new AppError('INPUT_INVALID', `${where}: expected "id" and a "question" of 1 to 4,000 characters`, { hint: 'Expected {"id": …, "question": "…"} on every line.' });
  return parsed.data;
}

interface Search {
  readonly attached: Attached;
  readonly project: Project;
  readonly base: KnowledgeBase;
  readonly limit: number;
  readonly filter: DocumentFilter | undefined;
  readonly json: boolean;
}

/** What a line of the queries says goes above what the command says, field by field. */
function search({ attached, project, base, limit, ...command }: Search, question: string, own?: DocumentFilter): Promise<SearchAnswer> {
  const filter = { ...command.filter, ...own };
  return attached.client.knowledge.search({ projectId: project.id, knowledgeId: base.id, question, limit, ...(Object.keys(filter).length === 0 ? {} : { filter }) });
}

async function searchOne(asked: Search, question: string): Promise<void> {
  const found = await search(asked, question);
  found.notes.forEach(say);
  if (asked.json) printJson<SearchResult>(toJson(found));
  else printHuman(found);
}

/** One line out for each line in, in order; a bad line ends the run and names itself. */
async function searchMany(asked: Search, file: string): Promise<void> {
  const said = new Set<string>();
  for await (const { id, question, filter } of queryLines(file)) {
    const found = await search(asked, question, filter);
    // Once for all lines.
    for (const note of found.notes.filter((sentence) => !said.has(sentence))) say(note);
    found.notes.forEach((note) => said.add(note));
    if (asked.json) printJson<SearchResult>({ id, ...toJson(found) });
    else {
      print(`\n# ${id}: ${question}`);
      printHuman(found);
    }
  }
}

export function addSearchCommand(knowledge: Command, globals: () => GlobalOptions, run: (work: () => Promise<number>) => Promise<void>): void {
  const searching = knowledge
    .command('search')
    .description('find passages')
    .argument('[query]')
    .option('--queries <file>', 'JSON lines with "id" and "question", - for standard input; one line of results for each')
    .option('--knowledge <name>', 'may be left out when there is one')
    .option('--limit <n>', 'passages at most', '10');
  addFilterOptions(searching)
    .action((query: string | undefined, options: FilterOptions & { queries?: string; knowledge?: string; limit: string }, command: Command) =>
      run(() =>
        withProject(globals(), async (attached, project) => {
          const limit = Number(options.limit);
          if (!Number.isInteger(limit) || limit < 1 || limit > 100) command.error(`Expected --limit from 1 to 100 but got ${options.limit}`, { exitCode: EXIT.usage });
          if (query?.trim() === '') command.error('Expected a query but got an empty one', { exitCode: EXIT.usage });
          if ((query === undefined) === (options.queries === undefined)) command.error('Expected either a query or --queries FILE', { exitCode: EXIT.usage });
          const base = await pickKnowledge(attached, project, options.knowledge);
          await ensureModels(attached, 'embedders');
          const asked: Search = { attached, project, base, limit, filter: toFilter(options), json: globals().json === true };
          if (options.queries !== undefined) await searchMany(asked, options.queries === STANDARD_INPUT ? STANDARD_INPUT : fromHere(options.queries));
          else await searchOne(asked, query ?? '');
          return EXIT.done;
        }),
      ),
    );
}
