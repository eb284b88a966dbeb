import { access, constants, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { DoctorPart, DoctorSetting } from '#contract/system.ts';
import { formatBytes } from '../base/formatBytes.ts';
import { packageVersion } from '../base/packageVersion.ts';
import type { UserFolders } from '../base/paths.ts';
import { engineVersion } from '../storage/engine.ts';
import type { Machine } from './openMachine.ts';

const LITTLE_SPACE_BYTES = 1e9;

/** The folders of this user and the space on the disk that holds models. */
export async function folderParts(folders: UserFolders): Promise<DoctorPart[]> {
  return [await folderPart('data folder', folders.data), await folderPart('state folder', folders.state), await diskPart(folders.data)];
}

async function folderPart(name: string, folder: string): Promise<DoctorPart> {
  try {
    await access(folder, constants.R_OK | constants.W_OK);
    return { name, state: 'ok', detail: folder };
  } catch (error) {
    return { name, state: 'failed', detail: `${folder}: ${error instanceof Error ? error.message : String(error)}`, hint: 'Check that the folder exists and that you may write to it.' };
  }
}

async function diskPart(folder: string): Promise<DoctorPart> {
  const facts = await statfs(folder).catch(() => null);
  if (facts === null) return { name: 'disk', state: 'failed', detail: `the space at ${folder} cannot be told`, hint: 'Check that the folder exists and that you may read it.' };
  const free = facts.bavail * facts.bsize;
  const detail = `${formatBytes(free)} of ${formatBytes(facts.blocks * facts.bsize)} free at ${folder}`;
  return free < LITTLE_SPACE_BYTES ? { name: 'disk', state: 'warning', detail, hint: 'Free some space: less than 1 GB is left.' } : { name: 'disk', state: 'ok', detail };
}

export async function storageParts(machine: Machine, folders: UserFolders): Promise<DoctorPart[]> {
  const problems = await machine.userDatabase.check();
  const file = path.join(folders.data, 'user.db');
  const version = await machine.userDatabase.run(engineVersion, null);
  return [
    { name: 'sqlite', state: 'ok', detail: `${version}, better-sqlite3 ${(await packageVersion('better-sqlite3')) ?? 'unknown'}` },
    problems.length === 0
      ? { name: 'user database', state: 'ok', detail: file }
      : { name: 'user database', state: 'failed', detail: `${file}: ${problems.slice(0, 3).join('; ')}`, hint: 'Stop Lathe and move user.db aside; settings and the list of recent projects are made anew.' },
  ];
}

/** The starter models, and the model that answers would be written with. */
export async function modelParts(machine: Machine, answers: DoctorSetting): Promise<DoctorPart[]> {
  const { models } = await machine.models.handlers.list(undefined, { signal: new AbortController().signal });
  const starters = models
    .filter((model) => model.starter)
    .map((model): DoctorPart => {
      const ready = model.state === 'ready';
      const state = ready ? 'ok' : model.state === 'damaged' ? 'failed' : 'missing';
      return { name: `model ${model.slug}`, state, detail: `${model.state}, ${formatBytes(model.bytes)}`, ...(ready ? {} : { hint: `Get it with \`models get ${model.slug}\`.` }) };
    });
  return [...starters, answersPart(models, answers)];
}

function answersPart(models: readonly { slug: string; task: string; state: string }[], { value, by }: DoctorSetting): DoctorPart {
  const name = 'model for answers';
  const told = by === undefined ? '' : ` (from ${by})`;
  const texts = models.filter((model) => model.task === 'text');
  const model = models.find((each) => each.slug === value);
  const choose = `Change ${by ?? 'the setting'} to one of: ${texts.map((each) => each.slug).join(', ')}.`;
  if (model === undefined) return { name, state: 'failed', detail: `${value}${told} is no model of the catalogue and no local one`, hint: choose };
  if (model.task !== 'text') return { name, state: 'failed', detail: `${value}${told} is a model for ${model.task}, not for answers`, hint: choose };
  if (model.state === 'ready') return { name, state: 'ok', detail: `${value}${told}` };
  const broken = model.state === 'damaged' || model.state === 'missing';
  return { name, state: broken ? 'failed' : 'missing', detail: `${value}${told}: ${model.state}`, hint: `Get it with \`models get ${value}\`.` };
}
