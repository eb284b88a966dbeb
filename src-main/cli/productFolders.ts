import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json, from source (src-main/cli) and from the bundle (dist/main) alike. */
function findRoot(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json')) && existsSync(path.join(folder, 'resources'))) return folder;
    if (path.dirname(folder) === folder) throw new Error('Expected package.json and resources/ above the running file');
  }
}

/** Where the product's own files lie. */
export function productFolders(): { root: string; version: string; renderer: string; sample: { folder: string; manual: string }; catalogue: string } {
  const root = findRoot();
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    root,
    version,
    renderer: path.join(root, 'dist', 'renderer'),
    sample: { folder: path.join(root, 'resources', 'sample'), manual: path.join(root, 'docs', 'manual') },
    catalogue: path.join(root, 'resources', 'models.json'),
  };
}
