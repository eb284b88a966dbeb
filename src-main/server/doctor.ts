import { access, constants, statfs } from 'node:fs/promises';
import path from 'node:path';
import { arch, cpus, freemem, platform, totalmem } from 'node:os';
import type { z } from 'zod';
import type { Doctor, DoctorPart } from '#contract/system.ts';
import type { Machine } from './openMachine.ts';
import type { MachineOptions } from './openMachine.ts';

type Part = z.infer<typeof DoctorPart>;

const formatSize = (bytes: number): string => (bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);

async function folderPart(name: string, folder: string): Promise<Part> {
  try {
    await access(folder, constants.R_OK | constants.W_OK);
    const facts = await statfs(folder);
    const free = facts.bavail * facts.bsize;
    const detail = `${folder}, ${formatSize(free)} free`;
    return free < 1e9 ? { name, state: 'warning', detail, hint: 'Free some space: less than 1 GB is left.' } : { name, state: 'ok', detail };
  } catch (error) {
    return { name, state: 'failed', detail: `${folder}: ${error instanceof Error ? error.message : String(error)}`, hint: 'Check that the folder exists and that you may write to it.' };
  }
}

async function modelParts(machine: Machine): Promise<Part[]> {
  const { models } = await machine.models.handlers.list(undefined as never, { signal: new AbortController().signal });
  return models
    .filter((model) => model.starter)
    .map((model): Part => {
      const ready = model.state === 'ready';
      const state = ready ? 'ok' : model.state === 'damaged' ? 'failed' : 'missing';
      return { name: `model ${model.slug}`, state, detail: `${model.state}, ${formatSize(model.bytes)}`, ...(ready ? {} : { hint: `Get it with \`models get ${model.slug}\`.` }) };
    });
}

async function devicePart(machine: Machine): Promise<Part> {
  const { devices, deviceReason } = await machine.devices();
  if (devices.length === 0) return { name: 'gpu', state: 'ok', detail: `none: ${deviceReason ?? 'no device was found'}` };
  return { name: 'gpu', state: 'ok', detail: devices.map((device) => `${device.name}, ${formatSize(device.freeBytes)} of ${formatSize(device.totalBytes)} free`).join('; ') };
}

/** Looks at every part that Lathe stands on; nothing is changed and nothing is fetched. */
export async function runDoctor(machine: Machine, options: Pick<MachineOptions, 'folders' | 'textModel'>): Promise<Doctor> {
  const problems = await machine.userDatabase.check();
  const settings = machine.settings();
  const parts: Part[] = [
    { name: 'lathe', state: 'ok', detail: `version ${machine.version}, Node ${process.versions.node}, ${platform()} ${arch()}` },
    { name: 'processor', state: 'ok', detail: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}` },
    { name: 'memory', state: 'ok', detail: `${formatSize(freemem())} of ${formatSize(totalmem())} free` },
    await devicePart(machine),
    await folderPart('data folder', options.folders.data),
    await folderPart('state folder', options.folders.state),
    problems.length === 0
      ? { name: 'user database', state: 'ok', detail: path.join(options.folders.data, 'user.db') }
      : { name: 'user database', state: 'failed', detail: problems.slice(0, 3).join('; '), hint: 'Move user.db aside; settings and the list of recent projects are made anew.' },
    ...(await modelParts(machine)),
    ...machine.runtimes().map((runtime): Part => ({ name: `runtime ${runtime.id}`, state: runtime.state === 'circuit-open' ? 'failed' : 'ok', detail: runtime.pid === null ? runtime.state : `${runtime.state}, network: ${runtime.network}` })),
    { name: 'window', state: 'ok', detail: process.env['LATHE_ELECTRON'] === undefined ? `browser: ${process.env['LATHE_ELECTRON_REASON'] ?? 'Electron was not looked for'}` : 'Electron' },
  ];
  const home = process.env['LATHE_HOME'];
  return {
    version: machine.version,
    ok: parts.every((part) => part.state !== 'failed'),
    parts,
    settings: [
      { name: 'home', value: home ?? path.dirname(options.folders.data), from: home === undefined ? 'default' : 'environment' },
      { name: 'data', value: options.folders.data, from: home === undefined ? 'default' : 'environment' },
      { name: 'state', value: options.folders.state, from: home === undefined ? 'default' : 'environment' },
      { name: 'textModel', value: options.textModel ?? settings.textModel ?? 'gemma-3-270m', from: options.textModel !== null ? 'environment' : settings.textModel !== null ? 'user' : 'default' },
      { name: 'theme', value: settings.theme, from: settings.theme === 'system' ? 'default' : 'user' },
      { name: 'offline', value: String(settings.offline), from: settings.offline ? 'user' : 'default' },
    ],
  };
}
