import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { FOLDERS, NEVER_SIBLING, OWNED_PACKAGES, type FolderRule } from './importRules.ts';

/** One module with what it imports, as written. */
export interface Module {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly imports: readonly string[];
}

export interface Violation {
  readonly module: string;
  readonly imported: string;
  readonly why: string;
}

const SOURCE = /\.(ts|tsx|mjs)$/;
/** Static and re-export forms, dynamic `import()`, `require()`, and the URL of a worker or child. */
const IMPORT = /(?:^|[;\s}])(?:import|export)\s+(?:type\s+)?(?:[\w*{}\s,$]+\s+from\s*)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]\s*\)|\brequire\(\s*['"]([^'"\n]+)['"]\s*\)/g;

/** Every module below the folders, none left out. */
export function scanModules(root: string, folders: readonly string[]): Module[] {
  return folders.flatMap((folder) => filesBelow(join(root, folder))).map((file) => ({ path: relative(root, file).replaceAll('\\', '/'), imports: importsOf(readFileSync(file, 'utf8')) }));
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Comments are removed first, so that an import in prose is none. */
export function importsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
  return [...code.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

export function findViolations(modules: readonly Module[]): Violation[] {
  return modules.flatMap((module) => module.imports.flatMap((imported) => {
    const why = judge(module.path, imported);
    return why === null ? [] : [{ module: module.path, imported, why }];
  }));
}

function judge(path: string, imported: string): string | null {
  const home = folderOf(path);
  if (home === null) return 'its folder is not in the table';
  const rule = FOLDERS[home] as FolderRule;
  const target = targetOf(path, imported);
  return target === null ? judgePackage(path, imported, rule) : judgeOwn({ path, target, home }, rule);
}

/** Project path of an import of ours; null for a package or a Node module. */
function targetOf(path: string, imported: string): string | null {
  const plain = imported.replace(/\?.*$/, '');
  if (plain.startsWith('#contract/')) return posix.join('src-main/contract', plain.slice('#contract/'.length));
  return plain.startsWith('.') ? posix.normalize(posix.join(dirname(path).replaceAll('\\', '/'), plain)) : null;
}

function judgeOwn({ path, target, home }: { path: string; target: string; home: string }, rule: FolderRule): string | null {
  const parent = NEVER_SIBLING.find((folder) => path.startsWith(`${folder}/`));
  if (parent && target.startsWith(`${parent}/`)) {
    const noun = (file: string): string | undefined => file.slice(parent.length + 1).split('/')[0];
    return noun(path) === noun(target) ? null : 'it is a sibling; what two of them need is a port in the composition root';
  }
  const targetHome = folderOf(target);
  if (targetHome === home) return null;
  const allowed = rule.mayImport.some((entry) => target === entry || target.startsWith(`${entry}/`));
  if (allowed) return target.includes('/child/') && !path.startsWith('test/') ? 'a child is started, never imported' : null;
  // A folder's own subfolders with rules of their own (children, the bootstrap) are reached as processes.
  return target.startsWith('src-') ? `${home} may import ${rule.mayImport.join(', ') || 'nothing of ours'}` : 'it lies outside the sources';
}

function judgePackage(path: string, imported: string, rule: FolderRule): string | null {
  if (imported.startsWith('node:')) return rule.node ? null : 'Node is not there';
  const name = imported.split('/').slice(0, imported.startsWith('@') ? 2 : 1).join('/');
  const owners = OWNED_PACKAGES[name];
  if (owners && !owners.some((owner) => path.startsWith(`${owner}/`))) return `only ${owners.join(', ')} may import it`;
  return rule.packages === 'any' || rule.packages.includes(name) ? null : `only ${rule.packages.join(', ') || 'no packages'} may be imported here`;
}

function folderOf(path: string): string | null {
  const candidates = Object.keys(FOLDERS).filter((folder) => path.startsWith(`${folder}/`));
  return candidates.toSorted((left, right) => right.length - left.length)[0] ?? null;
}
