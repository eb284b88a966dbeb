import type { ProjectFile } from '#contract/projects.ts';
import type { Doctor, DoctorPart } from '#contract/system.ts';
import { toErrorBody } from '../base/appError.ts';
import { readProjectFile } from '../capabilities/projects/projectFolder.ts';
import { frontParts, machineParts } from './doctorMachine.ts';
import { programParts, runtimeParts } from './doctorPrograms.ts';
import { folderParts, modelParts, storageParts } from './doctorStorage.ts';
import { effectiveValues, valueOf } from './doctorValues.ts';
import type { Machine, MachineOptions } from './openMachine.ts';

export interface DoctorOptions extends Pick<MachineOptions, 'folders' | 'textModel'> {
  /** A project folder to look at; it is read, not opened. */
  readonly folder?: string | undefined;
}

/** Looks at every part that Lathe stands on. Starts and ends processes of its own; nothing is changed and nothing is fetched. */
export async function runDoctor(machine: Machine, options: DoctorOptions): Promise<Doctor> {
  const { file, part } = await lookAtProject(options.folder);
  const settings = effectiveValues({ settings: machine.settings(), folders: options.folders, textModel: options.textModel, file, parseProcesses: machine.parse.processes });
  const parts = (
    await Promise.all([
      machineParts(machine),
      folderParts(options.folders),
      storageParts(machine, options.folders),
      runtimeParts(machine),
      programParts(),
      modelParts(machine, valueOf(settings, 'textModel')),
      part,
      frontParts(),
    ])
  ).flat();
  return { version: machine.version, ok: parts.every((each) => each.state !== 'failed'), parts, settings };
}

async function lookAtProject(folder: string | undefined): Promise<{ file: ProjectFile | null; part: DoctorPart[] }> {
  if (folder === undefined) return { file: null, part: [] };
  try {
    const file = await readProjectFile(folder);
    return { file, part: [{ name: 'project', state: 'ok', detail: `${file.name} in ${folder}` }] };
  } catch (error) {
    const { code, message, hint } = toErrorBody(error);
    return { file: null, part: [{ name: 'project', state: 'failed', detail: `${code}: ${message}`, hint: hint ?? 'Mend lathe.yaml as said.' }] };
  }
}
