import { arch, cpus, freemem, platform, release, totalmem } from 'node:os';
import type { DoctorPart } from '#contract/system.ts';
import { formatBytes } from '../base/formatBytes.ts';
import { packageVersion } from '../base/packageVersion.ts';
import { systemOpener } from '../base/systemOpener.ts';
import type { Machine } from './openMachine.ts';

/** Less than this and the smallest model for answers does not load beside its index. */
const LITTLE_MEMORY_BYTES = 1e9;

/** What the machine itself offers. */
export async function machineParts(machine: Machine): Promise<DoctorPart[]> {
  const free = freemem();
  const memory = `${formatBytes(free)} of ${formatBytes(totalmem())} free`;
  return [
    { name: 'lathe', state: 'ok', detail: `version ${machine.version}` },
    { name: 'node', state: 'ok', detail: `${process.versions.node}, ${platform()} ${release()} ${arch()}` },
    { name: 'processor', state: 'ok', detail: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}` },
    free < LITTLE_MEMORY_BYTES ? { name: 'memory', state: 'warning', detail: memory, hint: 'Close other programs, or use a smaller model.' } : { name: 'memory', state: 'ok', detail: memory },
    await gpuPart(machine),
    logPart(machine),
  ];
}

async function gpuPart(machine: Machine): Promise<DoctorPart> {
  const { devices, deviceReason } = await machine.devices();
  // Lathe works without one: that there is none is a fact, not a failure.
  if (devices.length === 0) return { name: 'gpu', state: 'ok', detail: `none: ${deviceReason ?? 'no device was found'}` };
  return { name: 'gpu', state: 'ok', detail: devices.map((device) => `${device.name}, ${formatBytes(device.freeBytes)} of ${formatBytes(device.totalBytes)} free`).join('; ') };
}

function logPart(machine: Machine): DoctorPart {
  const lost = machine.logger.lostLines();
  if (lost === 0) return { name: 'log', state: 'ok', detail: 'every line of this process was written' };
  return { name: 'log', state: 'warning', detail: `${lost} lines could not be written; the newest are in the Log tab only`, hint: 'Free some space on the disk of the state folder.' };
}

/** How the window is shown. */
export async function frontParts(): Promise<DoctorPart[]> {
  const runtime = process.versions['electron'] === undefined ? process.env['LATHE_ELECTRON'] : process.execPath;
  const version = process.versions['electron'] ?? (await packageVersion('electron'));
  const reason = process.env['LATHE_ELECTRON_REASON'] ?? 'its runtime was not looked for: this command was not started by `npm start`';
  const opener = systemOpener();
  return [
    runtime === undefined ? { name: 'electron', state: 'missing', detail: reason, hint: 'The window opens in the browser instead.' } : { name: 'electron', state: 'ok', detail: `${version ?? 'unknown version'} at ${runtime}` },
    opener === null ? { name: 'browser', state: 'missing', detail: 'this session has no display to open one on', hint: 'Open the link that `open` prints in a browser.' } : { name: 'browser', state: 'ok', detail: `opened by ${opener[0]}` },
  ];
}
