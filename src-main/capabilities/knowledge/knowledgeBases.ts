import path from 'node:path';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { DEFAULT_CHUNKER } from '#contract/document.ts';
import { DEFAULT_EMBEDDING_MODEL } from '#contract/models.ts';
import { Slug } from '#contract/ids.ts';
import type { FileTrouble, KnowledgeFile } from '#contract/projects.ts';
import type { KnowledgeSource } from '#contract/sources.ts';
import { AppError } from '../../base/appError.ts';
import { canonicalJson } from '../../base/canonicalJson.ts';
import { failpoint } from '../../base/failpoint.ts';
import { toPosix } from '../../base/paths.ts';
import { uuidv7 } from '../../base/uuid.ts';
import type { KnowledgeDeps, KnowledgeEntry, SettingsInFile } from './knowledgePorts.ts';
import { getBase, listBases, removeBase, retireBases, saveBase, type KnowledgeCounts, type KnowledgeListing, type RemovedBase } from './knowledgeStore.ts';
import type { KnowledgeRow } from './knowledgeTables.ts';
import type { VectorStages } from './snapshots/vectorStages.ts';
import { isRemote } from './sources/fetchRepository.ts';
import { shownSource } from './sources/fetchSource.ts';

type Deps = Pick<KnowledgeDeps, 'database' | 'files' | 'projectFolder' | 'clock' | 'publish' | 'logger'>;

/** A file name from any Unicode name: what can be spelt in a-z, 0-9 and hyphens, else `knowledge`. */
export function toSlug(name: string): string {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '');
  return Slug.safeParse(slug).success ? slug : 'knowledge';
}

function sum(counts: readonly KnowledgeCounts[], pick: (count: KnowledgeCounts) => number, state?: readonly string[]): number {
  return counts.filter((count) => !state || state.includes(count.state)).reduce((total, count) => total + pick(count), 0);
}

function toBase(row: KnowledgeRow, { counts: all, serving }: KnowledgeListing, work: WorkOnBases): Omit<KnowledgeBase, 'differs'> {
  const snapshot = serving.find(({ id }) => id === row.snapshot_id);
  const counts = all.filter((count) => count.knowledge_id === row.id);
  const documents = (state?: readonly string[]): number => sum(counts, (count) => count.documents, state);
  const queued = documents(['queued', 'parsing']);
  const ready = documents(['ready', 'alias']);
  const chunks = sum(counts, (count) => count.chunks ?? 0);
  return {
    id: row.id as KnowledgeBase['id'],
    slug: row.slug as KnowledgeBase['slug'],
    name: row.name,
    sources: JSON.parse(row.sources) as string[],
    documents: { total: documents() - documents(['expanded']), ready, failed: documents(['failed']), skipped: documents(['skipped']), queued },
    chunks,
    bytes: sum(counts, (count) => count.bytes ?? 0),
    stages: { text: { done: ready, total: ready + queued }, vectors: snapshot ? work.progress(snapshot, chunks) : { state: 'waiting', done: 0, total: chunks, rate: null, leftMs: null } },
    snapshotId: row.snapshot_id as KnowledgeBase['snapshotId'],
    job: work.ingesting(row.id) as KnowledgeBase['job'],
    updatedAtMs: row.updated_at_ms,
  };
}

/** What runs for a knowledge base now. */
export interface WorkOnBases {
  ingesting(knowledgeId: string): string | null;
  progress: VectorStages['progress'];
}

export interface KnowledgeBases {
  /** Brings the rows in line with the project's files (they may have been edited outside); answers in sentences what came back or went. */
  sync(): Promise<string[]>;
  /** What the last sync found wrong with the project's files. */
  troubles(): readonly FileTrouble[];
  list(): Promise<KnowledgeBase[]>;
  get(id: string): Promise<KnowledgeBase>;
  /** Its row alone, without counting its documents. */
  named(id: string): Promise<KnowledgeRow>;
  create(name: string): Promise<KnowledgeBase>;
  /**
   * Writes the project file of a base whose hidden rows are there, which makes it one like any other. `isFree` is asked for names of files
   * that none has. Rejects with KNOWLEDGE_EXISTS when the name was taken meanwhile.
   */
  adopt(base: AdoptedBase, isFree: (slug: string) => Promise<boolean>): Promise<KnowledgeBase>;
  /** Adds sources, their paths absolute, to the project file; answers all of them, with absolute paths. */
  addSources(id: string, sources: readonly KnowledgeSource[]): Promise<KnowledgeSource[]>;
  /** Takes a source, as it is shown, out of the project file; its documents go with the next ingestion. */
  removeSource(id: string, shown: string): Promise<KnowledgeBase>;
  settingsInFile(id: string): Promise<SettingsInFile>;
  /** Writes into the project file how the snapshot is made that serves now: in the words of `stood` where these mean it. */
  writeSettings(id: string, settings: { readonly maxTokens: number; readonly embedder: string }, stood?: SettingsInFile): Promise<void>;
  remove(id: string): Promise<{ undoId: string }>;
  /** Takes a removal back around the transaction that does it in the rows: the file comes first, so that a crash leaves no base without one. */
  putBack(removed: RemovedBase, commit: () => Promise<unknown[]>): Promise<unknown[]>;
}

const buildAnother = (options: string): string => `Build a new one beside it with \`knowledge snapshot new ${options}\` and let it serve when it is better`;

const fileOf = (slug: string): string => `knowledge/${slug}.yaml`;

/** Of files with one id, the one that its row came from is used, else the first by name; the others are named. */
function separateDoubles(entries: readonly KnowledgeEntry[], slugOf: ReadonlyMap<string, string>): { used: KnowledgeEntry[]; doubles: FileTrouble[] } {
  const winners = new Map<string, KnowledgeEntry>();
  for (const entry of entries) if (!winners.has(entry.file.id) || slugOf.get(entry.file.id) === entry.slug) winners.set(entry.file.id, entry);
  const doubles = entries.flatMap(({ slug, file }) => {
    const winner = winners.get(file.id);
    if (winner === undefined || winner.slug === slug) return [];
    return [{ file: fileOf(slug), message: `${fileOf(slug)} has the same id as ${fileOf(winner.slug)} (${file.id}), and only the latter is used. Give ${fileOf(slug)} an id of its own, or remove it` }];
  });
  return { used: [...winners.values()], doubles };
}

function settingsOf({ chunk, embedder }: SettingsInFile): SettingsInFile {
  return { ...(chunk === undefined ? {} : { chunk }), ...(embedder === undefined ? {} : { embedder }) };
}

export interface AdoptedBase {
  readonly id: string;
  readonly name: string;
  readonly maxTokens: number;
  /** Slug of the transformer embedder. */
  readonly embedder: string;
}

/** Throws KNOWLEDGE_EXISTS when a carried base cannot have this name. */
export function assertNameFree(bases: readonly Pick<KnowledgeBase, 'name'>[], name: string): void {
  if (bases.some((base) => base.name === name)) throw new AppError('KNOWLEDGE_EXISTS', `There is a knowledge base named ${name} already`, { hint: 'Import it under another name: `knowledge import FILE --name NAME`.', details: { name } });
}

/** Owns knowledge bases as definitions: the project file says what they are, the row carries their id for documents. */
export function createKnowledgeBases(deps: Deps, work: WorkOnBases): KnowledgeBases {
  const definition = ({ slug, file }: { slug: string; file: KnowledgeFile }) => ({
    id: file.id,
    slug,
    name: file.name,
    sources: file.sources.map(shownSource),
    maxTokens: file.chunk?.maxTokens ?? DEFAULT_CHUNKER.maxTokens,
    embedder: file.embedder ?? DEFAULT_EMBEDDING_MODEL,
    atMs: deps.clock.now(),
  });

  let last: Promise<unknown> = Promise.resolve();
  let troubles: readonly FileTrouble[] = [];
  /** By id: files that ask for another index than the one that serves. */
  let differences: ReadonlyMap<string, FileTrouble & { readonly nextStep: string }> = new Map();

  /** File and row change one after the other: nothing compares them in between. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  }

  async function noteDifferences(): Promise<void> {
    const { bases, serving } = await deps.database.run(listBases, undefined);
    const { entries } = await deps.files.list();
    differences = new Map(bases.flatMap((row): [string, FileTrouble & { nextStep: string }][] => {
      const snapshot = serving.find(({ id }) => id === row.snapshot_id);
      const entry = entries.find(({ file }) => file.id === row.id);
      if (!snapshot || !entry) return [];
      const asked = definition(entry);
      if (asked.maxTokens === snapshot.max_tokens && asked.embedder === snapshot.embedder) return [];
      const how = (settings: { maxTokens: number; embedder: string }): string => `chunks of up to ${settings.maxTokens} tokens and the embedder ${settings.embedder}`;
      const options = [asked.maxTokens === snapshot.max_tokens ? [] : ['--max-tokens', asked.maxTokens], asked.embedder === snapshot.embedder ? [] : ['--embedder', asked.embedder]].flat().join(' ');
      return [[row.id, { file: fileOf(entry.slug), nextStep: buildAnother(options), message: `${fileOf(entry.slug)} asks for ${how(asked)}, but the index of ${row.name} has ${how({ maxTokens: snapshot.max_tokens, embedder: snapshot.embedder })}` }]];
    }));
  }

  async function sync(): Promise<string[]> {
    const said: string[] = [];
    const { entries, troubles: unusable } = await deps.files.list();
    const { bases } = await deps.database.run(listBases, undefined);
    const { used, doubles } = separateDoubles(entries, new Map(bases.map((row) => [row.id, row.slug])));
    for (const entry of used) {
      const back = await deps.database.run(saveBase, definition(entry));
      if (back) said.push(`The knowledge base ${entry.file.name} was deleted, but knowledge/${entry.slug}.yaml is there: it is kept.`);
    }
    // A file that cannot be used now is no reason to take its knowledge base away.
    const gone = await deps.database.run(retireBases, { present: used.map((entry) => entry.file.id), unread: unusable.map(({ slug }) => slug), atMs: deps.clock.now() });
    for (const { name, slug } of gone) said.push(`The knowledge base ${name} is no longer listed, because knowledge/${slug}.yaml is gone; it comes back with the file.`);
    await noteDifferences();
    troubles = [...unusable.map(({ slug, message }) => ({ file: fileOf(slug), message })), ...doubles];
    for (const sentence of [...said, ...troubles.map(({ message }) => message)]) deps.logger.warn(sentence);
    return said;
  }

  async function list(): Promise<KnowledgeBase[]> {
    const listing = await deps.database.run(listBases, undefined);
    return listing.bases.map((row) => ({ ...toBase(row, listing, work), differs: differences.get(row.id)?.message ?? null }));
  }

  const notFound = (id: string): AppError => new AppError('KNOWLEDGE_NOT_FOUND', `There is no knowledge base with the id ${id} in this project`, { hint: 'List them with `knowledge status`.' });

  async function get(id: string): Promise<KnowledgeBase> {
    const found = (await list()).find((base) => base.id === id);
    if (!found) throw notFound(id);
    return found;
  }

  async function named(id: string): Promise<KnowledgeRow> {
    const row = await deps.database.run(getBase, id);
    if (!row) throw notFound(id);
    return row;
  }

  async function create(name: string): Promise<KnowledgeBase> {
    const bases = await list();
    if (bases.some((base) => base.name === name)) throw new AppError('KNOWLEDGE_EXISTS', `There is a knowledge base named ${name} already`, { hint: `Ingest into it with \`knowledge ingest PATH --knowledge ${name}\`.` });
    return add({ version: 1, id: uuidv7(), name, sources: [] }, bases, async () => true);
  }

  async function add(file: KnowledgeFile, bases: readonly KnowledgeBase[], isFree: (slug: string) => Promise<boolean>): Promise<KnowledgeBase> {
    const files = await deps.files.list();
    const taken = new Set([...bases, ...files.entries, ...files.troubles].map(({ slug }) => slug as string));
    const wanted = toSlug(file.name);
    let slug = wanted;
    for (let number = 2; taken.has(slug) || !(await isFree(slug)); number += 1) slug = `${wanted}-${number}`;
    await deps.files.write(slug, file);
    failpoint('import.after-file');
    await deps.database.run(saveBase, definition({ slug, file }));
    deps.publish({ topic: 'knowledge.changed', knowledgeId: file.id });
    return get(file.id);
  }

  async function adopt({ id, name, maxTokens, embedder }: AdoptedBase, isFree: (slug: string) => Promise<boolean>): Promise<KnowledgeBase> {
    const bases = await list();
    assertNameFree(bases, name);
    const chunk = maxTokens === DEFAULT_CHUNKER.maxTokens ? {} : { chunk: { maxTokens } };
    return add({ version: 1, id, name, sources: [], ...chunk, ...(embedder === DEFAULT_EMBEDDING_MODEL ? {} : { embedder: embedder as Slug }) }, bases, isFree);
  }

  /** Inside the project a source is written relative, so that the folder can move. */
  function spelling(absolute: string): string {
    const relative = path.relative(deps.projectFolder, absolute);
    return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? absolute : toPosix(relative);
  }

  /** With every path of it turned by `turn`. */
  function withPaths(source: KnowledgeSource, turn: (at: string) => string): KnowledgeSource {
    if (typeof source === 'string') return turn(source);
    if ('watch' in source) return { ...source, folder: turn(source.folder) };
    return 'git' in source && !isRemote(source.git) ? { ...source, git: turn(source.git) } : source;
  }

  async function entryOf(id: string): Promise<KnowledgeEntry> {
    const { slug } = await named(id);
    const { entries, troubles: unusable } = await deps.files.list();
    const trouble = unusable.find((candidate) => candidate.slug === slug);
    if (trouble) throw new AppError('PROJECT_FILE_INVALID', trouble.message, { hint: `Correct ${fileOf(slug)} and try again.` });
    const entry = entries.find((candidate) => candidate.slug === slug);
    if (!entry) throw new AppError('KNOWLEDGE_NOT_FOUND', `knowledge/${slug}.yaml is gone from the project folder`, { hint: 'Bring it back from git, or make the knowledge base again.' });
    return entry;
  }

  async function writeSources({ slug, file }: KnowledgeEntry, sources: KnowledgeSource[]): Promise<void> {
    const changed = { ...file, sources };
    await deps.files.write(slug, changed);
    await deps.database.run(saveBase, definition({ slug, file: changed }));
  }

  async function addSources(id: string, added: readonly KnowledgeSource[]): Promise<KnowledgeSource[]> {
    const entry = await entryOf(id);
    const known = new Set(entry.file.sources.map(canonicalJson));
    const fresh = added.map((source) => withPaths(source, spelling)).filter((source) => !known.has(canonicalJson(source)));
    const sources = [...entry.file.sources, ...fresh];
    if (fresh.length > 0) await writeSources(entry, sources);
    return sources.map((source) => withPaths(source, (at) => path.resolve(deps.projectFolder, at)));
  }

  async function removeSource(id: string, shown: string): Promise<KnowledgeBase> {
    const entry = await entryOf(id);
    const left = entry.file.sources.filter((source) => shownSource(source) !== shown);
    if (left.length === entry.file.sources.length) throw new AppError('INPUT_INVALID', `${shown} is no source of ${entry.file.name}`, { hint: 'Its sources are listed with `knowledge status --json`.' });
    await writeSources(entry, left);
    deps.publish({ topic: 'knowledge.changed', knowledgeId: id });
    return get(id);
  }

  async function fileNow(id: string): Promise<KnowledgeEntry | undefined> {
    const { slug } = await named(id);
    return (await deps.files.list()).entries.find((candidate) => candidate.slug === slug);
  }

  async function settingsInFile(id: string): Promise<SettingsInFile> {
    return settingsOf((await fileNow(id))?.file ?? {});
  }

  /** The file with its settings in the words of before; null where these mean something else than what serves. */
  function asItStood({ slug, file }: KnowledgeEntry, serving: { readonly maxTokens: number; readonly embedder: string }, stood: SettingsInFile | undefined): KnowledgeFile | null {
    if (stood === undefined) return null;
    const before: KnowledgeFile = { ...file };
    for (const setting of ['chunk', 'embedder'] as const) delete before[setting];
    Object.assign(before, stood);
    const { maxTokens, embedder } = definition({ slug, file: before });
    return maxTokens === serving.maxTokens && embedder === serving.embedder ? before : null;
  }

  async function writeSettings(id: string, { maxTokens, embedder }: { readonly maxTokens: number; readonly embedder: string }, stood?: SettingsInFile): Promise<void> {
    const entry = await fileNow(id);
    // A file that is gone or cannot be used now is not written over: that its settings differ is said when it can be read.
    if (!entry) return;
    const asked = definition(entry);
    if (asked.maxTokens === maxTokens && asked.embedder === embedder) return noteDifferences();
    const { slug } = entry;
    const file = asItStood(entry, { maxTokens, embedder }, stood) ?? { ...entry.file, chunk: { ...entry.file.chunk, maxTokens }, ...(asked.embedder === embedder ? {} : { embedder: embedder as Slug }) };
    await deps.files.write(slug, file);
    await deps.database.run(saveBase, definition({ slug, file }));
    await noteDifferences();
  }

  async function remove(id: string): Promise<{ undoId: string }> {
    const base = await get(id);
    const undoId = uuidv7();
    const fileDigest = await deps.files.keep(base.slug);
    // The journal before the file: a base whose file is gone and that nobody can bring back must never be.
    await deps.database.run(removeBase, { id, slug: base.slug, name: base.name, fileDigest, atMs: deps.clock.now(), undoId });
    failpoint('base.after-journal');
    await deps.files.remove(base.slug);
    deps.publish({ topic: 'knowledge.changed', knowledgeId: id });
    deps.publish({ topic: 'undo.changed' });
    return { undoId };
  }

  async function putBack({ id, slug, fileDigest }: RemovedBase, commit: () => Promise<unknown[]>): Promise<unknown[]> {
    const { entries } = await deps.files.list();
    const owner = entries.find((entry) => entry.slug === slug && entry.file.id !== id);
    if (owner) throw new AppError('UNDO_NOT_POSSIBLE', `knowledge/${slug}.yaml belongs to the knowledge base ${owner.file.name} now`, { hint: 'Delete or rename that one first.' });
    if (fileDigest !== null && !entries.some((entry) => entry.file.id === id)) await deps.files.restore(slug, fileDigest);
    failpoint('base.after-file-back');
    return commit();
  }

  return {
    sync: () => inTurn(sync),
    troubles: () => [...troubles, ...[...differences.values()].map(({ file, message, nextStep }) => ({ file, message: `${message}. ${nextStep}` }))],
    list,
    get,
    named,
    create: (name) => inTurn(() => create(name)),
    adopt: (base, isFree) => inTurn(() => adopt(base, isFree)),
    addSources: (id, sources) => inTurn(() => addSources(id, sources)),
    removeSource: (id, shown) => inTurn(() => removeSource(id, shown)),
    settingsInFile: (id) => inTurn(() => settingsInFile(id)),
    writeSettings: (id, settings, stood) => inTurn(() => writeSettings(id, settings, stood)),
    remove: (id) => inTurn(() => remove(id)),
    putBack: (removed, commit) => inTurn(() => putBack(removed, commit)),
  };
}
