import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { OpenedWindow } from '#contract/commands.ts';
import type { Project } from '#contract/projects.ts';
import { attach, type Attached } from '../attach.ts';
import { ensureModels } from '../ensureModels.ts';
import { openBrowser } from '../openBrowser.ts';
import { productFolders } from '../productFolders.ts';
import { runElectron } from '../runElectron.ts';
import { EXIT, print, printJson, say, type GlobalOptions } from '../terminal.ts';
import { openFolder, projectFolder, withOwner } from '../withProject.ts';
import { hasErrorCode } from '../../base/appError.ts';

interface OpenOptions {
  readonly browser: boolean;
  readonly models: boolean;
  readonly port?: number;
  readonly origin?: string;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return port;
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.origin !== text.replace(/\/$/, '') || !/^https?:$/.test(url.protocol)) throw new InvalidArgumentError('Expected an origin such as http://localhost:8080.');
  return url.origin;
}

/** The models are wanted, not needed, to open a window: without a network the window says what is missing. */
async function fetchStarters(attached: Attached): Promise<void> {
  await ensureModels(attached, 'starters').catch((error: unknown) => {
    if (hasErrorCode(error, 'CANCELLED')) throw error;
    say(`The starter models are not complete: ${error instanceof Error ? error.message : String(error)}. Lathe opens without them; get them in Models.`);
  });
}

/** Stage one of the sample is built on its first opening: its manual can be asked about at once. */
async function fillSample({ client }: Attached, project: Project): Promise<void> {
  if (!project.sample) return;
  for (const base of await client.knowledge.list({ projectId: project.id })) {
    if (base.documents.total === 0 && base.sources.length > 0) await client.knowledge.ingest({ projectId: project.id, knowledgeId: base.id, paths: [] });
  }
}

async function linkFor(attached: Attached, project: Project, origin: string): Promise<string> {
  const { code } = await attached.client.system.newCode();
  return `${origin}/?project=${encodeURIComponent(project.id)}#code=${code}`;
}

async function showWindow(url: string, options: OpenOptions): Promise<void> {
  const reason = process.env['LATHE_ELECTRON_REASON'];
  if (reason !== undefined) say(`Lathe opens in the browser: ${reason}.`);
  print(url);
  if (options.browser && !(await openBrowser(url))) say('Open this link in a browser on this machine. It works once; `npm start -- open` prints a new one.');
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

async function open(globals: GlobalOptions, options: OpenOptions): Promise<number> {
  const electron = process.env['LATHE_ELECTRON'];
  if (electron !== undefined && options.browser && options.origin === undefined) {
    const folder = await projectFolder(globals);
    if (globals.trust === true) process.env['LATHE_TRUST'] = '1';
    // The desktop program is an owner of its own: what takes long is done, with progress, before its window opens.
    await withOwner((attached) => (options.models ? fetchStarters(attached) : Promise.resolve()));
    const code = await runElectron(path.resolve(electron), [productFolders().root, '--project', folder]);
    if (code !== null) return code;
    say('Lathe opens in the browser: Electron cannot run here (its own messages are above).');
  }
  const { port, origin } = options;
  const attached = await attach({ mode: 'window', say, ...(port === undefined ? {} : { port }), ...(origin === undefined ? {} : { origin }) });
  try {
    const project = await openFolder(attached, await projectFolder(globals), globals);
    if (options.models) await fetchStarters(attached);
    await fillSample(attached, project);
    const url = await linkFor(attached, project, origin ?? attached.origin);
    if (globals.json) printJson<OpenedWindow>({ url, project: project.id, folder: project.folder, pid: attached.here ? process.pid : null });
    else await showWindow(url, options);
    if (attached.here) {
      say('Lathe is running. Ctrl+C stops it.');
      await untilStopped();
      say('Stopping…');
    }
    return EXIT.done;
  } finally {
    await attached.close();
  }
}

export function addOpenCommand(program: Command, run: (work: () => Promise<number>) => Promise<void>): void {
  program
    .command('open', { isDefault: true })
    .description('open the window (without a command, this one runs)')
    .option('--no-browser', 'print the link and open nothing')
    .option('--no-models', 'do not fetch missing starter models first')
    .option('--port <n>', 'port of the browser host; 0 takes a free one', parsePort)
    .option('--origin <url>', 'the one other origin that the window is reached by (a forwarded port)', parseOrigin)
    // As the default command it is also given what is no command at all.
    .allowExcessArguments()
    .action((options: OpenOptions, { args }: Command) => {
      const [unknown] = args;
      if (unknown !== undefined) program.error(`error: ${unknown} is no command: there are ${program.commands.map((command) => command.name()).join(', ')}. A project folder is opened with --project ${unknown}.`);
      return run(() => open(program.opts<GlobalOptions>(), options));
    });
}
