/** The one table of who may import whom; `importRules.test.ts` checks it over every module. */
export interface FolderRule {
  /** Other folders (or single files) that modules of this folder may import, as prefixes of project paths. */
  readonly mayImport: readonly string[];
  /** Packages allowed beside Node's own modules; `any` leaves packages to OWNED_PACKAGES. */
  readonly packages: readonly string[] | 'any';
  /** Whether `node:` modules may be used. */
  readonly node: boolean;
}

const BELOW_CAPABILITIES = ['src-main/jobs', 'src-main/storage', 'src-main/runtimes', 'src-main/base', 'src-main/contract'];
const BELOW_FRONTS = ['src-main/server', 'src-main/capabilities', ...BELOW_CAPABILITIES];
const CHILD_PORTS = ['src-main/runtimes/wire.ts', 'src-main/runtimes/framePipe.ts', 'src-main/runtimes/serveChild.ts', 'src-main/runtimes/types.ts', 'src-main/base', 'src-main/contract'];

/** Longest matching folder wins. A folder always may import itself, except where NEVER_SIBLING says so. */
export const FOLDERS: Readonly<Record<string, FolderRule>> = {
  'src-main/contract': { mayImport: [], packages: ['zod', '@orpc/contract'], node: false },
  'src-main/base': { mayImport: ['src-main/contract'], packages: 'any', node: true },
  'src-main/storage': { mayImport: ['src-main/base', 'src-main/contract'], packages: 'any', node: true },
  'src-main/runtimes': { mayImport: ['src-main/base', 'src-main/contract'], packages: 'any', node: true },
  'src-main/runtimes/data/child': { mayImport: CHILD_PORTS, packages: 'any', node: true },
  'src-main/runtimes/fake/child': { mayImport: CHILD_PORTS, packages: 'any', node: true },
  'src-main/runtimes/index/child': { mayImport: CHILD_PORTS, packages: 'any', node: true },
  'src-main/runtimes/llama/child': { mayImport: CHILD_PORTS, packages: 'any', node: true },
  'src-main/runtimes/onnx/child': { mayImport: CHILD_PORTS, packages: 'any', node: true },
  'src-main/runtimes/parse/child': { mayImport: CHILD_PORTS, packages: 'any', node: true },
  'src-main/jobs': { mayImport: ['src-main/storage', 'src-main/runtimes', 'src-main/base', 'src-main/contract'], packages: 'any', node: true },
  'src-main/capabilities': { mayImport: BELOW_CAPABILITIES, packages: 'any', node: true },
  'src-main/server': { mayImport: ['src-main/capabilities', ...BELOW_CAPABILITIES], packages: 'any', node: true },
  'src-main/host': { mayImport: BELOW_FRONTS, packages: 'any', node: true },
  // The window attaches to an owner exactly as a command does.
  'src-main/app': { mayImport: ['src-main/cli/attach.ts', 'src-main/host', ...BELOW_FRONTS], packages: 'any', node: true },
  'src-main/cli': { mayImport: ['src-main/host', ...BELOW_FRONTS], packages: 'any', node: true },
  'src-main/cli/bootstrap': { mayImport: [], packages: [], node: true },
  'src-renderer/lib': { mayImport: [], packages: 'any', node: false },
  'src-renderer/ui': { mayImport: ['src-renderer/lib'], packages: 'any', node: false },
  'src-renderer/client': { mayImport: ['src-renderer/lib', 'src-main/contract'], packages: 'any', node: false },
  'src-renderer/features': { mayImport: ['src-renderer/client', 'src-renderer/ui', 'src-renderer/lib', 'src-main/contract'], packages: 'any', node: false },
  'src-renderer/app': { mayImport: ['src-renderer/features', 'src-renderer/client', 'src-renderer/ui', 'src-renderer/lib', 'src-main/contract'], packages: 'any', node: false },
};

/** Each folder inside these is a noun of its own: it may not import its neighbours. */
export const NEVER_SIBLING: readonly string[] = ['src-main/capabilities', 'src-renderer/features'];

/** The only folders in which a package may be imported (types included). */
export const OWNED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  electron: ['src-main/app'],
  'better-sqlite3': ['src-main/storage', 'src-main/runtimes/index/child'],
  '@lancedb/lancedb': ['src-main/runtimes/index/child'],
  '@duckdb/node-api': ['src-main/runtimes/data/child'],
  'node-llama-cpp': ['src-main/runtimes/llama/child'],
  'onnxruntime-node': ['src-main/runtimes/onnx/child'],
};

/** The closed set of second-level folders; adding one needs a note in docs/decisions. */
export const CLOSED_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  'src-main': ['contract', 'base', 'storage', 'runtimes', 'jobs', 'capabilities', 'server', 'host', 'app', 'cli'],
  'src-main/runtimes': ['supervisor', 'llama', 'onnx', 'index', 'parse', 'data', 'python', 'fake'],
  'src-main/capabilities': ['projects', 'models', 'knowledge', 'prompts', 'traces', 'evaluations', 'guards', 'agents', 'gateway', 'sources', 'pipelines', 'features', 'training', 'experiments', 'registry', 'serving', 'monitoring', 'hardware', 'exports'],
  'src-renderer': ['lib', 'ui', 'client', 'features', 'app', 'public'],
};
