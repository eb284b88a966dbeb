import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** One GPU as its driver reports it at this moment. */
export interface GpuDevice {
  /** The driver's own numbering, from 0. */
  readonly index: number;
  readonly name: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly usedBytes: number;
  /** Version of the driver, where it tells. */
  readonly driver?: string;
}

export interface GpuReport {
  readonly devices: readonly GpuDevice[];
  /** Why a device, or all of them, are not listed; null when every device was read. */
  readonly reason: string | null;
}

/** What native/src/addon.cc exports. */
interface GpuAddon {
  readGpus(): Promise<{ devices: Omit<GpuDevice, 'driver'>[]; driver: string | null; reason: string | null }>;
}

/** Two levels up from here and from the bundle in dist/main alike. */
const ADDON_PATH = fileURLToPath(new URL('../../native/build/lathe_gpu.node', import.meta.url));

function isAddon(loaded: unknown): loaded is GpuAddon {
  return typeof loaded === 'object' && loaded !== null && 'readGpus' in loaded && typeof loaded.readGpus === 'function';
}

/**
 * Reads name and memory of every NVIDIA GPU through the addon in native/. Never rejects: without the addon, the
 * driver or a GPU the list is empty and `reason` says which. Takes up to a second on the thread pool when a card sleeps.
 */
export async function readGpus(addonPath = ADDON_PATH): Promise<GpuReport> {
  if (!existsSync(addonPath)) {
    return { devices: [], reason: 'GPU telemetry addon is not built: run npm run build:native' };
  }
  try {
    const addon: unknown = createRequire(import.meta.url)(addonPath);
    if (!isAddon(addon)) return { devices: [], reason: `The GPU telemetry addon at ${addonPath} is not Lathe's: run npm run build:native` };
    const { devices, driver, reason } = await addon.readGpus();
    return { devices: devices.map((device) => (driver === null ? device : { ...device, driver })), reason };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { devices: [], reason: `The GPU telemetry addon could not be loaded (run npm run build:native again): ${cause}` };
  }
}
