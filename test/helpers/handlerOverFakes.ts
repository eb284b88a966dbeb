import { contract } from '#contract/router.ts';
import type { Handlers } from '#contract/handlers.ts';
import { AppError } from '../../src-main/base/appError.ts';
import { createLogger } from '../../src-main/base/logger.ts';
import { createEventStream, type EventStream } from '../../src-main/server/eventStream.ts';
import { createHandler, type Handle } from '../../src-main/server/handler.ts';
import type { AllHandlers } from '../../src-main/server/rpc.ts';
import { createSessions, type Sessions } from '../../src-main/server/sessions.ts';
import { createStaticFiles } from '../../src-main/server/staticFiles.ts';

export interface HandlerOverFakes {
  readonly handle: Handle;
  readonly events: EventStream;
  readonly sessions: Sessions;
  readonly token: string;
  readonly hosts: Set<string>;
  readonly origins: Set<string>;
  /** Names of the procedures that really ran. */
  readonly ran: string[];
  /** Original bytes by document id. */
  readonly sources: Map<string, Uint8Array<ArrayBuffer>>;
  /** How many originals were closed without being read. */
  closedSources: number;
  /** How many searches were told to stop. */
  stopped: number;
}

/** The real handler, guard, router and streams over capabilities that only note that they were called. */
export function createHandlerOverFakes(staticFolder: string): HandlerOverFakes {
  const token = 'owner-token-for-tests-0123456789';
  const events = createEventStream('epoch-a');
  const sessions = createSessions(token, () => performance.now());
  const made: Omit<HandlerOverFakes, 'handle'> = { events, sessions, token, hosts: new Set(), origins: new Set(), ran: [], sources: new Map(), closedSources: 0, stopped: 0 };

  const noting = (noun: string, name: string) => async (): Promise<never> => {
    made.ran.push(`${noun}.${name}`);
    throw new AppError('JOB_NOT_FOUND', `${noun}.${name} is not part of this test`);
  };
  const nouns = Object.entries(contract).map(([noun, procedures]) => [noun, Object.fromEntries(Object.keys(procedures).map((name) => [name, noting(noun, name)]))]);
  const handlers = Object.fromEntries(nouns) as unknown as { -readonly [Noun in keyof AllHandlers]: AllHandlers[Noun] };
  const system: Pick<Handlers<'system'>, 'log'> = { log: async ({ limit }) => [{ sequence: limit, atMs: 0, level: 'info', area: 'test', message: 'hello' }] };
  const projects: Pick<Handlers<'projects'>, 'schemas' | 'writeFile'> = {
    schemas: async () => ({ project: { type: 'object' } }),
    writeFile: async ({ text }) => ({ digest: String(text.length).padStart(64, '0') as never, problems: [] }),
  };
  const knowledge: Pick<Handlers<'knowledge'>, 'search'> = {
    // Works until it is told to stop, as a long search would.
    search: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        const stop = (): void => {
          made.stopped += 1;
          reject(signal.reason);
        };
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      }),
  };
  handlers.system = { ...handlers.system, ...system };
  handlers.projects = { ...handlers.projects, ...projects };
  handlers.knowledge = { ...handlers.knowledge, ...knowledge };

  const handle = createHandler({
    policy: { hosts: () => made.hosts, origins: () => made.origins, sessions },
    handlers,
    events,
    staticFiles: createStaticFiles(staticFolder),
    source: async (query) => {
      const bytes = made.sources.get(query.get('documentId') ?? '');
      if (bytes === undefined) throw new AppError('DOCUMENT_NOT_FOUND', 'There is no such document');
      return { size: bytes.length, type: 'application/octet-stream', read: (range) => new Blob([range === undefined ? bytes : bytes.slice(range.start, range.end + 1)]).stream(), close: async () => void (made.closedSources += 1) };
    },
    logger: createLogger(),
  });
  return Object.assign(made, { handle });
}
