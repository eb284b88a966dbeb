import type { Command } from 'commander';
import { EXIT, print, printJson, type GlobalOptions } from '../terminal.ts';
import { withOwner } from '../withProject.ts';

export function addDoctorCommand(program: Command, run: (work: () => Promise<number>) => Promise<void>): void {
  program
    .command('doctor')
    .description('look at every part that Lathe stands on')
    .action(() =>
      run(() => {
        const globals = program.opts<GlobalOptions>();
        return withOwner(async ({ client }) => {
          const doctor = await client.system.doctor();
          if (globals.json) printJson(doctor);
          else {
            for (const part of doctor.parts) print(`${part.state.padEnd(8)} ${part.name}: ${part.detail}${part.hint === undefined ? '' : `\n         → ${part.hint}`}`);
            print('');
            for (const setting of doctor.settings) print(`${setting.name} = ${setting.value} (${setting.from})`);
          }
          return doctor.ok ? EXIT.done : EXIT.failed;
        });
      }),
    );
}
