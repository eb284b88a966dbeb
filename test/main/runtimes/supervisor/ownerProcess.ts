import { runtimeEntry } from '../../../../src-main/runtimes/runtimeEntry.ts';
import { createSupervisor } from '../../../../src-main/runtimes/supervisor/createSupervisor.ts';
import { defineRuntime } from '../../../../src-main/runtimes/supervisor/defineRuntime.ts';

// An owner to be killed: starts one child, says its pid, and waits.
const quiet = (): void => undefined;
const supervisor = createSupervisor({ logger: { debug: quiet, info: quiet, warn: quiet, error: quiet } });
const child = supervisor.process(defineRuntime({ id: 'fake', entry: runtimeEntry('fake'), cancellation: 'cooperative', startTimeoutMs: 20_000, idleStopMs: 0 }));
const pid = await child.call('pid', null);
if (process.argv[2] === 'hanging') child.call('hang', null).catch(quiet);
setTimeout(() => process.stdout.write(`${String(pid)}\n`), 300);
setInterval(quiet, 60_000);
