import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { DoctorPart } from '#contract/system.ts';
import { toErrorBody } from '../base/appError.ts';
import { packageVersion } from '../base/packageVersion.ts';
import { RUNTIME_IDS } from '../runtimes/probeRuntime.ts';
import type { RuntimeId } from '../runtimes/runtimeEntry.ts';
import type { Machine } from './openMachine.ts';

const run = promisify(execFile);
const ANSWER_MS = 10_000;
const PYTHON = process.platform === 'win32' ? 'python' : 'python3';

/** What each runtime is for and which packages it loads; `fake` stands in for models in tests. */
const RUNTIMES: Readonly<Record<RuntimeId, { readonly does: string; readonly packages: readonly string[] }>> = {
  parse: { does: 'reads documents', packages: ['@hyzyla/pdfium'] },
  index: { does: 'holds the search index', packages: ['@lancedb/lancedb'] },
  llama: { does: 'writes answers', packages: ['node-llama-cpp'] },
  onnx: { does: 'computes embeddings', packages: ['onnxruntime-node'] },
  data: { does: 'reads tables and runs SQL', packages: ['@duckdb/node-api'] },
  fake: { does: 'stands in for models in tests', packages: [] },
};

/** Each runtime is really started, one after the other, so that a library that does not load here is named. */
export async function runtimeParts(machine: Machine): Promise<DoctorPart[]> {
  const parts: DoctorPart[] = [];
  for (const id of RUNTIME_IDS) parts.push(await runtimePart(machine, id));
  return [...parts, await packagePart('lancedb', '@lancedb/lancedb')];
}

async function runtimePart(machine: Machine, id: RuntimeId): Promise<DoctorPart> {
  const { does, packages } = RUNTIMES[id];
  const name = `runtime ${id}`;
  const versions = await Promise.all(packages.map(async (each) => `${each} ${(await packageVersion(each)) ?? 'not installed'}`));
  const open = machine.runtimes().some((facts) => facts.state === 'circuit-open' && (facts.id === id || facts.id.startsWith(`${id}-`) || facts.id.startsWith(`${id}:`)));
  if (open) return { name, state: 'failed', detail: `${does}; failed several times in a row and is not started for a minute`, hint: 'The Log tab has its last lines; try again in a minute.' };
  try {
    const { ms, network } = await machine.probe(id);
    const kept = network === 'none' ? 'has no network' : 'its network is not observed';
    return { name, state: 'ok', detail: [does, ...versions, `started in ${Math.round(ms)} ms`, kept].join(', ') };
  } catch (error) {
    const { message, hint } = toErrorBody(error);
    return { name, state: 'failed', detail: `${does}; ${message}`, hint: hint ?? 'Delete node_modules and run the command again; the log has what the process said.' };
  }
}

async function packagePart(name: string, of: string): Promise<DoctorPart> {
  const version = await packageVersion(of);
  return version === null ? { name, state: 'failed', detail: `the package ${of} is not installed`, hint: 'Delete node_modules and run the command again.' } : { name, state: 'ok', detail: version };
}

/** Programs of the system that Lathe uses where they are there; without them it does less, and says what. */
export function programParts(): Promise<DoctorPart[]> {
  return Promise.all([
    programPart({ name: 'python', command: [PYTHON, '--version'], without: 'models that come as Python packages cannot be fetched', hint: 'Install Python 3 with pip.' }),
    programPart({ name: 'pip', command: [PYTHON, '-m', 'pip', '--version'], without: 'models that come as Python packages cannot be fetched', hint: 'Install pip for your Python 3 (Debian and Ubuntu: sudo apt-get install -y python3-pip).' }),
    programPart({ name: 'git', command: ['git', '--version'], without: 'the branch of a project is not shown', hint: 'Install git.' }),
  ]);
}

async function programPart({ name, command, without, hint }: { name: string; command: readonly string[]; without: string; hint: string }): Promise<DoctorPart> {
  try {
    const { stdout, stderr } = await run(command[0] ?? '', command.slice(1), { timeout: ANSWER_MS, windowsHide: true });
    // `pip … from …` and the like: the version is enough.
    return { name, state: 'ok', detail: /\d+(\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] ?? 'version not told' };
  } catch {
    return { name, state: 'missing', detail: `${command.join(' ')} does not run: ${without}`, hint };
  }
}
