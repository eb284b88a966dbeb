import path from 'node:path';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Doctor, DoctorSetting } from '#contract/system.ts';
import { toErrorBody } from '../../base/appError.ts';
import { toAppError } from '../connect.ts';
import { productFolders } from '../productFolders.ts';
import { EXIT, print, printJson, type GlobalOptions } from '../terminal.ts';
import { chooseProject, withOwner, type ProjectChoice } from '../withProject.ts';

/** What only this command knows: its own options and variables, which may differ from those of the running Lathe. */
function ownValues(globals: GlobalOptions, project: ProjectChoice): DoctorSetting[] {
  const { folder, from, by } = project;
  const trust: Pick<DoctorSetting, 'from' | 'by'> = globals.trust === true ? { from: 'flag', by: '--trust' } : process.env['LATHE_TRUST'] === '1' ? { from: 'environment', by: 'LATHE_TRUST' } : { from: 'default' };
  return [
    { name: 'project', value: folder, from, by },
    { name: 'trust', value: trust.from === 'default' ? 'as remembered for each folder' : 'this project', ...trust },
  ];
}

async function examine(globals: GlobalOptions): Promise<Doctor> {
  const project = await chooseProject(globals);
  // The sample is made with its first use: before that there is nothing to look at.
  const looked = project.from !== 'default' || existsSync(path.join(project.folder, 'lathe.yaml')) ? { folder: project.folder } : {};
  const textModel = process.env['LATHE_TEXT_MODEL'];
  const report = await withOwner(({ client }) => client.system.doctor({ ...looked, ...(textModel === undefined ? {} : { textModel }) }));
  return { ...report, settings: [...ownValues(globals, project), ...report.settings] };
}

/** Lathe itself does not start: that is the one part there is to tell of. */
function notStarted(thrown: unknown): Doctor {
  const { code, message, hint } = toErrorBody(toAppError(thrown));
  return { version: productFolders().version, ok: false, parts: [{ name: 'lathe process', state: 'failed', detail: `${code}: ${message}`, hint: hint ?? 'The log in the state folder has its last words.' }], settings: [] };
}

function printHuman({ parts, settings }: Doctor): void {
  for (const part of parts) print(`${part.state.padEnd(8)} ${part.name}: ${part.detail}${part.hint === undefined ? '' : `\n         → ${part.hint}`}`);
  print('');
  for (const { name, value, from, by } of settings) print(`${name} = ${value} (${from}${by === undefined ? '' : `: ${by}`})`);
}

export function addDoctorCommand(program: Command, run: (work: () => Promise<number>) => Promise<void>): void {
  program
    .command('doctor')
    .description('look at every part that Lathe stands on')
    .action(() =>
      run(async () => {
        const globals = program.opts<GlobalOptions>();
        const report = await examine(globals).catch(notStarted);
        if (globals.json) printJson<Doctor>(report);
        else printHuman(report);
        return report.ok ? EXIT.done : EXIT.failed;
      }),
    );
}
