import { oc } from '@orpc/contract';
import { z } from 'zod';

export const NetworkCall = z.object({
  sequence: z.number().int(),
  atMs: z.number().int(),
  /** Which part of Lathe asked: `models`, `pip` … */
  by: z.string(),
  /** scheme://host:port only; never a path's secrets. */
  target: z.string(),
  outcome: z.enum(['open', 'done', 'failed', 'refused', 'cancelled']),
  sentBytes: z.number().int(),
  receivedBytes: z.number().int(),
  durationMs: z.number().nullable(),
  reason: z.string().nullable(),
});
export type NetworkCall = z.infer<typeof NetworkCall>;

export const LogLine = z.object({
  sequence: z.number().int(),
  atMs: z.number().int(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  area: z.string(),
  message: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

export const RuntimeFacts = z.object({
  id: z.string(),
  state: z.enum(['stopped', 'starting', 'ready', 'circuit-open']),
  pid: z.number().int().nullable(),
  memoryBytes: z.number().int().nullable(),
  restarts: z.number().int(),
  /** How its network is kept: an own network namespace, the broker as proxy, or not observed. */
  network: z.enum(['none', 'proxy', 'not-observed']),
});
export type RuntimeFacts = z.infer<typeof RuntimeFacts>;

export const Status = z.object({
  version: z.string(),
  pid: z.number().int(),
  startedAtMs: z.number().int(),
  memory: z.object({ totalBytes: z.number().int(), freeBytes: z.number().int(), ownBytes: z.number().int() }),
  devices: z.array(z.object({ name: z.string(), totalBytes: z.number().int(), freeBytes: z.number().int() })),
  deviceReason: z.string().nullable(),
  loadedModels: z.array(z.string()),
  runtimes: z.array(RuntimeFacts),
  /** Since this owner process started. `notObserved` counts processes that ran where nothing kept them off the network, ended ones too: above 0, no "0 outbound calls" can be claimed. */
  network: z.object({ calls: z.number().int(), refused: z.number().int(), notObserved: z.number().int() }),
  /** What the last start had to mend, in sentences. */
  recovered: z.array(z.string()),
});
export type Status = z.infer<typeof Status>;

export const DoctorPart = z.object({
  name: z.string(),
  state: z.enum(['ok', 'warning', 'missing', 'failed']),
  detail: z.string(),
  hint: z.string().optional(),
});
export type DoctorPart = z.infer<typeof DoctorPart>;
export const DoctorSetting = z.object({
  name: z.string(),
  value: z.string(),
  from: z.enum(['flag', 'environment', 'project', 'user', 'default']),
  /** The option, variable or file that says so. */
  by: z.string().optional(),
});
export type DoctorSetting = z.infer<typeof DoctorSetting>;
export const Doctor = z.object({
  version: z.string(),
  /** False when a part has failed. What is only missing (a GPU, a model that is fetched when needed) is no failure. */
  ok: z.boolean(),
  parts: z.array(DoctorPart),
  settings: z.array(DoctorSetting),
});
export type Doctor = z.infer<typeof Doctor>;

/** An exact origin that knowledge may be fetched from. Only the person allows one, never a project. */
export const AllowedSite = z.strictObject({
  origin: z.string().max(300).regex(/^https?:\/\/[^/?#@\s\\]+$/, 'a scheme and a host, such as https://example.org'),
  /** It may be on this machine or on a private network. */
  local: z.boolean(),
});
export type AllowedSite = z.infer<typeof AllowedSite>;

export const UserSettings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  textModel: z.string().nullable(),
  offline: z.boolean(),
  parseProcesses: z.number().int().min(1).max(16).nullable(),
  sites: z.array(AllowedSite).max(1_000),
});
export const DEFAULT_SETTINGS: z.infer<typeof UserSettings> = { theme: 'system', textModel: null, offline: false, parseProcesses: null, sites: [] };
export type UserSettings = z.infer<typeof UserSettings>;

export const system = {
  /** A one-time code for a new window's link; good once, for ten minutes. */
  newCode: oc.output(z.object({ code: z.string() })),
  status: oc.output(Status),
  /** Starts and ends a process of each runtime; changes nothing and fetches nothing. `folder` is a project to look at, which is not opened. */
  doctor: oc
    .input(z.object({ folder: z.string().optional(), /** LATHE_TEXT_MODEL of the caller; may differ from the owner's. */ textModel: z.string().optional() }).optional())
    .output(Doctor),
  ledger: oc.input(z.object({ limit: z.number().int().min(1).max(1000).default(200) })).output(z.array(NetworkCall)),
  log: oc.input(z.object({ limit: z.number().int().min(1).max(2000).default(500) })).output(z.array(LogLine)),
  settings: oc.output(UserSettings),
  saveSettings: oc.input(UserSettings.partial()).output(UserSettings),
  /** Lists a folder on the machine for the browser's stand-in of the native file dialog. Names only, never contents. */
  browse: oc
    .input(z.object({ folder: z.string().optional() }))
    .output(z.object({ folder: z.string(), parent: z.string().nullable(), entries: z.array(z.object({ name: z.string(), path: z.string(), kind: z.enum(['file', 'folder']), bytes: z.number().int() })) })),
};
