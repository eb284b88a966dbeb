import type { HomeFacts, Project } from '#contract/projects.ts';
import { saySentences } from '../../client/problem.ts';
import { formatCount, formatThings } from '../../lib/formatCount.ts';
import { formatRelative } from '../../lib/formatTime.ts';
import type { Route } from '../../lib/route.ts';
import type { Meaning } from '../../ui/StateMark.tsx';

export interface LaneBox {
  readonly title: string;
  readonly figure: string;
  readonly detail: string;
  readonly meaning: Meaning;
  readonly word: string;
  readonly route: Route;
}

export interface Lane {
  readonly key: string;
  readonly name: string;
  readonly boxes: readonly LaneBox[];
}

export interface NextStep {
  readonly title: string;
  readonly sentence: string;
  readonly verb: string;
  /** `trust` asks for trust; `ingest` reads the sources that the base names; anything else opens a place. */
  readonly does: 'trust' | { readonly ingest: string } | Route;
}

/** What the lane needs of a conversation. */
export interface Asked {
  readonly knowledgeId: string;
  readonly answers: number;
  readonly updatedAtMs: number;
}

type Base = HomeFacts['knowledge'][number];
const STATES: Record<Base['state'], { meaning: Meaning; word: string }> = {
  empty: { meaning: 'empty', word: 'Empty' },
  ready: { meaning: 'good', word: 'Fresh' },
  running: { meaning: 'running', word: 'Running' },
  failed: { meaning: 'bad', word: 'Failed' },
  stale: { meaning: 'warning', word: 'Stale' },
};

/** The document lane of every knowledge base: documents → chunks → index → answers. */
export function prepareLanes(facts: HomeFacts, conversations: readonly Asked[], nowMs: number): Lane[] {
  return facts.knowledge.map((base) => ({
    key: base.id,
    name: base.name,
    boxes: [documentsBox(base), chunksBox(base), indexBox(base, nowMs), answersBox(base, conversations.filter(({ knowledgeId }) => knowledgeId === base.id), nowMs)],
  }));
}

function documentsBox(base: Base): LaneBox {
  const running = base.state === 'running';
  const failed = base.failed > 0 && !running;
  return {
    title: 'Documents',
    figure: formatCount(base.documents),
    detail: failed ? `${formatCount(base.failed)} failed, reasons listed` : running ? 'more are being read' : base.documents === 0 ? unread(base) : 'all read',
    ...(failed ? { meaning: 'warning' as const, word: 'Some failed' } : running ? STATES.running : base.documents === 0 ? STATES.empty : { meaning: 'good' as const, word: 'Read' }),
    route: failed ? { place: 'knowledge', knowledgeId: base.id, state: 'failed' } : { place: 'knowledge', knowledgeId: base.id },
  };
}

function unread({ sources, state }: Base): string {
  if (sources === 0) return 'none added yet';
  return state === 'failed' ? 'none could be read' : `${formatThings(sources, 'source')} not read yet`;
}

function chunksBox(base: Base): LaneBox {
  const perDocument = base.documents === 0 ? '' : `${formatCount(Math.round(base.chunks / base.documents))} per document`;
  return { title: 'Chunks', figure: formatCount(base.chunks), detail: base.chunks === 0 ? 'cut from documents' : perDocument, ...(base.chunks === 0 && base.state !== 'running' ? STATES.empty : STATES[base.state === 'failed' ? 'ready' : base.state]), route: { place: 'knowledge', knowledgeId: base.id } };
}

function indexBox(base: Base, nowMs: number): LaneBox {
  return {
    title: 'Index',
    figure: base.chunks === 0 ? 'not built' : 'text + vectors',
    detail: base.updatedAtMs === null ? 'built when documents are ingested' : `updated ${formatRelative(base.updatedAtMs, nowMs)}`,
    ...STATES[base.state],
    route: { place: 'knowledge', knowledgeId: base.id },
  };
}

function answersBox(base: Base, conversations: readonly Asked[], nowMs: number): LaneBox {
  const answers = conversations.reduce((sum, conversation) => sum + conversation.answers, 0);
  const last = Math.max(0, ...conversations.map(({ updatedAtMs }) => updatedAtMs));
  return {
    title: 'Answers',
    figure: formatCount(answers),
    detail: answers === 0 ? 'nothing asked yet' : `last ${formatRelative(last, nowMs)}`,
    ...(answers === 0 ? STATES.empty : { meaning: 'good' as const, word: 'Answered' }),
    route: { place: 'ask', knowledgeId: base.id },
  };
}

/** The one thing that makes most sense now. */
export function prepareNextStep(facts: HomeFacts, project: Project): NextStep {
  if (!project.trusted) {
    return { title: 'This project was made elsewhere', sentence: 'Nothing in it runs and no host in it is contacted until you trust it. Its files can be read at once.', verb: 'Trust this project', does: 'trust' };
  }
  const [first] = facts.knowledge;
  if (first === undefined) {
    return { title: 'Make a knowledge base', sentence: 'A knowledge base holds documents that you ask questions of. It stays on this machine.', verb: 'Create a knowledge base', does: { place: 'knowledge' } };
  }
  // Nothing could be read at all: its documents, if it has any, give no reason.
  const ended = facts.knowledge.find(({ failure, documents, failed, sources }) => failure !== null && documents === 0 && failed === 0 && sources > 0);
  if (ended !== undefined) {
    return { title: `${ended.name} could not be ingested`, sentence: sentencesOf(ended.failure), verb: 'Read again', does: { ingest: ended.id } };
  }
  const failed = facts.knowledge.find(({ state }) => state === 'failed');
  if (failed !== undefined) {
    return { title: `${failed.name} could not be finished`, sentence: `${formatThings(failed.failed, 'document')} failed. Each has its reason and what to do.`, verb: 'Show what failed', does: { place: 'knowledge', knowledgeId: failed.id, state: 'failed' } };
  }
  const reading = facts.knowledge.find(({ state }) => state === 'running');
  if (reading !== undefined && facts.knowledge.every(({ documents }) => documents === 0)) {
    return { title: `${reading.name} is being read`, sentence: 'The first documents can be asked within seconds, while the others are still being read.', verb: 'Show the progress', does: { place: 'knowledge', knowledgeId: reading.id } };
  }
  const empty = facts.knowledge.find(({ documents }) => documents === 0);
  if (empty !== undefined && empty.sources > 0 && facts.knowledge.every(({ documents }) => documents === 0)) {
    return { title: `${empty.name} has not been read yet`, sentence: `Its project file names ${formatThings(empty.sources, 'source')}. What is read stays on this machine; originals stay where they are.`, verb: `Ingest ${formatThings(empty.sources, 'source')}`, does: { ingest: empty.id } };
  }
  if (empty !== undefined && facts.knowledge.every(({ documents }) => documents === 0)) {
    return { title: `Add documents to ${empty.name}`, sentence: 'PDF with text, Office files, web pages, Markdown, mail, tables, archives and source code are read. Originals stay where they are.', verb: 'Add files or folders', does: { place: 'knowledge', knowledgeId: empty.id } };
  }
  const stale = facts.knowledge.find(({ state }) => state === 'stale');
  if (stale !== undefined) {
    return { title: `${stale.name} is behind its files`, sentence: `${stale.failure === null ? '' : `${sentencesOf(stale.failure)} `}Ingesting again reads only what changed.`, verb: 'Show it', does: { place: 'knowledge', knowledgeId: stale.id } };
  }
  const ready = facts.knowledge.find(({ documents, state }) => documents > 0 && state === 'ready') ?? facts.knowledge.find(({ documents }) => documents > 0) ?? first;
  const figures = `${formatThings(ready.documents, 'document')}, ${formatThings(ready.chunks, 'chunk')}`;
  const sentence = ready.state === 'running' ? `${ready.name} can be asked while it is being read: ${figures} so far.` : `${ready.name} is ready: ${figures}.`;
  return { title: 'Ask a question', sentence: `${sentence} Every sentence of an answer shows where it comes from.`, verb: 'Ask', does: { place: 'ask', knowledgeId: ready.id } };
}

/** The failure with what to do about it. */
function sentencesOf(failure: Base['failure']): string {
  if (failure === null) return 'The last ingestion ended early.';
  return saySentences(failure.message, failure.hint);
}
