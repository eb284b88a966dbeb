import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chunk } from '../../src-main/contract/document.ts';
import type { EventPayload } from '../../src-main/contract/events.ts';
import type { Job } from '../../src-main/contract/jobs.ts';
import { AppError } from '../../src-main/base/appError.ts';
import { sha256 } from '../../src-main/base/canonicalJson.ts';
import type { DeepPort, ModelsPort } from '../../src-main/capabilities/knowledge/knowledgePorts.ts';
import { createLogger, type Logger } from '../../src-main/base/logger.ts';
import { uuidv7 } from '../../src-main/base/uuid.ts';
import { bandsOf, minHash } from '../../src-main/runtimes/parse/child/minHash.ts';
import type { DataRuntime, ParseRequest, ParseResult, ParseRuntime, TextRuntime } from '../../src-main/runtimes/types.ts';
import type { Reranker } from '../../src-main/capabilities/knowledge/rerankPassages.ts';
import type { FetchPorts } from '../../src-main/capabilities/knowledge/sources/fetchedFiles.ts';
import { openProject, type OpenProject, type ProjectMachine } from '../../src-main/server/openProject.ts';
import { fakeClock, type FakeClock } from './fakeClock.ts';
import { memoryIndex, type MemoryIndex } from './memoryIndex.ts';
import { temporaryFolder } from './temporaryFolder.ts';

function signatureOf(text: string): ParseResult['signature'] {
  const signature = minHash(text);
  return signature && { signature, bands: bandsOf(signature) };
}

const chunksOf = (text: string): Chunk[] => [...text.matchAll(/[^\n]+/g)].map((match) => ({ start: match.index, end: match.index + match[0].length, text: match[0], tokens: 8, headings: [], kind: 'paragraph' as const }));

/** No way out: what is asked of it is refused. */
const noFetching: FetchPorts = {
  fetch: () => Promise.reject(new AppError('NETWORK_REFUSED', 'There is no network in this test')),
  proxy: () => Promise.reject(new AppError('NETWORK_REFUSED', 'There is no network in this test')),
  secret: () => Promise.reject(new AppError('INPUT_INVALID', 'There are no secrets in this test')),
  clock: fakeClock(0),
  wait: () => Promise.resolve(),
};

/** Reads a text file as one document, a chunk a paragraph; `!CODE` in it is a file that this error refuses. */
export async function parsePlain({ path, name }: ParseRequest): Promise<ParseResult> {
  const bytes = readFileSync(path);
  const text = bytes.toString('utf8');
  const refused = /^!(DOCUMENT_[A-Z_]+|PATH_UNREADABLE|INTERNAL)/.exec(text)?.[1];
  if (refused !== undefined) throw new AppError(refused as 'DOCUMENT_DAMAGED', `${name} cannot be read`);
  const chunks = chunksOf(text);
  const document = { version: 1 as const, format: 'text' as const, title: name, text, blocks: [], cuts: [], removed: {}, metadata: {}, warnings: [] };
  return { document, chunks, format: 'text', sourceDigest: sha256(bytes), sourceBytes: bytes.length, textDigest: sha256(text), signature: signatureOf(text) };
}

export interface FakeProject {
  readonly folder: string;
  /** A folder of notes, outside the project. */
  readonly notes: string;
  readonly index: MemoryIndex;
  readonly clock: FakeClock;
  readonly logger: Logger;
  readonly events: EventPayload[];
  /** The model that the project or the person chose, at each answer. */
  readonly pins: (string | null)[];
  /** The project as it is open now. */
  readonly open: OpenProject;
  /** Writes a note long enough ago that its stat is believed. */
  note(name: string, text: string): void;
  /** Makes a knowledge base, or answers the one that there is. */
  base(): Promise<string>;
  /** From now on the embedders cannot be had for this reason; null gives them again. */
  failModels(reason: AppError | null): void;
  ingest(stage?: 'text' | 'all'): Promise<Job>;
  search(question: string, limit?: number): Promise<{ files: string[]; answerable: boolean; notes: string[] }>;
  documents(): Promise<{ id: string; file: string; state: string; reason: string | null; aliasOf?: string | null | undefined }[]>;
  /** Closes it and opens it again, as a restart does. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export interface FakeParts {
  readonly parse?: ParseRuntime['parse'];
  readonly parseProcesses?: number;
  readonly chunk?: ParseRuntime['chunk'];
  readonly expand?: ParseRuntime['expand'];
  /** Scores of a cross-encoder, where the project file names one. */
  readonly rerank?: Reranker['score'];
  /** Of the cross-encoder's file, at each search. */
  readonly rerankDigest?: () => string;
  readonly fetching?: FetchPorts;
  readonly deep?: DeepPort;
  /** Files of an embedder on this machine; absent = there are none. */
  readonly deepEmbedder?: ModelsPort['deepEmbedder'];
  /** Whether a person may build an index with an embedder; absent = with any. */
  readonly assertEmbedder?: ModelsPort['assertEmbedder'];
  /** As a window, which goes on with unfinished second stages. */
  readonly takesUp?: boolean;
  /** Loads and counts for the one text model that there is; absent = there is none. */
  readonly text?: Partial<TextRuntime>;
  /** Slugs of the embedders on this machine; absent = the default one. */
  readonly embeddersHere?: readonly string[];
  /** Whether the person trusts the project, asked each time; absent = yes. */
  readonly trusted?: () => boolean;
}

/** An embedder whose vectors say nothing. */
const fakeDeep: DeepPort = {
  open: async (slug) => ({
    slug,
    digest: sha256(slug),
    dimensions: 2,
    tokenizerPath: '/none',
    embed: async (texts) => texts.map(() => ({ vector: new Float32Array([1, 0]), detail: null, tokens: new Float32Array() })),
  }),
};

/** A real project (database, artifacts, jobs, files) over a parser and an index in memory: no models, no processes. */
export async function projectOverFakes(parts: FakeParts = {}): Promise<FakeProject> {
  const folder = temporaryFolder();
  const notes = join(temporaryFolder(), 'notes');
  mkdirSync(notes);
  writeFileSync(join(folder, 'lathe.yaml'), `version: 1\nid: ${uuidv7()}\nname: Test\n`);
  const index = memoryIndex();
  const clock = fakeClock(Date.now());
  const logger = createLogger();
  const events: EventPayload[] = [];
  const pins: (string | null)[] = [];
  const embedder = { digest: '1'.repeat(64), staticDigest: '2'.repeat(64), staticSlug: 'static', tokenizerPath: '/none', staticModelFolder: '/none' };
  let refused: AppError | null = null;
  const machine = {
    version: '0.0.0',
    parse: { processes: parts.parseProcesses ?? 1, parse: parts.parse ?? parsePlain, expand: parts.expand ?? (() => Promise.resolve(null)), rest: () => Promise.resolve(), chunk: parts.chunk ?? (async ({ document }) => chunksOf((JSON.parse(new TextDecoder().decode(document)) as { text: string }).text)) },
    index,
    data: {} as DataRuntime,
    text: (parts.text ?? {}) as TextRuntime,
    models: { assertEmbedder: parts.assertEmbedder ?? (() => Promise.resolve()), embedder: async () => (refused === null ? embedder : Promise.reject(refused)), deepEmbedder: parts.deepEmbedder ?? (() => Promise.reject(new AppError('MODEL_NOT_FOUND', 'There is none'))), embeddersHere: async () => parts.embeddersHere ?? ['all-minilm-l6-v2'], reranker: () => Promise.resolve(null), textModel: (_: string | null, _signal: AbortSignal, pinned?: string | null) => {
        pins.push(pinned ?? null);
        return parts.text === undefined ? Promise.reject(new AppError('MODEL_NOT_FOUND', 'There is none')) : Promise.resolve({ slug: 'writer', digest: '3'.repeat(64), path: '/none' });
      } },
    deep: parts.deep ?? fakeDeep,
    rerank: { open: async (slug) => (slug === null ? null : { slug, digest: parts.rerankDigest?.() ?? '', score: parts.rerank ?? (async (_, passages) => new Float32Array(passages.length)) }) },
    takesUp: parts.takesUp ?? false,
    fetching: parts.fetching ?? noFetching,
    preferredTextModel: () => null,
    isTrusted: async () => parts.trusted?.() ?? true,
    clock,
    logger,
    publish: (_: string, payload: EventPayload) => void events.push(payload),
  } satisfies ProjectMachine;
  let open = await openProject(folder, machine);
  const context = { signal: new AbortController().signal } as never;
  const projectId = open.file.id as never;

  async function base(): Promise<string> {
    const [known] = await open.knowledge.bases.list();
    return known?.id ?? (await open.knowledge.bases.create('Notes')).id;
  }

  return {
    folder,
    notes,
    index,
    clock,
    logger,
    events,
    pins,
    base,
    failModels: (reason) => void (refused = reason),
    get open() {
      return open;
    },
    note: (name, text) => writeFileSync(join(notes, name), text),
    async ingest(stage = 'text') {
      const knowledgeId = (await base()) as never;
      const { job } = await open.handlers.knowledge.ingest({ projectId, knowledgeId, paths: [notes], stage }, context);
      return open.jobs.wait(job);
    },
    async search(question, limit = 10) {
      const found = await open.handlers.knowledge.search({ projectId, knowledgeId: (await base()) as never, question, limit }, context);
      return { files: found.results.map((result) => result.file), answerable: found.answerable, notes: found.notes ?? [] };
    },
    async documents() {
      const query = { projectId, knowledgeId: (await base()) as never, filter: '', sort: 'file' as const, descending: false, offset: 0, limit: 1000 };
      return (await open.handlers.knowledge.documents(query, context)).documents;
    },
    async reopen() {
      await open.close();
      open = await openProject(folder, machine);
    },
    close: () => open.close(),
  };
}
