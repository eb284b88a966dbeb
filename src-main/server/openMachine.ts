import path from 'node:path';
import type { EventPayload } from '#contract/events.ts';
import type { NetworkCall, RuntimeFacts, Status, UserSettings } from '#contract/system.ts';
import { systemClock, type Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { createSecrets } from '../base/secrets.ts';
import { createBroker } from '../base/network.ts';
import type { UserFolders } from '../base/paths.ts';
import type { DeepPort, ModelsPort } from '../capabilities/knowledge/knowledgePorts.ts';
import { createModels, type Models } from '../capabilities/models/models.ts';
import { createJobQueue, type JobQueue } from '../jobs/jobQueue.ts';
import { readGpus } from '../runtimes/gpuTelemetry.ts';
import { createDataRuntime } from '../runtimes/data/dataRuntime.ts';
import { createIndexRuntime } from '../runtimes/index/indexRuntime.ts';
import { createLlamaRuntime } from '../runtimes/llama/llamaRuntime.ts';
import { createOnnxRuntime } from '../runtimes/onnx/onnxRuntime.ts';
import { probeRuntime } from '../runtimes/probeRuntime.ts';
import { createParseRuntime, type StoppableParseRuntime } from '../runtimes/parse/parseRuntime.ts';
import type { RuntimeId } from '../runtimes/runtimeEntry.ts';
import { createSupervisor } from '../runtimes/supervisor/createSupervisor.ts';
import type { Launch } from '../runtimes/supervisor/launchChild.ts';
import type { DataRuntime, IndexRuntime, TextRuntime } from '../runtimes/types.ts';
import { openDatabase, type Database } from '../storage/database.ts';
import { closeAbandonedCalls, closeCall, countCalls, listCalls, openCall } from '../storage/ledger.ts';
import { makeFolder, OWN_FOLDER_HINT } from '../storage/makeFolder.ts';
import { databaseWorker } from './databaseWorkers.ts';
import { createFetchPorts } from '../capabilities/knowledge/sources/fetchSource.ts';
import type { FetchPorts } from '../capabilities/knowledge/sources/fetchedFiles.ts';
import { createDeepPort } from './deepPort.ts';
import { createRerankPort, type RerankPort } from './rerankPort.ts';
import { createModelsPort } from './modelsPort.ts';
import { loadSettings } from './systemHandlers.ts';

export interface MachineOptions {
  readonly version: string;
  readonly folders: UserFolders;
  readonly cataloguePath: string;
  readonly logger: Logger;
  /** LATHE_TEXT_MODEL; above the project's pin and the person's choice. */
  readonly textModel: string | null;
  readonly publish: (payload: EventPayload) => void;
  /** How children start; the packaged desktop program cannot run itself as Node. */
  readonly launch?: Launch;
}

/** What belongs to this machine and person, shared by all projects. */
export interface Machine {
  readonly version: string;
  readonly startedAtMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly userDatabase: Database;
  readonly jobs: JobQueue;
  readonly parse: StoppableParseRuntime;
  readonly index: IndexRuntime;
  readonly data: DataRuntime;
  readonly text: TextRuntime;
  readonly models: ModelsPort & Models;
  readonly deep: DeepPort;
  readonly rerank: RerankPort;
  readonly fetching: FetchPorts;
  settings(): UserSettings;
  applySettings(settings: UserSettings): void;
  devices(): Promise<Pick<Status, 'devices' | 'deviceReason'>>;
  loadedModels(): readonly string[];
  runtimes(): readonly RuntimeFacts[];
  /** Starts a process of the runtime, asks whether it is there, and ends it. */
  probe(id: RuntimeId): ReturnType<typeof probeRuntime>;
  ledger(limit: number): Promise<NetworkCall[]>;
  network(): Promise<Status['network']>;
  close(): Promise<void>;
}

/** Opens the machine's side: the person's database, the broker, the runtimes, the models. */
export async function openMachine(options: MachineOptions): Promise<Machine> {
  const { folders, logger, publish } = options;
  await makeFolder(path.join(folders.data, 'models'), { doing: 'making the folder of its models', hint: OWN_FOLDER_HINT, mode: 0o700 });
  const clock = systemClock;
  const startedAtMs = clock.now();
  const userDatabase = await openDatabase({
    file: path.join(folders.data, 'user.db'),
    worker: databaseWorker('user'),
    readers: 1,
    onWarning: (message) => logger.warn(message),
  });
  await userDatabase.run(closeAbandonedCalls, null);
  const afterSequence = (await userDatabase.run(listCalls, { limit: 1 }))[0]?.sequence ?? 0;
  let settings = await loadSettings(userDatabase);
  const broker = createBroker({
    record: createLedger(userDatabase, clock, publish),
    offline: () => settings.offline,
    allow: (origin) => settings.sites.some((site) => site.local && site.origin === origin),
    fetchable: (origin) => settings.sites.some((site) => site.origin === origin),
  });
  const supervisor = createSupervisor({ ...(options.launch ? { launch: options.launch } : {}), logger: logger.child('runtimes'), onChange: () => publish({ topic: 'runtimes.changed' }) });
  const text = createLlamaRuntime(supervisor);
  const models = createModels({
    database: userDatabase,
    folder: path.join(folders.data, 'models'),
    cataloguePath: options.cataloguePath,
    broker,
    clock,
    logger: logger.child('models'),
    publish: () => publish({ topic: 'models.changed' }),
    jobs: () => jobs,
    unload: (modelPath) => text.unload(modelPath),
    loaded: () => text.loaded(),
  });
  const jobs = createJobQueue({
    database: userDatabase,
    clock,
    publish: (job) => publish({ topic: 'job.changed', job }),
    kinds: [models.downloadJob],
    concurrency: { download: 2 },
    logger: logger.child('jobs'),
  });
  await jobs.recover();
  const onnx = createOnnxRuntime(supervisor);
  const modelsPort = createModelsPort(models, { fixed: options.textModel, preferred: () => settings.textModel });
  return {
    version: options.version,
    startedAtMs,
    clock,
    logger,
    userDatabase,
    jobs,
    parse: createParseRuntime(supervisor, settings.parseProcesses ?? undefined),
    index: createIndexRuntime(supervisor),
    data: createDataRuntime(supervisor),
    text,
    models: { ...models, ...modelsPort },
    fetching: createFetchPorts({ broker, clock, secrets: createSecrets({ env: process.env, folder: folders.config }) }),
    deep: createDeepPort(modelsPort, onnx),
    rerank: createRerankPort(modelsPort, onnx),
    settings: () => settings,
    applySettings: (next) => void (settings = next),
    devices: () => readDevices(),
    loadedModels: () => models.loadedSlugs(),
    runtimes: () => supervisor.facts(),
    probe: (id) => probeRuntime(supervisor, id),
    ledger: (limit) => userDatabase.run(listCalls, { limit }),
    network: async () => ({ ...(await userDatabase.run(countCalls, { afterSequence })), notObserved: supervisor.unobserved() + broker.proxied() }),
    async close() {
      await jobs.stop();
      await supervisor.stop();
      await userDatabase.close();
      logger.close();
    },
  };
}

async function readDevices(): Promise<Pick<Status, 'devices' | 'deviceReason'>> {
  const report = await readGpus();
  return { devices: report.devices.map(({ name, totalBytes, freeBytes }) => ({ name, totalBytes, freeBytes })), deviceReason: report.reason ?? null };
}

/** Every call is a row before its first byte, and a line in every window's ledger. */
function createLedger(database: Database, clock: Clock, publish: (payload: EventPayload) => void): Parameters<typeof createBroker>[0]['record'] {
  return {
    async open(call) {
      const row = await database.run(openCall, { ...call, atMs: clock.now(), outcome: 'open', reason: null });
      publish({ topic: 'network.call', call: row });
      return row.sequence;
    },
    async close(sequence, end) {
      const row = await database.run(closeCall, { sequence, ...end });
      if (row) publish({ topic: 'network.call', call: row });
    },
  };
}
