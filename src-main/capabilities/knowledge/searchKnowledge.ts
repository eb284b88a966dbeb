import type { DocumentFilter } from '#contract/filters.ts';
import type { PassageResult, SearchAnswer } from '#contract/knowledge.ts';
import { AppError, hasErrorCode } from '../../base/appError.ts';
import type { Passage, SearchResult } from '../../runtimes/types.ts';
import { aliasesOf, type Alias } from './aliases/aliasStore.ts';
import { copiesShown, filteredNames } from './filterDocuments.ts';
import type { IndexDoor } from './openIndex.ts';
import type { KnowledgeDeps } from './knowledgePorts.ts';
import { missingVectors } from './missingVectors.ts';
import { hasReadyDocument } from './knowledgeStore.ts';
import { RERANKED } from './rerankPassages.ts';
import { documentsByIndexId, type IndexedDocument } from './snapshots/entryStore.ts';

export interface SearchInput {
  readonly knowledgeId: string;
  readonly question: string;
  readonly limit: number;
  /** Narrows what may be found. */
  readonly filter?: DocumentFilter | undefined;
  /** The one that serves, where none is named. */
  readonly snapshotId?: string;
  /** Answers also with every chunk that a stage looked at. */
  readonly trace?: boolean;
}

/** What a search went on without, and which list or order it would have given. */
export interface WentWithout {
  readonly what: 'vectors' | 'order';
  /** A sentence or two. */
  readonly note: string;
}

export interface FoundPassages {
  readonly found: SearchResult;
  /** By the names that documents have in the index; where a filter lets only a copy through, the copy. */
  readonly rows: ReadonlyMap<string, IndexedDocument>;
  /** By document, the others that hold exactly its text. */
  readonly copies: Readonly<Record<string, readonly Alias[]>>;
  readonly snapshotId: string;
  /** Why nothing could be found, in words; null otherwise. */
  readonly note: string | null;
  readonly without: readonly WentWithout[];
}

type Deps = Pick<KnowledgeDeps, 'database' | 'index' | 'logger' | 'reranking'> & { readonly door: IndexDoor };

const NOTHING: SearchResult = { passages: [], confidence: 0, answerable: false, candidates: { text: 0, vector: 0, deep: null, fused: 0, ranked: 0 }, timingsMs: {} };

const noteOf = (what: WentWithout['what'], note: string | null): WentWithout[] => (note === null ? [] : [{ what, note }]);

/** An index whose process died or whose files are damaged is opened again once. */
async function searchIndex(deps: Deps, input: SearchInput, signal: AbortSignal): Promise<Omit<FoundPassages, 'rows' | 'copies'>> {
  const attempt = async (): Promise<Omit<FoundPassages, 'rows' | 'copies'>> => {
    const { at, snapshot, deepQuestion } = await (input.snapshotId === undefined ? deps.door.open(input.knowledgeId, signal) : deps.door.openSnapshot(input.snapshotId, signal));
    const only = input.filter && (await deps.database.run(filteredNames, { snapshotId: snapshot.id, filter: input.filter }));
    if (only?.length === 0) return { found: NOTHING, snapshotId: snapshot.id, note: 'No document matches the filter', without: [] };
    const startedMs = performance.now();
    const { deep, note: withoutVectors } = await deepQuestion(input.question, signal);
    const embedMs = performance.now() - startedMs;
    const { reranks, note: notTrusted } = await deps.reranking.wanted();
    const request = { question: input.question, limit: reranks ? Math.max(input.limit, RERANKED) : input.limit, ...(only ? { only } : {}), ...(deep ? { deep } : {}), ...(input.trace === true ? { trace: true } : {}) };
    const first = await deps.index.search(at, request, { signal });
    const { found, note: withoutReranker } = reranks ? await deps.reranking.order(first, { question: input.question, limit: input.limit, signal }) : { found: first, note: null };
    const incomplete = deep && first.candidates.deep === null ? await missingVectors(deps, snapshot) : null;
    const without = [...noteOf('vectors', withoutVectors ?? incomplete), ...noteOf('order', notTrusted ?? withoutReranker)];
    return { found: deep ? { ...found, timingsMs: { ...found.timingsMs, embed: embedMs } } : found, snapshotId: snapshot.id, note: null, without };
  };
  try {
    return await attempt();
  } catch (error) {
    const mendable = hasErrorCode(error, 'RUNTIME_EXITED') || hasErrorCode(error, 'INDEX_DAMAGED');
    if (!mendable) throw error;
    await deps.door.forget(input.knowledgeId);
    return attempt();
  }
}

/**
 * Searches and finds the rows of what was found. What no row names took places that belong to others, so the index is brought
 * in line with the rows and asked again; what is left without a row then (a file ingested at this very moment) is said and left out.
 */
export async function findPassages(deps: Deps, input: SearchInput, signal: AbortSignal): Promise<FoundPassages> {
  const attempt = async (): Promise<FoundPassages & { strangers: string[] }> => {
    const { found, snapshotId, note, without } = await searchIndex(deps, input, signal);
    const names = [...new Set(found.passages.map((passage) => passage.documentId))];
    const traced = (found.trace ?? []).map((candidate) => candidate.documentId);
    const merged = found.passages.flatMap((passage) => passage.aliases.map((alias) => alias.documentId));
    const ids = [...new Set([...names, ...traced, ...merged])];
    const standing = await deps.database.run(documentsByIndexId, { snapshotId, ids });
    // Who asked for one folder or author is shown the file that is there or by him, not its copy elsewhere.
    const copied = input.filter === undefined ? [] : await deps.database.run(copiesShown, { snapshotId, filter: input.filter, ids });
    const rows = new Map([...standing, ...copied].map((row) => [row.index_id, row]));
    const copies = await deps.database.run(aliasesOf, [...new Set([...names, ...merged].flatMap((name) => rows.get(name)?.id ?? []))]);
    return { found, rows, copies, snapshotId, note, without, strangers: names.filter((name) => !rows.has(name)) };
  };
  const first = await attempt();
  if (first.strangers.length === 0) return first;
  await deps.door.mend(input.knowledgeId, signal);
  const second = await attempt();
  if (second.strangers.length > 0) deps.logger.warn(`A search found ${second.strangers.length} documents in the index that no document names; they are left out`);
  return second;
}

/** What a search went on without, in sentences. */
export function notesOf({ without }: FoundPassages): string[] {
  return without.map(({ note }) => note);
}

/** Exact copies of its document, then documents with nearly the same passage and their copies; each once. */
function aliasesOfPassage(passage: Passage, id: string, { rows, copies }: FoundPassages): PassageResult['aliases'] {
  const merged = passage.aliases.flatMap((alias) => {
    const row = rows.get(alias.documentId);
    return row ? [{ documentId: row.id, file: row.file }, ...(copies[row.id] ?? [])] : [];
  });
  const others = new Map([...(copies[id] ?? []), ...merged].filter((alias) => alias.documentId !== id).map((alias) => [alias.documentId, alias]));
  return [...others.values()] as PassageResult['aliases'];
}

export function toPassageResults(result: FoundPassages): PassageResult[] {
  const { found, rows } = result;
  return found.passages.flatMap((passage) => {
    const row = rows.get(passage.documentId);
    if (!row) return [];
    return [
      {
        documentId: row.id as PassageResult['documentId'],
        chunkId: passage.chunkId,
        file: row.file,
        // The pages of a copy in another format are not those of the document that was cut.
        page: row.pages === null ? null : (passage.page ?? null),
        title: row.title,
        headings: [...passage.headings],
        text: passage.text,
        start: passage.start,
        end: passage.end,
        score: passage.score,
        ranks: passage.ranks,
        ...(row.url === null ? {} : { url: row.url }),
        aliases: aliasesOfPassage(passage, row.id, result),
      },
    ];
  });
}

export async function searchKnowledge(deps: Deps, input: SearchInput, signal: AbortSignal): Promise<SearchAnswer> {
  const result = await findPassages(deps, input, signal);
  return { answerable: result.found.answerable, confidence: result.found.confidence, results: toPassageResults(result), timingsMs: { ...result.found.timingsMs }, note: result.note, notes: notesOf(result) };
}

export async function assertNotEmpty(deps: Pick<Deps, 'database'>, { id, name }: { readonly id: string; readonly name: string }): Promise<void> {
  if (await deps.database.run(hasReadyDocument, id)) return;
  throw new AppError('KNOWLEDGE_EMPTY', `The knowledge base ${name} holds no searchable document yet`, { hint: 'Ingest files first: `knowledge ingest PATH --knowledge NAME`.' });
}
