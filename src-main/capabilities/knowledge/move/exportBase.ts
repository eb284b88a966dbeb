import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Slug } from '#contract/ids.ts';
import type { StoredQuestion } from '#contract/questions.ts';
import { AppError } from '../../../base/appError.ts';
import { sha256 } from '../../../base/canonicalJson.ts';
import { uuidv7 } from '../../../base/uuid.ts';
import type { JobContext } from '../../../jobs/jobQueue.ts';
import type { KnowledgeBases } from '../knowledgeBases.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import type { IndexDoor, OpenedIndex } from '../openIndex.ts';
import { artifactMember, CARRIED_FORMAT, CARRIED_VERSION, MANIFEST, writeManifest, type ManifestFacts, type Member } from './manifest.ts';
import { stageExport, type StagedExport } from './stageExport.ts';
import { writeTar, type TarMember } from './tarFile.ts';

export interface ExportParams {
  readonly knowledgeId: string;
  /** Absolute. */
  readonly to: string;
}

type Deps = KnowledgeDeps & { readonly door: IndexDoor; readonly bases: KnowledgeBases };

function manifestOf(deps: Deps, { opened, staged, questions, name }: { opened: OpenedIndex; staged: StagedExport; questions: readonly StoredQuestion[]; name: string }, members: readonly Member[]): ManifestFacts {
  const { snapshot, embedder } = opened;
  const vectors = staged.vectors !== null && snapshot.embedder_digest !== null ? { digest: snapshot.embedder_digest as Member['sha256'], dimensions: staged.vectors.dimensions } : null;
  return {
    format: CARRIED_FORMAT,
    version: CARRIED_VERSION,
    lathe: deps.version,
    atMs: deps.clock.now(),
    base: { name, maxTokens: snapshot.max_tokens, embedder: snapshot.embedder as Slug },
    snapshot: { createdAtMs: snapshot.created_at_ms, paused: snapshot.paused === 1, vectors },
    models: { embedder: { slug: snapshot.embedder as Slug, digest: vectors?.digest ?? null }, static: { slug: embedder.staticSlug as Slug, digest: embedder.staticDigest as Member['sha256'] } },
    counts: { ...staged.counts, questions: questions.length },
    members: [...members],
  };
}

/** A file of the staging folder; what changed since it was hashed must not go out under that digest. */
async function* fromFile(file: string, { name, sha256: digest }: Member): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) {
    hash.update(piece as Buffer);
    yield piece as Buffer;
  }
  if (hash.digest('hex') !== digest) throw new AppError('STORAGE_FAILED', `${name} changed while it was written`, { hint: 'Export again.' });
}

/** Parsed forms as they lie in the store: read one at a time, checked by their digest. */
async function artifactMembers(deps: Deps, digests: ReadonlySet<string>): Promise<Member[]> {
  const members: Member[] = [];
  for (const digest of [...digests].sort()) members.push({ name: artifactMember(digest), bytes: await deps.artifacts.sizeOf(digest as never), sha256: digest as Member['sha256'] });
  return members;
}

async function* fromArtifact(deps: Deps, digest: string): AsyncGenerator<Uint8Array> {
  yield await deps.artifacts.get(digest as never);
}

/** The work of the job: one file that holds what the knowledge base answers from. Its result is what the command prints. */
export async function exportBase(deps: Deps, { knowledgeId, to }: ExportParams, ctx: JobContext): Promise<Record<string, unknown>> {
  const base = await deps.bases.named(knowledgeId);
  const folder = path.join(deps.scratchFolder, uuidv7());
  await mkdir(folder, { recursive: true });
  try {
    const opened = await deps.door.open(knowledgeId, ctx.signal, (now) => ctx.progress({ done: 0, total: null, unit: 'files', now }));
    const staged = await stageExport(deps, { opened, folder, ctx });
    const questions = await deps.questions.read(base.slug);
    const said = Buffer.from(JSON.stringify({ version: 1, questions }));
    await writeFile(path.join(folder, 'questions.json'), said);
    const files: Member[] = [...staged.members, { name: 'questions.json', bytes: said.length, sha256: sha256(said) }];
    const forms = await artifactMembers(deps, staged.artifacts);
    const manifest = Buffer.from(writeManifest(manifestOf(deps, { opened, staged, questions, name: base.name }, [...files, ...forms])));
    const members: TarMember[] = [
      { name: MANIFEST, bytes: manifest.length, content: async function* () { yield manifest; } },
      ...files.map((member) => ({ ...member, content: () => fromFile(path.join(folder, ...member.name.split('/')), member) })),
      ...forms.map((member) => ({ ...member, content: () => fromArtifact(deps, member.sha256) })),
    ];
    const total = members.reduce((sum, { bytes }) => sum + 512 + Math.ceil(bytes / 512) * 512, 1024);
    let done = 0;
    const onBytes = (bytes: number): void => ctx.progress({ done: (done += bytes), total: Math.max(total, done), unit: 'bytes', now: path.basename(to) });
    const bytes = await writeTar(to, members, { signal: ctx.signal, onBytes });
    return { knowledgeId, file: to, bytes, documents: staged.counts.documents, chunks: staged.counts.chunks };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
