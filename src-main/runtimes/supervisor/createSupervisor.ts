import type { RuntimeFacts } from '#contract/system.ts';
import { createCircuit } from './circuit.ts';
import type { RuntimeDefinition } from './defineRuntime.ts';
import type { SupervisorLog } from './generation.ts';
import { launchChild, type Launch } from './launchChild.ts';
import { createRuntimePool, type RuntimePool } from './runtimePool.ts';
import { createRuntimeProcess, type RuntimeProcess } from './runtimeProcess.ts';

export interface SupervisorOptions {
  readonly logger: SupervisorLog;
  /** How a child is started; a Node process with a pipe unless told otherwise. */
  readonly launch?: Launch;
  /** Some process changed its state: facts() is worth reading again. */
  readonly onChange?: () => void;
  readonly monotonicMs?: () => number;
}

/** Owns every child process of the runtimes. Does not know what they compute. */
export interface Supervisor {
  /** A process of its own; `name` tells several of one kind apart (a model's file name). */
  process(definition: RuntimeDefinition, name?: string): RuntimeProcess;
  /** `definition.poolSize` processes with one queue. */
  pool(definition: RuntimeDefinition): RuntimePool;
  /** Stops the process and forgets it: it no longer shows in facts. */
  release(process: RuntimeProcess): Promise<void>;
  facts(): RuntimeFacts[];
  /** How many processes were started with a network that nobody watched; their end takes none back: what they did stays unknown. */
  unobserved(): number;
  /** Ends all processes within two seconds each, side by side; later calls reject. */
  stop(): Promise<void>;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { logger, launch = launchChild, onChange = () => undefined, monotonicMs = () => performance.now() } = options;
  const processes: RuntimeProcess[] = [];
  let closing = false;
  let unobserved = 0;

  const counted: Launch = async (request, listener) => {
    const child = await launch(request, listener);
    if (child.network === 'not-observed') unobserved += 1;
    return child;
  };

  function create(definition: RuntimeDefinition, name: string, circuit = createCircuit(definition.id, monotonicMs)): RuntimeProcess {
    const process = createRuntimeProcess({ definition, name, circuit, log: logger, launch: counted, onChange, closing: () => closing });
    processes.push(process);
    return process;
  }

  return {
    process: (definition, name = definition.id) => create(definition, name),
    pool(definition) {
      const circuit = createCircuit(definition.id, monotonicMs);
      const size = definition.poolSize ?? 1;
      return createRuntimePool(Array.from({ length: size }, (_, index) => create(definition, `${definition.id}-${index + 1}`, circuit)));
    },
    async release(process) {
      const at = processes.indexOf(process);
      if (at >= 0) processes.splice(at, 1);
      await process.stop();
    },
    facts: () => processes.map((process) => process.facts()),
    unobserved: () => unobserved,
    async stop() {
      closing = true;
      await Promise.all(processes.map((process) => process.stop()));
    },
  };
}
