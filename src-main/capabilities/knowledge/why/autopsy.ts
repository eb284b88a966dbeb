import type { ParsedDocument } from '#contract/document.ts';
import type { DocumentFilter } from '#contract/filters.ts';
import type { Answer } from '#contract/knowledge.ts';
import type { AnswerTrace, Autopsy, AutopsyFix, AutopsyStage, StageRanks } from '#contract/why.ts';
import type { ChunkPlaces, Passage, TracedCandidate } from '../../../runtimes/types.ts';
import { narrowedInWords } from '../answer/answerFromMetadata.ts';
import { SEARCHED_FOR } from '../answer/answerTypes.ts';
import { getAnswer } from '../answerStore.ts';
import { readParsed } from '../documentView.ts';
import { letThrough } from '../filterDocuments.ts';
import type { ChunkRow, DocumentRow } from '../knowledgeTables.ts';
import type { OpenedIndex } from '../openIndex.ts';
import { holdsQuote, placeOfQuote } from '../questions/holdsQuote.ts';
import { findPassages, type FoundPassages } from '../searchKnowledge.ts';
import { chunksOf } from '../snapshots/entryStore.ts';
import type { AutopsyDeps } from './autopsyDeps.ts';
import { documentsNamed } from './autopsyStore.ts';
import { embedderFixes, embedFix, ingestFix, mendFix, openFix, passagesFix, reindexFixes, rewordFix, unfilterFix } from './autopsyFixes.ts';
import { lookForRemoved } from './lookForRemoved.ts';
import { liveDocument } from './useStore.ts';

export interface AutopsyInput {
  readonly knowledgeId: string;
  readonly question: string;
  readonly answerId?: string | undefined;
  readonly file: string;
  readonly quote: string;
}

const NO_RANKS: StageRanks = { text: null, vector: null, deep: null, fused: null, ranked: null, passage: null };

type Steps = { stage: string; passed: boolean; detail: string }[];
type Verdict = Pick<Autopsy, 'stage' | 'message' | 'fixes'> & Partial<Pick<Autopsy, 'document' | 'chunkId' | 'ranks' | 'of'>>;

interface Walk extends AutopsyInput {
  readonly slug: string;
  readonly name: string;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

/** Follows one passage through every stage and names the one at which it was lost. Changes nothing. */
export async function performAutopsy(deps: AutopsyDeps, input: AutopsyInput, signal: AbortSignal): Promise<Autopsy> {
  const { slug, name } = await deps.bases.named(input.knowledgeId);
  const steps: Steps = [];
  const verdict = await walk(deps, { ...input, slug, name, steps, signal });
  return { question: input.question, document: null, chunkId: null, ranks: NO_RANKS, of: 0, ...verdict, steps };
}

async function walk(deps: AutopsyDeps, at: Walk): Promise<Verdict> {
  const [row] = await deps.database.run(documentsNamed, { knowledgeId: at.knowledgeId, file: at.file });
  const gone = notIngested(row, at);
  at.steps.push({ stage: 'ingest', passed: gone === null, detail: gone?.message ?? `${row?.file ?? at.file} was read` });
  if (gone !== null || row === undefined || row.parsed_digest === null) return gone ?? lost('not-ingested', `${at.file} was not read`, [ingestFix(at)]);
  const document = { documentId: row.id, file: row.file } as Autopsy['document'];
  const parsed = await readParsed(deps, row.parsed_digest);
  const span = placeOfQuote(parsed.text, at.quote);
  at.steps.push({ stage: 'parse', passed: span !== null, detail: span === null ? `The words do not stand in the ${parsed.text.length} characters that were read` : `The words stand at character ${span.start} of ${parsed.text.length}` });
  if (span === null) return { document, ...(await notInText(deps, at, { row, parsed })) };

  // A copy is searched under the name of the document that stands for it, and shown where a filter lets only the copy through.
  const standing = row.alias_of === null ? row : await deps.database.run(liveDocument, row.alias_of);
  if (!standing?.parsed_digest) {
    at.steps.push({ stage: 'duplicate', passed: false, detail: 'Another document has the same text and is searched in its place' });
    return { document, ...lost('not-ingested', `${row.file} is a copy of a document that is gone`, [ingestFix(at)]) };
  }
  const given = at.answerId === undefined ? null : { trace: await deps.traceOf(at.answerId), answer: await deps.database.run(getAnswer, at.answerId) };
  const filter = given?.trace.filter ?? null;
  const shown = filter === null ? standing : (await deps.database.run(letThrough, { documentId: standing.id, filter }))[0];
  const place = standing.id === row.id ? span : placeOfQuote((await readParsed(deps, standing.parsed_digest)).text, at.quote);
  if (filter !== null) at.steps.push({ stage: 'filter', passed: shown !== undefined, detail: `It was asked of documents${narrowedInWords(filter)} only: ${shown === undefined ? `${row.file} is none of them` : `${shown.file} is one of them`}` });
  if (filter !== null && shown === undefined) return { document, ...(await filteredOut(deps, at, { row, filter, given, located: place && { standing, shown: standing, span: place } })) };
  const seen = shown ?? standing;
  const own = seen.id === row.id;
  at.steps.push({ stage: 'duplicate', passed: own, detail: own ? 'No other document stands in its place' : `${seen.file} has the same text and is searched in its place` });
  if (place === null) return { document, ...lost('duplicate', `${row.file} is nearly the same as ${seen.file}, which is searched in its place, and just these words differ there`, [openFix(seen.file)]) };
  const searched = await searchStages(deps, at, { located: { standing, shown: seen, span: place }, given });
  if (own) return { document, ...searched };
  const message = `${row.file} has the same text as ${seen.file}, which is searched and cited in its place. There: ${searched.message}`;
  return { ...searched, document, stage: 'duplicate', message, fixes: [openFix(seen.file), ...(searched.stage === 'found' ? [] : searched.fixes)] };
}

/** What a search without the filter holds of it is told in the message: the stages of this answer end at the filter. */
async function filteredOut(deps: AutopsyDeps, at: Walk, { row, filter, given, located }: { row: DocumentRow; filter: DocumentFilter; given: Given; located: Located | null }): Promise<Verdict> {
  const message = `The question was asked of documents${narrowedInWords(filter)} only, and ${row.file} is none of them`;
  if (located === null) return lost('filtered-out', message, [unfilterFix(at)]);
  const without = await searchStages(deps, { ...at, question: given?.trace.standalone ?? at.question, steps: [] }, { located, given: null });
  return { ...without, stage: 'filtered-out', ranks: { ...NO_RANKS, ...without.ranks, passage: null }, message: `${message}. Without the filter: ${without.message}`, fixes: [unfilterFix(at)] };
}

function lost(stage: AutopsyStage, message: string, fixes: AutopsyFix[]): Verdict {
  return { stage, message, fixes };
}

function notIngested(row: DocumentRow | undefined, at: Walk): Verdict | null {
  if (row === undefined) return lost('not-ingested', `${at.file} is no document of ${at.name}: it lies in none of its sources, or was never ingested`, [ingestFix(at)]);
  const document = { documentId: row.id, file: row.file } as Autopsy['document'];
  const because = row.reason === null ? '' : `: ${row.reason}`;
  const refused = (message: string): Verdict => ({ document, ...lost('not-ingested', message, [ingestFix(at)]) });
  if (row.deleted_at_ms !== null) return refused(row.state === 'missing' ? `${row.file} is gone from disk, so it is no longer searched` : `${row.file} was deleted from ${at.name}`);
  if (row.state === 'failed' || row.state === 'skipped') return { document, ...lost('not-ingested', `${row.file} could not be read${because}`, [mendFix(at, row.reason ?? '')]) };
  if (row.parsed_digest === null) return refused(`${row.file} waits to be read`);
  return null;
}

async function notInText(deps: AutopsyDeps, at: Walk, { row, parsed }: { row: DocumentRow; parsed: ParsedDocument }): Promise<Verdict> {
  const found = await lookForRemoved(deps, { row, name: at.name, quote: at.quote, signal: at.signal });
  at.steps.push({ stage: 'clean', passed: false, detail: found.detail });
  if (found.reason !== null) return lost('cleaned-away', `The words stand in ${row.file} and were taken out when it was cleaned, as ${found.reason} (${parsed.removed[found.reason] ?? 0} characters were taken out for that)`, [openFix(row.file), rewordFix(at, '')]);
  const blank = parsed.pages?.flatMap(({ hasText }, page) => (hasText ? [] : [page + 1])) ?? [];
  const scanned = blank.length === 0 ? '' : `. ${blank.length === 1 ? `Page ${blank[0]} has` : `${blank.length} of its ${parsed.pages?.length} pages (${blank.slice(0, 5).join(', ')}${blank.length > 5 ? ' …' : ''}) have`} no text: scanned pages are pictures, and Lathe does not read pictures`;
  const changed = found.changed ? `. The file changed since it was read: ingest it again` : '';
  return lost('not-parsed', `The words are not in the text that was read of ${row.file}${scanned}${changed}`, [...(found.changed ? [ingestFix(at)] : []), openFix(row.file)]);
}

/** The answer that should have used the passage; null where none is named. */
type Given = { readonly trace: AnswerTrace; readonly answer: Answer | null } | null;

interface Located {
  /** The document that is searched. */
  readonly standing: DocumentRow;
  /** The one that is shown and cited for it. */
  readonly shown: DocumentRow;
  readonly span: { readonly start: number; readonly end: number };
}

/** What one search holds of the marked passage. */
interface Looked {
  readonly result: FoundPassages;
  /** The chunk that holds most of it. */
  readonly chunk: ChunkRow;
  readonly whole: boolean;
  readonly around: readonly ChunkRow[];
  readonly places: ChunkPlaces | null;
  readonly of: number;
  /** Whether the chunk has a transformer vector; null where that cannot be known. */
  readonly embedded: boolean | null;
  readonly candidate: TracedCandidate | null;
  /** From 1; of the first passage that holds the words. */
  readonly passage: number | null;
}

async function searchStages(deps: AutopsyDeps, at: Walk, { located, given }: { located: Located; given: Given }): Promise<Verdict> {
  const question = given?.trace.standalone ?? at.question;
  const { passages: madeFrom } = await deps.answers();
  const limit = Math.max(SEARCHED_FOR, madeFrom);
  const result = await findPassages(deps, { knowledgeId: at.knowledgeId, question, limit, filter: given?.trace.filter ?? undefined, trace: true }, at.signal);
  const opened = await deps.door.openSnapshot(result.snapshotId, at.signal);
  const looked = await look(deps, { ...at, question }, { located, result, opened });
  if (looked === null) {
    at.steps.push({ stage: 'chunk', passed: false, detail: `No chunk of ${located.shown.file} holds any of the words` });
    return lost('not-ingested', `${located.shown.file} is not in the index that serves: it waits to be indexed`, [ingestFix(at)]);
  }
  const ranks: StageRanks = { ...NO_RANKS, ...looked.places?.ranks, passage: looked.passage };
  return { chunkId: looked.chunk.id, ranks, of: looked.of, ...judge(at, { looked, located, opened, given, madeFrom, limit, embedders: await deps.models.embeddersHere() }) };
}

async function look(deps: AutopsyDeps, at: Walk, { located, result, opened }: { located: Located; result: FoundPassages; opened: OpenedIndex }): Promise<Looked | null> {
  const { standing, shown, span } = located;
  const chunks = await deps.database.run(chunksOf, { snapshotId: result.snapshotId, documentId: standing.id });
  const overlap = (chunk: ChunkRow): number => Math.min(chunk.end, span.end) - Math.max(chunk.start, span.start);
  const around = chunks.filter((chunk) => overlap(chunk) > 0);
  const chunk = around.toSorted((a, b) => overlap(b) - overlap(a))[0];
  if (!chunk) return null;
  const { deep } = await opened.deepQuestion(at.question, at.signal);
  const { places, of } = await deps.index.placesOf(opened.at, { question: at.question, ...(deep ? { deep } : {}) }, [chunk.id], { signal: at.signal });
  const holds = (passage: Passage): boolean => result.rows.get(passage.documentId)?.id === shown.id && ((passage.start <= span.start && span.end <= passage.end) || holdsQuote(passage.text, at.quote));
  // Without a vector in the whole index the question has none to be compared with.
  const embedded = places[0]?.embedded ?? (deep === undefined && opened.snapshot.vectors_done < of ? false : null);
  const passage = result.found.passages.findIndex(holds);
  const candidate = result.found.trace?.find((each) => each.chunkId === chunk.id) ?? null;
  return { result, chunk, around, whole: chunk.start <= span.start && span.end <= chunk.end, places: places[0] ?? null, of, embedded, candidate, passage: passage < 0 ? null : passage + 1 };
}

interface Judged {
  readonly looked: Looked;
  readonly located: Located;
  readonly opened: OpenedIndex;
  readonly given: Given;
  /** Passages that answers are made from, and those that are searched for one. */
  readonly madeFrom: number;
  readonly limit: number;
  /** On this machine. */
  readonly embedders: readonly string[];
}

function judge(at: Walk, judged: Judged): Verdict {
  const { looked, located, opened, limit } = judged;
  const { steps } = at;
  const { candidate, places, chunk, of, embedded } = looked;
  const embedder = opened.snapshot.embedder;
  const said = placesInWords(places, of);
  steps.push({ stage: 'chunk', passed: looked.whole, detail: looked.whole ? `One chunk of ${chunk.tokens} tokens holds it` : `It lies over ${looked.around.length} chunks (numbers ${looked.around.map(({ ordinal }) => ordinal + 1).join(', ')})` });
  if (embedded !== null) steps.push({ stage: 'embed', passed: embedded, detail: embedded ? `Its chunk has a vector of ${embedder}` : `Its chunk has no vector of ${embedder} yet` });
  const { text, vector, deep } = candidate?.ranks ?? { text: null, vector: null, deep: null };
  const listed = text !== null || vector !== null || deep !== null;
  steps.push({ stage: 'lists', passed: listed, detail: said });
  steps.push({ stage: 'fusion', passed: candidate?.ranks.ranked != null, detail: candidate?.ranks.fused == null ? 'Not among the candidates of all lists' : `Place ${candidate.ranks.fused} of all lists together` });
  steps.push({ stage: 'ranking', passed: looked.passage !== null, detail: candidate?.ranks.ranked == null ? 'It was not scored' : `Place ${candidate.ranks.ranked} after scoring${looked.passage === null ? `; the first ${limit} passages go on` : ''}` });
  if (looked.passage !== null) return judgeFound(at, judged);
  if (!looked.whole) return lost('split', `The passage is cut in ${looked.around.length}: its parts lie in chunks ${looked.around.map(({ ordinal }) => ordinal + 1).join(' and ')} of ${located.shown.file}, and none says enough by itself (${said})`, [...reindexFixes(at, opened.snapshot, 'larger'), rewordFix(at, at.quote)]);
  if (embedded === false) return lost('not-embedded', `Its chunk has no vector of ${embedder} yet, so it can be found by its words only (${said})`, [embedFix(at), rewordFix(at, at.quote)]);
  if (!listed) return lost('ranked-low', `No list held it: ${said}. ${sharedInWords(at)}`, [rewordFix(at, at.quote), ...embedderFixes(at, opened.snapshot, judged.embedders)]);
  if (candidate?.ranks.ranked == null) return lost('lost-in-fusion', `One list held it, and together with the others it fell behind: ${said}`, [rewordFix(at, at.quote), ...embedderFixes(at, opened.snapshot, judged.embedders)]);
  return lost('lost-in-ranking', `It was scored and came to place ${candidate.ranks.ranked}; the first ${limit} passages go on (${said}). ${sharedInWords(at)}`, [rewordFix(at, at.quote), ...passagesFix(candidate.ranks.ranked), ...reindexFixes(at, opened.snapshot, 'smaller')]);
}

function judgeFound(at: Walk, { looked, located, opened, given, madeFrom }: Judged): Verdict {
  const passage = looked.passage ?? 0;
  const place = `It is passage ${passage} of the ${looked.result.found.passages.length} found`;
  const cut = (why: string): Verdict => lost('cut-by-prompt', `${place}, but the prompt had no room for it: ${why}`, [...passagesFix(Math.max(passage, madeFrom)), ...reindexFixes(at, opened.snapshot, 'smaller'), rewordFix(at, at.quote)]);
  if (given === null) {
    at.steps.push({ stage: 'prompt', passed: passage <= madeFrom, detail: `Prompts are made from the first ${madeFrom} passages` });
    return passage <= madeFrom ? lost('found', `${place}.`, []) : cut(`prompts are made from the first ${madeFrom}.`);
  }
  const { trace, answer } = given;
  const cited = answer?.citations.filter((citation) => citation.documentId === located.shown.id && citation.start < located.span.end && located.span.start < citation.end) ?? [];
  const inPrompt = trace.prompt !== null && holdsQuote(trace.prompt.messages.map(({ content }) => content).join('\n'), at.quote);
  at.steps.push({ stage: 'prompt', passed: inPrompt, detail: trace.prompt === null ? 'No model was asked' : inPrompt ? `The prompt of ${trace.prompt.tokens} tokens holds it` : `The prompt of ${trace.prompt.tokens} tokens does not hold it` });
  at.steps.push({ stage: 'answer', passed: cited.length > 0, detail: cited.length > 0 ? `The answer quotes it (${cited.map(({ number }) => number).join(', ')})` : 'The answer does not quote it' });
  if (cited.length > 0) return lost('found', `${place}, and the answer quotes it as ${cited.map(({ number }) => `[${number}]`).join(', ')}.`, []);
  if (trace.prompt === null) return lost('found', `${place}, but no model was asked: ${answer?.note ?? 'Lathe took the question for one that your documents do not answer.'}`, [rewordFix(at, at.quote)]);
  if (!inPrompt) return cut(answer?.cut ?? `of its passages only the nearest sentences went in, ${trace.prompt.tokens} tokens in all.`);
  return lost('not-used', `${place} and stood in the prompt, but the model did not use it${answer?.by === 'passages' ? `, and what it wrote was replaced: ${answer.note ?? ''}` : ''}`, [...passagesFix(passage), rewordFix(at, at.quote)]);
}

function placesInWords(places: ChunkPlaces | null, of: number): string {
  const place = (rank: number | null, list: string): string => (rank === null ? `not in the list ${list}` : `place ${rank} ${list}`);
  if (places === null) return `its chunk is not in the index of ${of} chunks`;
  const { text, vector, deep } = places.ranks;
  const lists = [place(text, 'by words'), place(vector, 'by static vectors'), ...(deep === null ? [] : [place(deep, 'by transformer vectors')])];
  return `${lists.join(', ')}, of ${of} chunks`;
}

function sharedInWords(at: Walk): string {
  const { missing } = rewordFix(at, at.quote);
  return missing.length === 0 ? 'It has every word of the question.' : `The passage does not have ${missing.map((word) => `“${word}”`).join(', ')} of the question.`;
}
