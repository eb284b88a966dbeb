import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DEFAULT_CHUNKER } from '#contract/document.ts';
import { DEFAULT_EMBEDDING_MODEL } from '#contract/models.ts';
import type { ParsePreview, Preview } from '#contract/preview.ts';
import { AppError } from '../../../base/appError.ts';
import type { ExpandProblem } from '../../../runtimes/types.ts';
import { mayHoldDocuments, withExpanded, type Expanded } from '../ingest/expandContainer.ts';
import { scanSources, type ScannedFile } from '../ingest/scanSources.ts';
import { unreadReason } from '../ingest/unreadFormats.ts';
import type { KnowledgeBases } from '../knowledgeBases.ts';
import type { KnowledgeDeps } from '../knowledgePorts.ts';
import { servingSnapshot } from '../snapshots/snapshotStore.ts';
import type { SourceGate } from '../trustedSources.ts';

export interface PreviewInput {
  readonly knowledgeId: string;
  /** Absolute. */
  readonly path: string;
  /** A document inside the container that `path` is. */
  readonly member?: string | undefined;
}

export type PreviewDeps = Pick<KnowledgeDeps, 'database' | 'parse' | 'models' | 'deep' | 'scratchFolder'> & { readonly bases: Pick<KnowledgeBases, 'named'>; readonly gate: SourceGate };

/** Most names that a refusal of an unknown member lists. */
const NAMED_MEMBERS = 5;

/**
 * Reads a file as an ingestion into this knowledge base would, and keeps nothing of it. Rejects as ParseRuntime does, with
 * PROJECT_UNTRUSTED, INPUT_INVALID for what is no single file, and DOCUMENT_NOT_FOUND for a member that is not there.
 */
export async function previewFile(deps: PreviewDeps, input: PreviewInput, signal: AbortSignal): Promise<Preview> {
  const { name } = await deps.bases.named(input.knowledgeId);
  const scanned = await oneFile(input.path, signal);
  // The person named it just now; a way that a stranger's project laid is asked about first.
  await deps.gate.named([input.path]);
  await deps.gate.assertTrusted(name, [input.path]);
  const unread = unreadReason(scanned.file);
  if (unread !== null) throw unsupported(scanned.file, unread);
  const work = { ...deps, knowledgeId: input.knowledgeId };
  let preview: Preview | null = null;
  if (mayHoldDocuments(scanned.file)) {
    await withExpanded(deps, { container: scanned, signal }, async (expanded) => {
      preview = input.member === undefined ? describeContainer(scanned, expanded) : await previewDocument(work, memberOf(scanned, expanded, input.member), signal);
    });
  }
  if (preview !== null) return preview;
  if (input.member !== undefined) throw new AppError('INPUT_INVALID', `${scanned.file} holds no documents of its own, so it has no member ${input.member}`, { hint: 'Look at the file itself, without naming a member.' });
  return previewDocument(work, scanned, signal);
}

function unsupported(file: string, reason: string): AppError {
  return new AppError('DOCUMENT_UNSUPPORTED', `${file}: ${reason}`, { hint: 'An ingestion skips it with the same reason.' });
}

async function oneFile(named: string, signal: AbortSignal): Promise<ScannedFile> {
  if (!path.isAbsolute(named)) throw new AppError('INPUT_INVALID', `Expected an absolute path but got ${named}`, { hint: 'Name the whole path, from the root of the disk.' });
  const facts = await stat(named).catch(() => null);
  if (facts?.isDirectory()) throw new AppError('INPUT_INVALID', `${named} is a folder; a preview reads one file`, { hint: 'Name a file in it.' });
  const [file] = (await scanSources([named], signal)).files;
  if (!file) throw new AppError('INPUT_INVALID', `${named} is not a regular file`, { hint: 'Name a file with a document in it.' });
  return file;
}

async function previewDocument({ knowledgeId, ...deps }: PreviewDeps & { readonly knowledgeId: string }, { path: place, file }: ScannedFile, signal: AbortSignal): Promise<Preview> {
  const snapshot = await deps.database.run(servingSnapshot, knowledgeId);
  const embedder = snapshot?.embedder ?? DEFAULT_EMBEDDING_MODEL;
  const { tokenizerPath } = embedder === DEFAULT_EMBEDDING_MODEL ? await deps.models.embedder(signal) : await deps.deep.open(embedder, signal);
  const chunker = { ...DEFAULT_CHUNKER, maxTokens: snapshot?.max_tokens ?? DEFAULT_CHUNKER.maxTokens };
  const { document, chunks, sourceBytes } = await deps.parse.parse({ path: place, name: file, chunker, tokenizerPath }, { signal });
  const preview: ParsePreview = {
    file,
    format: document.format,
    title: document.title,
    bytes: sourceBytes,
    language: document.language ?? null,
    metadata: document.metadata,
    text: document.text,
    blocks: document.blocks,
    pages: document.pages ?? null,
    chunks: chunks.map(({ start, end, tokens }) => ({ start, end, tokens })),
    warnings: document.warnings,
    removed: document.removed,
  };
  return { kind: 'document', document: preview };
}

/** A member's name is the container's with the path inside below it. */
const nameInside = (container: ScannedFile, member: ScannedFile): string => member.file.slice(container.file.length + 1);

function describeContainer(container: ScannedFile, { result, members }: Expanded): Preview {
  const named = members.map((member) => ({ name: nameInside(container, member), bytes: member.bytes }));
  const unread = named.flatMap(({ name }): ExpandProblem[] => {
    const reason = unreadReason(name);
    return reason === null ? [] : [{ name, reason }];
  });
  return { kind: 'container', container: { file: container.file, kind: result.kind, bytes: container.bytes, members: named.filter(({ name }) => unreadReason(name) === null), problems: [...result.problems, ...unread] } };
}

function memberOf(container: ScannedFile, { members }: Expanded, wanted: string): ScannedFile {
  const member = members.find((candidate) => nameInside(container, candidate) === wanted);
  const unread = unreadReason(wanted);
  if (member && unread !== null) throw unsupported(member.file, unread);
  if (member) return member;
  const first = members.slice(0, NAMED_MEMBERS).map((candidate) => nameInside(container, candidate)).join(', ');
  throw new AppError('DOCUMENT_NOT_FOUND', `${container.file} holds no ${wanted}`, { hint: members.length === 0 ? 'It holds no documents.' : `It holds ${members.length}: ${first}${members.length > NAMED_MEMBERS ? ' …' : ''}` });
}
