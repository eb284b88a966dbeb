import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProjectId } from '#contract/ids.ts';
import { connect, type Connection } from '../../src-main/cli/connect.ts';
import { COMPILED } from '../helpers/latheHome.ts';
import { STARTER_FOLDER, starterModel } from '../helpers/starterModels.ts';
import { makePdf } from '../renderer/makePdf.ts';

/** `npm test` names the bundle that it just built, which starts four times sooner than the source. */
const CLI = process.env['LATHE_TEST_CLI'] ?? fileURLToPath(new URL('../../src-main/cli/main.ts', import.meta.url));

/** A real owner with its browser host, and a project to look at. */
export interface Host {
  readonly client: Connection['client'];
  readonly projectId: ProjectId;
  readonly project: string;
  readonly documents: string;
  /** A one-time link to the window. */
  link(): Promise<string>;
  /** Starts an ingestion into the named knowledge base, made when it is not there; waits for its end unless told not to. */
  ingest(name: string, paths: readonly string[], options?: { readonly wait?: boolean }): Promise<string>;
}

const TEXTS: Readonly<Record<string, string>> = {
  'snapshots.md': '# Snapshots\n\n## Changing the embedder\n\nA change of the embedding model builds a second snapshot beside the one in use. Searches go to the old snapshot until you swap.\n\n## Undo\n\nA swap can be undone as long as the old snapshot exists. Purging the old snapshot frees its disk space.\n',
  'logging.html': '<!doctype html><html lang="en"><head><title>Logging</title></head><body><h1>Logging</h1><h2 id="rotation">Rotation</h2><p>The rotating log handler keeps seven files of five megabytes each. Older files are deleted without asking.</p><h2>Levels</h2><p>The default level of the log is warning.</p></body></html>',
  'notes.txt': 'The gearbox of the lathe needs forty millilitres of oil every two hundred hours.\n\nThe chuck key hangs beside the door.\n',
  'broken.pdf': '%PDF-1.7\nthe rest of this file was lost',
};
const PDF = ['Coolant', 'The coolant tank of the milling machine holds nineteen litres and must be emptied every ninety days.', 'Only emulsion of type E4 may be filled into the coolant tank.'];

/** Why the specs that need real embedders cannot run here; null when they can. */
export async function missingModels(): Promise<string | null> {
  for (const slug of ['all-minilm-l6-v2', 'wordllama-l2-supercat-256', 'smollm2-135m']) {
    const model = await starterModel(slug);
    if ('reason' in model) return model.reason;
  }
  return null;
}

/** Writes a small folder with every format, one file of which is broken on purpose. */
export async function writeDocuments(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(TEXTS)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'coolant.pdf'), makePdf(PDF));
  return folder;
}

function runCli(home: string, args: readonly string[]): ChildProcess {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, LATHE_HOME: home, INIT_CWD: home, LATHE_TEXT_MODEL: 'smollm2-135m', ...COMPILED };
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...args], { env, cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** First line of a command's stdout; throws with its stderr when it ends without one. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    child.stderr?.on('data', (piece: Buffer) => (err += piece.toString()));
    child.stdout?.on('data', (piece: Buffer) => {
      out += piece.toString();
      if (out.includes('\n')) resolve(out.slice(0, out.indexOf('\n')));
    });
    child.once('close', (code) => reject(new Error(`The command ended with ${code ?? 'a signal'}: ${err}`)));
  });
}

async function makeHome(folder: string): Promise<string> {
  const home = join(folder, 'home');
  await mkdir(join(home, 'data'), { recursive: true });
  await mkdir(STARTER_FOLDER, { recursive: true });
  await symlink(STARTER_FOLDER, join(home, 'data', 'models'));
  return home;
}

export async function startHost(folder: string): Promise<Host & { close(): Promise<void> }> {
  const home = await makeHome(folder);
  const project = join(folder, 'project');
  const created = runCli(home, ['project', 'new', project]);
  await new Promise((resolve) => created.once('close', resolve));
  const documents = await writeDocuments(join(folder, 'documents'));
  const child = runCli(home, ['open', '--project', project, '--no-browser', '--no-models', '--json']);
  const { url, project: id }: { url: string; project: string } = JSON.parse(await firstLine(child));
  const { endpoint }: { endpoint: { token: string } } = JSON.parse(await readFile(join(home, 'state', 'owner.lock.json'), 'utf8'));
  const { client } = connect({ origin: new URL(url).origin, token: endpoint.token, send: (request) => fetch(request) });
  const projectId = ProjectId.parse(id);
  let first: string | null = url;
  return {
    client,
    projectId,
    project,
    documents,
    async link() {
      const unused = first;
      first = null;
      return unused ?? `${new URL(url).origin}/?project=${id}#code=${(await client.system.newCode()).code}`;
    },
    async ingest(name, paths, { wait = true } = {}) {
      const known = (await client.knowledge.list({ projectId })).find((base) => base.name === name);
      const base = known ?? (await client.knowledge.create({ projectId, name }));
      const { job } = await client.knowledge.ingest({ projectId, knowledgeId: base.id, paths: [...paths], stage: 'text' });
      while (wait) {
        const { endedAtMs, state, error } = await client.jobs.get({ id: job });
        if (endedAtMs === null) await new Promise((resolve) => setTimeout(resolve, 50));
        else if (state === 'done') break;
        else throw new Error(`The ingestion ended as ${state}: ${error?.message ?? ''}`);
      }
      return base.id;
    },
    async close() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
