import { implement, ORPCError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/fetch';
import type { ErrorCode } from '#contract/errors.ts';
import type { EventPayload, StreamEvent } from '#contract/events.ts';
import type { Job } from '#contract/jobs.ts';
import type { KnowledgeDocument } from '#contract/knowledge.ts';
import { KnowledgeFile, ProjectFile } from '#contract/projects.ts';
import { contract, EVENTS_PATH, RPC_PREFIX, SESSION_PATH, SOURCE_PATH } from '#contract/router.ts';
import type { SavedQuestion } from '#contract/questions.ts';
import type { Snapshot } from '#contract/snapshots.ts';
import type { UserSettings } from '#contract/system.ts';
import { z } from 'zod';
import { DocumentId, Slug, SnapshotId } from '#contract/ids.ts';
import { CONVERSATION, digest, DOCUMENT_TEXT, jobId, KNOWLEDGE, makeAnswer, makeBase, makeConversation, makeDocument, makeJob, makeModels, makeSnapshot, NOW, PROJECT, SNAPSHOT, TEXT, uuid } from './fakeData.ts';
import { makeAutopsy, makeComparison, makeEvaluations, makeMap, makePreview, makeQuestion, makeReplay, makeSnapshots, makeTrace, makeTrial, makeUse, OTHER_SNAPSHOT } from './fakeKnowledge.ts';
import { makePdf } from './makePdf.ts';

export type Scenario = 'loaded' | 'empty' | 'large' | 'error' | 'slow';
export const FAKE_TOKEN = 'fake-token';
const EPOCH = 'fake-epoch';

/** An owner process in memory, typed by the contract. For tests and for looking at screens; never shipped. */
export interface FakeServer {
  handle(request: Request): Promise<Response>;
  emit(payload: EventPayload): void;
}

function refuse(code: ErrorCode, message: string, hint: string): never {
  throw new ORPCError(code, { message, data: { code, message, hint, requestId: 'fake-1' } });
}

export function createFakeServer(scenario: Scenario = 'loaded'): FakeServer {
  const count = { loaded: 340, empty: 0, large: 10_000, error: 0, slow: 20 }[scenario];
  let documents: KnowledgeDocument[] = Array.from({ length: count }, (_, index) => makeDocument(index));
  let undone: { id: string; restore: () => void; title: string; atMs: number; undoneAtMs: number | null }[] = [];
  let settings: UserSettings = { theme: 'system', textModel: null, offline: false, parseProcesses: null, sites: [] };
  let conversations = scenario === 'empty' ? [] : [makeConversation()];
  const answers = scenario === 'empty' ? [] : [makeAnswer(0, documents)];
  const jobs: Job[] = scenario === 'empty' ? [] : [makeJob(1), makeJob(2, { title: 'Get Gemma 3 270M Q4', kind: 'models.download', state: 'done', progress: null, endedAtMs: NOW - 60_000 })];
  const listeners = new Set<(events: StreamEvent[]) => void>();
  let sequence = 0;
  const models = makeModels();
  const text = { current: '# What Lathe reads from this folder\nversion: 1\nid: 01930001-0000-7000-8000-000000000001\nname: Fraud and manuals\nmodels:\n  text: gemma-3-270m\n' };

  const emit = (payload: EventPayload): void => {
    sequence += 1;
    for (const listener of listeners) listener([{ epoch: EPOCH, sequence, projectId: PROJECT, topic: payload.topic, payload }]);
  };
  let sources = ['/home/ada/manuals', 'https://docs.example.org/guide/', '/home/ada/lathe.git@v1.2'];
  const bases = () => (scenario === 'empty' ? [] : [makeBase(documents)].map((base) => ({ ...base, sources, stages: { ...base.stages, vectors: snapshots[0]?.vectors ?? base.stages.vectors }, job: jobs.find(({ state, kind }) => state === 'running' && kind === 'knowledge.ingest')?.id ?? null })));
  const tombstone = (title: string, restore: () => void): string => {
    const id = uuid(9, undone.length + 1);
    undone = [{ id, restore, title, atMs: Date.now(), undoneAtMs: null }, ...undone];
    return id;
  };
  const entry = ({ restore: _restore, ...rest }: (typeof undone)[number]) => ({ ...rest, purgeAtMs: rest.atMs + 30 * 86_400_000 });
  const stream = (answer: ReturnType<typeof makeAnswer>): void => {
    const words = answer.text.split(/(?<= )/);
    let at = 0;
    const step = (): void => {
      const word = words.shift();
      const known = answers.findIndex(({ id }) => id === answer.id);
      if (answers[known]?.state !== 'running') return;
      if (word === undefined) {
        answers[known] = answer;
        emit({ topic: 'answer.changed', answer });
        return;
      }
      emit({ topic: 'answer.text', answerId: answer.id, at, text: word });
      at += word.length;
      setTimeout(step, 25);
    };
    setTimeout(step, 150);
  };

  let snapshots = scenario === 'empty' ? [] : makeSnapshots(documents);
  let questions: SavedQuestion[] = scenario === 'empty' ? [] : Array.from({ length: scenario === 'large' ? 10_000 : 24 }, (_, index) => makeQuestion(index));
  /** A job that takes as long as one looks at it. */
  const work = (kind: string, title: string, result: Record<string, unknown>): Job['id'] => {
    const job = makeJob(100 + jobs.length, { kind, title, progress: { done: 9, total: 24, unit: 'steps', now: 'How is a swap undone?', rate: 12, leftMs: 1200 }, createdAtMs: Date.now() });
    jobs.unshift(job);
    emit({ topic: 'job.changed', job });
    setTimeout(() => {
      const ended: Job = { ...job, state: 'done', progress: null, result, endedAtMs: Date.now() };
      jobs[jobs.findIndex(({ id }) => id === job.id)] = ended;
      emit({ topic: 'job.changed', job: ended });
    }, 900);
    return job.id;
  };
  const pace = (id: string, state: 'paused' | 'running'): Snapshot => {
    snapshots = snapshots.map((snapshot) => (snapshot.id === id ? { ...snapshot, vectors: { ...snapshot.vectors, state } } : snapshot));
    emit({ topic: 'knowledge.changed', knowledgeId: KNOWLEDGE });
    return snapshots.find((snapshot) => snapshot.id === id) ?? makeSnapshot(documents);
  };
  const os = implement(contract);
  const project = { id: PROJECT, name: 'fraud-and-manuals', folder: '/home/ada/fraud-and-manuals', sample: true, trusted: true, textModel: null, branch: 'main*', troubles: [] };
  const failing = (): void => {
    if (scenario === 'error') refuse('STORAGE_FAILED', 'The project database /home/ada/fraud-and-manuals/.lathe/lathe.db could not be read (disk I/O error).', 'Check the disk, then start Lathe again. A copy from before the last upgrade is in .lathe/backups.');
  };
  const router = os.router({
    pipelines: {
      list: os.pipelines.list.handler(() => []),
      run: os.pipelines.run.handler(() => refuse('PIPELINE_NOT_FOUND', 'There is no pipelines/x.yaml in this project', 'Write one.')),
      get: os.pipelines.get.handler(() => refuse('PIPELINE_NOT_FOUND', 'There is no pipelines/x.yaml in this project', 'Write one.')),
      why: os.pipelines.why.handler(() => refuse('CELL_NOT_FOUND', 'No run has a cell of this name', 'Run the pipeline once.')),
    },
    system: {
      newCode: os.system.newCode.handler(() => ({ code: 'fake' })),
      status: os.system.status.handler(() => ({ version: '0.1.0', pid: 1, startedAtMs: NOW, memory: { totalBytes: 32e9, freeBytes: 22.8e9, ownBytes: 410e6 }, devices: [], deviceReason: 'No NVIDIA driver was found (libnvidia-ml.so.1 is missing).', loadedModels: ['gemma-3-270m'], runtimes: [{ id: 'index', state: 'ready', pid: 2, memoryBytes: 90e6, restarts: 0, network: 'none' }], network: { calls: 0, refused: 0, notObserved: 0 }, recovered: [] })),
      doctor: os.system.doctor.handler(() => ({ version: '0.1.0', ok: true, parts: [{ name: 'Node', state: 'ok', detail: '24.21.0' }, { name: 'GPU', state: 'missing', detail: 'No NVIDIA driver was found', hint: 'Everything works on the processor.' }], settings: [{ name: 'LATHE_HOME', value: '/home/ada/.local/share/lathe', from: 'default' }, { name: 'offline', value: 'false', from: 'user' }] })),
      ledger: os.system.ledger.handler(() => []),
      log: os.system.log.handler(() => Array.from({ length: 40 }, (_, index) => ({ sequence: index, atMs: NOW - (40 - index) * 900, level: index % 11 === 5 ? ('warn' as const) : ('info' as const), area: 'knowledge', message: `Read reference/page-${index}.html in ${index + 3} ms` }))),
      settings: os.system.settings.handler(() => settings),
      saveSettings: os.system.saveSettings.handler(({ input }) => (settings = { ...settings, ...JSON.parse(JSON.stringify(input)) })),
      browse: os.system.browse.handler(({ input }) => (input.folder === '/root' ? refuse('PATH_UNREADABLE', 'The folder /root cannot be read.', 'Choose a folder that your account may read.') : { folder: input.folder ?? '/home/ada', parent: '/home', entries: [{ name: 'manuals', path: '/home/ada/manuals', kind: 'folder', bytes: 0 }, { name: 'paper.pdf', path: '/home/ada/paper.pdf', kind: 'file', bytes: 123_456 }, { name: 'notes.md', path: '/home/ada/notes.md', kind: 'file', bytes: 1200 }] })),
    },
    projects: {
      recent: os.projects.recent.handler(() => [{ id: PROJECT, name: project.name, folder: project.folder, openedAtMs: NOW, exists: true }]),
      open: os.projects.open.handler(() => project),
      create: os.projects.create.handler(() => project),
      get: os.projects.get.handler(() => project),
      trust: os.projects.trust.handler(() => project),
      home: os.projects.home.handler(() => {
        failing();
        return { knowledge: bases().map((base) => ({ id: base.id, name: base.name, documents: base.documents.total, failed: base.documents.failed, chunks: base.chunks, state: base.job === null ? ('ready' as const) : ('running' as const), updatedAtMs: base.updatedAtMs, sources: base.sources.length, failure: null })), answers: answers.length, lastAnswer: answers.length === 0 ? null : { conversationId: CONVERSATION, question: makeAnswer(0, documents).question, atMs: NOW - 600_000 }, changes: scenario === 'empty' ? [] : [{ atMs: NOW - 300_000, title: 'Ingested 340 documents into Manuals' }, { atMs: NOW - 600_000, title: 'Asked: If I change the embedding model, what happens to the index?' }] };
      }),
      files: os.projects.files.handler(() => [{ path: 'lathe.yaml', kind: 'file', sizeBytes: 240 }, { path: 'knowledge/manuals.yaml', kind: 'file', sizeBytes: 310 }, { path: '.gitignore', kind: 'file', sizeBytes: 9 }]),
      readFile: os.projects.readFile.handler(({ input }) => ({ path: input.path, text: text.current, digest: digest(7), schema: input.path.startsWith('knowledge/') ? 'knowledge' : 'project' })),
      writeFile: os.projects.writeFile.handler(({ input }) => {
        text.current = input.text;
        return { digest: digest(7), problems: [] };
      }),
      schemas: os.projects.schemas.handler(() => ({ project: { ...z.toJSONSchema(ProjectFile) }, knowledge: { ...z.toJSONSchema(KnowledgeFile) } })),
      undoList: os.projects.undoList.handler(() => undone.map(entry)),
      undo: os.projects.undo.handler(({ input }) => {
        const found = undone.find(({ id, undoneAtMs }) => undoneAtMs === null && (input.id === undefined || input.id === id));
        if (found === undefined) return refuse('UNDO_NOT_POSSIBLE', 'Nothing is left to take back.', 'Deletions are kept for 30 days.');
        found.restore();
        found.undoneAtMs = Date.now();
        emit({ topic: 'undo.changed' });
        return entry(found);
      }),
      backup: os.projects.backup.handler(() => ({ name: 'lathe-2026-11-27.db', bytes: 1_200_000, madeAtMs: NOW })),
      purge: os.projects.purge.handler(() => {
        const entries = undone.length;
        undone = [];
        return { entries, freedBytes: entries * 1_200_000 };
      }),
    },
    jobs: {
      list: os.jobs.list.handler(() => jobs),
      get: os.jobs.get.handler(({ input }) => jobs.find(({ id }) => id === input.id) ?? refuse('JOB_NOT_FOUND', 'No such job.', 'Look at the list of jobs.')),
      cancel: os.jobs.cancel.handler(({ input }) => {
        const at = jobs.findIndex(({ id }) => id === input.id);
        const job = { ...makeJob(1), ...jobs[at], state: 'cancelled' as const, progress: null, endedAtMs: Date.now() };
        jobs[at] = job;
        const answer = answers.findIndex(({ state }) => state === 'running');
        if (job.kind === 'knowledge.answer' && answers[answer] !== undefined) {
          answers[answer] = { ...answers[answer], state: 'stopped' };
          emit({ topic: 'answer.changed', answer: answers[answer] });
        }
        emit({ topic: 'job.changed', job });
        return job;
      }),
    },
    models: {
      list: os.models.list.handler(() => ({ models, memoryBytes: 32e9, freeMemoryBytes: 22.8e9, freeDiskBytes: 180e9, folder: '/home/ada/.local/share/lathe/models' })),
      get: os.models.get.handler(({ input }) => {
        const model = models.find(({ slug }) => slug === input.slug) ?? refuse('MODEL_NOT_FOUND', `No model is called ${input.slug}.`, 'Choose one of the catalogue.');
        const job = makeJob(20, { kind: 'models.download', title: `Get ${model.name}`, progress: { done: 40e6, total: model.bytes, unit: 'bytes', now: model.name, rate: 8.1e6, leftMs: 22_000 } });
        jobs.unshift(job);
        Object.assign(model, { state: 'downloading', job: job.id });
        emit({ topic: 'job.changed', job });
        return { job: job.id, model };
      }),
      add: os.models.add.handler(({ input }) => refuse('MODEL_UNSUPPORTED', `${input.path} is neither GGUF nor ONNX.`, 'Choose a .gguf or .onnx file.')),
      remove: os.models.remove.handler(() => ({ freedBytes: 1 })),
      unload: os.models.unload.handler(() => ({})),
    },
    knowledge: {
      list: os.knowledge.list.handler(async () => {
        if (scenario === 'slow') await new Promise((resolve) => setTimeout(resolve, 60_000));
        failing();
        return bases();
      }),
      create: os.knowledge.create.handler(({ input }) => ({ ...makeBase([]), name: input.name, slug: Slug.parse('new') })),
      remove: os.knowledge.remove.handler(() => ({ undoId: tombstone('Removed Manuals', () => undefined) })),
      ingest: os.knowledge.ingest.handler(() => ({ job: jobId(1) })),
      addSource: os.knowledge.addSource.handler(({ input }) => {
        sources = [...sources, typeof input.source === 'string' ? input.source : 'site' in input.source ? input.source.site : 'git' in input.source ? `${input.source.git}@${input.source.commit}` : 'api' in input.source ? input.source.api : input.source.folder];
        emit({ topic: 'knowledge.changed', knowledgeId: KNOWLEDGE });
        return { job: jobId(1) };
      }),
      removeSource: os.knowledge.removeSource.handler(({ input }) => {
        sources = sources.filter((source) => source !== input.source);
        return { ...makeBase(documents), sources };
      }),
      documents: os.knowledge.documents.handler(({ input }) => {
        const found = documents.filter((document) => (input.state === undefined || document.state === input.state) && document.file.includes(input.filter) && (input.narrow?.format === undefined || (document.format !== null && input.narrow.format.includes(document.format))));
        const key = input.sort;
        const sorted = found.toSorted((a, b) => (input.descending ? -1 : 1) * (key === 'file' || key === 'state' ? a[key].localeCompare(b[key]) : (a[key] ?? 0) - (b[key] ?? 0)));
        return { total: found.length, documents: sorted.slice(input.offset, input.offset + input.limit) };
      }),
      document: os.knowledge.document.handler(({ input }) => {
        const document = documents.find(({ id }) => id === input.documentId) ?? refuse('DOCUMENT_NOT_FOUND', 'This document was removed.', 'Undo brings it back.');
        let start = 0;
        const page = document.format === 'pdf' ? 1 : undefined;
        const blocks = TEXT.map((part, index) => {
          const at = start;
          start += part.length + 2;
          const kind = index === 0 || index === 1 || index === 4 ? ('heading' as const) : index === 6 ? ('code' as const) : ('paragraph' as const);
          return { kind, start: at, end: at + part.length, ...(kind === 'heading' ? { level: index === 0 ? 1 : 2 } : {}), ...(page === undefined ? {} : { page, boxes: [{ page, x0: 72, y0: 72 + index * 60, x1: 520, y1: 110 + index * 60 }] }) };
        });
        const middle = TEXT.slice(0, 3).join('\n\n').length + 2;
        return { knowledgeId: KNOWLEDGE, document, parsedDigest: input.parsedDigest ?? digest(100_000), text: DOCUMENT_TEXT, blocks, pages: page === undefined ? null : [{ width: 595, height: 842, hasText: true }, { width: 595, height: 842, hasText: false }], chunks: [{ start: 0, end: middle, tokens: 88 }, { start: middle, end: DOCUMENT_TEXT.length, tokens: 64 }], source: 'same' as const };
      }),
      removeDocuments: os.knowledge.removeDocuments.handler(({ input }) => {
        const before = documents;
        documents = documents.filter(({ id }) => !input.documentIds.includes(DocumentId.parse(id)));
        const undoId = tombstone(`Removed ${input.documentIds.length} documents from Manuals`, () => (documents = before));
        emit({ topic: 'knowledge.changed', knowledgeId: KNOWLEDGE });
        emit({ topic: 'undo.changed' });
        return { undoId, removed: before.length - documents.length };
      }),
      search: os.knowledge.search.handler(() => ({ answerable: true, confidence: 0.8, results: makeAnswer(0, documents).passages, timingsMs: {} })),
      ask: os.knowledge.ask.handler(({ input }) => {
        const whole = { ...makeAnswer(answers.length + 1, documents), question: input.question, recorded: null };
        const running = { ...whole, state: 'running' as const, text: '', sentences: [], citations: [] };
        answers.push(running);
        if (conversations.length === 0) conversations = [makeConversation()];
        jobs.unshift(makeJob(30 + answers.length, { kind: 'knowledge.answer', title: input.question, progress: null }));
        stream(whole);
        return { answer: running, job: jobId(29 + answers.length + 1) };
      }),
      answer: os.knowledge.answer.handler(({ input }) => answers.find(({ id }) => id === input.answerId) ?? refuse('ANSWER_NOT_FOUND', 'No such answer.', 'Ask again.')),
      conversations: os.knowledge.conversations.handler(() => conversations),
      conversation: os.knowledge.conversation.handler(() => ({ conversation: conversations[0] ?? refuse('CONVERSATION_NOT_FOUND', 'This conversation was removed.', 'Undo brings it back.'), answers })),
      removeConversation: os.knowledge.removeConversation.handler(() => {
        const before = conversations;
        conversations = [];
        const undoId = tombstone('Removed a conversation', () => (conversations = before));
        emit({ topic: 'undo.changed' });
        emit({ topic: 'conversations.changed' });
        return { undoId };
      }),
      snapshots: os.knowledge.snapshots.handler(() => (failing(), snapshots)),
      newSnapshot: os.knowledge.newSnapshot.handler(({ input }) => {
        const job = work('knowledge.snapshot', 'Build another index for Manuals', {});
        const snapshot = { ...makeSnapshot(documents), id: SnapshotId.parse(uuid(2, 10 + snapshots.length)), state: 'building' as const, maxTokens: input.settings.maxTokens ?? 256, embedder: input.settings.embedder ?? 'all-minilm-l6-v2', chunks: 0, documents: 0, behind: documents.length, servedFromMs: null, job };
        snapshots = [...snapshots, snapshot];
        return { snapshot, job };
      }),
      swapSnapshot: os.knowledge.swapSnapshot.handler(({ input }) => {
        snapshots = snapshots.map((snapshot): Snapshot => (snapshot.id === input.snapshotId ? { ...snapshot, state: 'serving', behind: 0, servedFromMs: Date.now() } : snapshot.state === 'serving' ? { ...snapshot, state: 'former', servedUntilMs: Date.now() } : snapshot)).toSorted((a, b) => Number(b.state === 'serving') - Number(a.state === 'serving'));
        return { job: work('knowledge.swap', 'Let another index serve Manuals', {}) };
      }),
      undoSwap: os.knowledge.undoSwap.handler(() => ({ job: work('knowledge.swap', 'Let the former index serve Manuals', {}) })),
      purgeSnapshot: os.knowledge.purgeSnapshot.handler(({ input }) => {
        const freedBytes = snapshots.find(({ id }) => id === input.snapshotId)?.bytes ?? 0;
        snapshots = snapshots.filter(({ id }) => id !== input.snapshotId);
        return { freedBytes };
      }),
      pauseVectors: os.knowledge.pauseVectors.handler(({ input }) => pace(input.snapshotId, 'paused')),
      resumeVectors: os.knowledge.resumeVectors.handler(({ input }) => pace(input.snapshotId, 'running')),
      compareSnapshots: os.knowledge.compareSnapshots.handler(({ input }) => ({ job: work('knowledge.compare', 'Compare two indexes on 24 questions', { ...makeComparison(), before: input.before ?? SNAPSHOT, after: input.after ?? OTHER_SNAPSHOT }) })),
      questions: os.knowledge.questions.handler(() => (failing(), questions)),
      saveQuestion: os.knowledge.saveQuestion.handler(({ input }) => {
        const saved: SavedQuestion = { outcome: null, ...input.question, id: input.question.id ?? uuid(7, 900_000 + questions.length), found: input.question.expected.map(() => 'there' as const) };
        questions = questions.some(({ id }) => id === saved.id) ? questions.map((question) => (question.id === saved.id ? saved : question)) : [...questions, saved];
        return saved;
      }),
      saveQuestionOfAnswer: os.knowledge.saveQuestionOfAnswer.handler(({ input }) => {
        const answer = answers.find(({ id }) => id === input.answerId) ?? makeAnswer(0, documents);
        const saved: SavedQuestion = { id: uuid(7, 900_000 + questions.length), question: answer.question, expected: answer.feedback === 'wrong' ? [] : answer.citations.map(({ file, quote }) => ({ file, quote })), found: answer.citations.map(() => 'there' as const), outcome: null };
        questions = [...questions, saved];
        return saved;
      }),
      removeQuestions: os.knowledge.removeQuestions.handler(({ input }) => {
        const before = questions;
        questions = questions.filter(({ id }) => !input.ids.includes(id));
        return { undoId: tombstone(`Removed ${input.ids.length} saved questions`, () => (questions = before)), removed: before.length - questions.length };
      }),
      evaluate: os.knowledge.evaluate.handler(() => ({ job: work('knowledge.evaluate', `Run ${questions.length} saved questions of Manuals`, makeEvaluations(questions, 1)[0] ?? {}) })),
      evaluations: os.knowledge.evaluations.handler(() => (questions.length === 0 ? [] : makeEvaluations(questions))),
      questionsOfDocument: os.knowledge.questionsOfDocument.handler(() => []),
      why: os.knowledge.why.handler(() => (failing(), makeTrace(documents))),
      replay: os.knowledge.replay.handler(() => ({ job: work('knowledge.replay', 'Replay an answer', makeReplay()) })),
      documentUse: os.knowledge.documentUse.handler(({ input }) => makeUse(documents.find(({ id }) => id === input.documentId) ?? makeDocument(0))),
      similar: os.knowledge.similar.handler(() => documents.slice(1, 3).map(({ id, file }, index) => ({ documentId: id, file, likeness: index === 0 ? 1 : 0.86 }))),
      autopsy: os.knowledge.autopsy.handler(({ input }) => makeAutopsy(input.question, input.file)),
      tryFix: os.knowledge.tryFix.handler(() => ({ job: work('knowledge.try', 'Try a fix on 24 saved questions', makeTrial()) })),
      preview: os.knowledge.preview.handler(({ input }) => makePreview(input.path, input.member)),
      map: os.knowledge.map.handler(({ input }) => (failing(), makeMap(documents, input.most))),
      exportBase: os.knowledge.exportBase.handler(({ input }) => ({ job: work('knowledge.export', 'Write Manuals into one file', { file: input.to, bytes: 80e6, documents: 340, chunks: 11_268 }) })),
      importBase: os.knowledge.importBase.handler(({ input }) => ({ job: work('knowledge.import', 'Read a knowledge base', { knowledgeId: KNOWLEDGE, name: input.name ?? 'Manuals', documents: 3, chunks: 20, notes: [] }) })),
      feedback: os.knowledge.feedback.handler(({ input }) => {
        const at = answers.findIndex(({ id }) => id === input.answerId);
        const answer = { ...makeAnswer(0, documents), ...answers[at], feedback: input.feedback };
        answers[at] = answer;
        return answer;
      }),
    },
  });
  const rpc = new RPCHandler(router);
  const events = (): Response => {
    const encoder = new TextEncoder();
    let listener: ((events: StreamEvent[]) => void) | null = null;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        listener = (batch) => controller.enqueue(encoder.encode(`${JSON.stringify(batch)}\n`));
        listeners.add(listener);
        controller.enqueue(encoder.encode('[]\n'));
      },
      cancel() {
        if (listener !== null) listeners.delete(listener);
      },
    });
    return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } });
  };
  return {
    emit,
    async handle(request) {
      const { pathname } = new URL(request.url);
      if (pathname === SESSION_PATH) return Response.json({ token: FAKE_TOKEN });
      if (request.headers.get('authorization') !== `Bearer ${FAKE_TOKEN}`) return Response.json({ code: 'TOKEN_WRONG', message: 'The token is not known.' }, { status: 401 });
      if (pathname === EVENTS_PATH) return events();
      if (pathname === SOURCE_PATH) return new Response(makePdf(TEXT).slice(), { headers: { 'content-type': 'application/pdf' } });
      const { matched, response } = await rpc.handle(request, { prefix: RPC_PREFIX, context: {} });
      return matched ? response : new Response(null, { status: 404 });
    },
  };
}
