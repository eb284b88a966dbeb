import { freemem, totalmem } from 'node:os';
import type { Handlers } from '#contract/handlers.ts';
import { DEFAULT_SETTINGS, UserSettings, type NetworkCall, type RuntimeFacts, type Status } from '#contract/system.ts';
import type { Logger } from '../base/logger.ts';
import type { Database } from '../storage/database.ts';
import { readSettings, writeSettings } from '../capabilities/projects/projectStore.ts';
import { browseFolder } from './browseFolder.ts';

export interface SystemParts {
  readonly version: string;
  readonly startedAtMs: number;
  readonly userDatabase: Database;
  readonly logger: Logger;
  newCode(): string;
  devices(): Promise<Pick<Status, 'devices' | 'deviceReason'>>;
  loadedModels(): readonly string[];
  runtimes(): readonly RuntimeFacts[];
  ledger(limit: number): Promise<NetworkCall[]>;
  network(): Promise<Status['network']>;
  recovered(): readonly string[];
  doctor: Handlers<'system'>['doctor'];
  onSettings(settings: UserSettings): void;
}

/** Reads the person's settings; a value that this version does not know is left as it is and not used. */
export async function loadSettings(database: Database): Promise<UserSettings> {
  const stored = await database.run(readSettings, undefined);
  const known = Object.fromEntries(Object.entries(stored).filter(([name]) => name in UserSettings.shape));
  const parsed = UserSettings.safeParse({ ...DEFAULT_SETTINGS, ...known });
  return parsed.success ? parsed.data : DEFAULT_SETTINGS;
}

export function createSystemHandlers(parts: SystemParts): Handlers<'system'> {
  return {
    newCode: async () => ({ code: parts.newCode() }),
    status: async () => ({
      version: parts.version,
      pid: process.pid,
      startedAtMs: parts.startedAtMs,
      memory: { totalBytes: totalmem(), freeBytes: freemem(), ownBytes: process.memoryUsage().rss },
      ...(await parts.devices()),
      loadedModels: [...parts.loadedModels()],
      runtimes: [...parts.runtimes()],
      network: await parts.network(),
      recovered: [...parts.recovered()],
    }),
    doctor: parts.doctor,
    ledger: ({ limit }) => parts.ledger(limit),
    log: async ({ limit }) => parts.logger.recent(limit),
    settings: () => loadSettings(parts.userDatabase),
    saveSettings: async (changes) => {
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      await parts.userDatabase.run(writeSettings, given);
      const settings = await loadSettings(parts.userDatabase);
      parts.onSettings(settings);
      return settings;
    },
    browse: ({ folder }) => browseFolder(folder),
  };
}
