import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { CLOSED_FOLDERS } from './importRules.ts';
import { filesBelow, findViolations, importsOf, scanModules } from './scanImports.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One of each kind of wrong import; each must be reported. */
const PLANTED: Readonly<Record<string, string>> = {
  'src-main/capabilities/knowledge/a.ts': "import { b } from '../models/models.ts';",
  'src-renderer/features/knowledge/a.tsx': "import { b } from '../ask/AskPage.tsx';",
  'src-main/server/a.ts': "import { app } from 'electron';",
  'src-main/host/a.ts': "import type { BrowserWindow } from 'electron';",
  'src-main/capabilities/models/a.ts': "import Database from 'better-sqlite3';",
  'src-main/runtimes/index/a.ts': "import { connect } from '@lancedb/lancedb';",
  'src-main/runtimes/a.ts': "const llama = await import('node-llama-cpp');",
  'src-main/runtimes/llama/child/a.ts': "import { InferenceSession } from 'onnxruntime-node';",
  'src-renderer/client/a.ts': "import { openDatabase } from '../../src-main/storage/database.ts';",
  'src-renderer/ui/a.tsx': "import { client } from '../client/client.ts';",
  'src-renderer/lib/a.ts': "import { readFile } from 'node:fs/promises';",
  'src-main/contract/a.ts': "import { readFile } from 'node:fs';",
  'src-main/contract/b.ts': "import { AppError } from '../base/appError.ts';",
  'src-main/contract/c.ts': "import lodash from 'kysely';",
  'src-main/base/a.ts': "export { openDatabase } from '../storage/database.ts';",
  'src-main/storage/a.ts': "import { createJobQueue } from '../jobs/jobQueue.ts';",
  'src-main/jobs/a.ts': "import { createModels } from '../capabilities/models/models.ts';",
  'src-main/server/b.ts': "import { chunkDocument } from '../runtimes/parse/child/chunkDocument.ts';",
  'src-main/runtimes/parse/child/a.ts': "import { createSupervisor } from '../../supervisor/createSupervisor.ts';",
  'src-main/runtimes/parse/b.ts': "import { entry } from './child/entry.ts';",
  'src-main/cli/bootstrap/a.mjs': "import { z } from 'zod';",
  'src-main/server/c.ts': "import { main } from '../cli/main.ts';",
  'src-main/utils/a.ts': "import { z } from 'zod';",
  'src-main/server/d.ts': "import { helper } from '../../test/helpers/fakeClock.ts';",
};

describe('the import rules', () => {
  it('hold for every module, and every module was seen', () => {
    const modules = scanModules(ROOT, ['src-main', 'src-renderer']);
    const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'src-main', 'src-renderer'], { cwd: ROOT, encoding: 'utf8' }).split('\n').filter((path) => /\.(ts|tsx|mjs)$/.test(path));
    expect(modules.length).toBeGreaterThan(100);
    expect(modules.length).toBe(filesBelow(join(ROOT, 'src-main')).length + filesBelow(join(ROOT, 'src-renderer')).length);
    expect(tracked.filter((path) => !modules.some((module) => module.path === path) && existsOnDisk(path))).toEqual([]);
    expect(modules.filter((module) => module.imports.length > 0).length).toBeGreaterThan(modules.length / 2);
    expect(findViolations(modules)).toEqual([]);
  });

  it('report every planted violation, each by its own module', () => {
    const root = temporaryFolder();
    for (const [path, source] of Object.entries(PLANTED)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${source}\n`);
    }
    const reported = findViolations(scanModules(root, ['src-main', 'src-renderer'])).map(({ module }) => module);
    expect(reported.toSorted()).toEqual(Object.keys(PLANTED).toSorted());
  });

  it('see imports in every spelling and none in comments', () => {
    const source = [
      "import a from './a.ts'; import './b.ts';",
      "import {\n  c,\n  type D,\n} from './c.ts';",
      "export * from './d.ts';\nexport type { E } from './e.ts';",
      "const f = await import('./f.ts'); const g = require('./g.cjs');",
      "import type { H } from \"./h.ts\";",
      "// import x from './x.ts';\n/* import y from './y.ts'; */\n/** import z from './z.ts' */",
    ].join('\n');
    expect(importsOf(source)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts', './g.cjs', './h.ts']);
  });

  it.each(Object.keys(CLOSED_FOLDERS))('allow no other folder in %s', (folder) => {
    const present = readdirSync(join(ROOT, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(present.filter((name) => !CLOSED_FOLDERS[folder]?.includes(name))).toEqual([]);
  });

  it('allow no barrels and no utils', () => {
    const names = scanModules(ROOT, ['src-main', 'src-renderer']).map(({ path }) => path);
    expect(names.filter((path) => /(^|\/)(index|utils|helpers)\.(ts|tsx)$/.test(path))).toEqual([]);
  });
});

function existsOnDisk(path: string): boolean {
  return filesBelow(join(ROOT, path.split('/')[0] ?? '')).includes(join(ROOT, path));
}
