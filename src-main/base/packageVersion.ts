import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Version of an installed package as its own manifest says; null when it is not installed. Nothing of it is loaded. */
export async function packageVersion(name: string): Promise<string | null> {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const text = await readFile(path.join(folder, 'node_modules', name, 'package.json'), 'utf8').catch(() => null);
    if (text !== null) return (JSON.parse(text) as { version?: string }).version ?? null;
    if (path.dirname(folder) === folder) return null;
  }
}
