import { CommanderError } from 'commander';
import { createProgram } from './createProgram.ts';
import { drainOutput } from './drainOutput.ts';
import { EXIT } from './terminal.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of our output is gone (`| head`): nothing more to say to it.
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
}
await drainOutput(process.stdout, process.stderr);
// Child processes, threads and sockets are closed by now; what is left open is a leak and must not keep the shell waiting.
process.exit();
