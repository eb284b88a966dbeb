import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type RuntimeId = 'parse' | 'index' | 'llama' | 'onnx' | 'data' | 'fake';

/** The entry file of a runtime's child: from source `<id>/child/entry.ts`, from the bundle `runtime-<id>.js` next to the running file. */
export function runtimeEntry(id: RuntimeId, from: string = import.meta.url): URL {
  const here = dirname(fileURLToPath(from));
  if (from.endsWith('.ts')) return pathToFileURL(join(here, id, 'child', 'entry.ts'));
  const beside = join(here, `runtime-${id}.js`);
  // The bundler may put shared code one folder down.
  return pathToFileURL(existsSync(beside) ? beside : join(here, '..', `runtime-${id}.js`));
}
