import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { because } from '../helpers/because.ts';
import { embedders, LATHE_MAIN, latheHome, type LatheHome } from '../helpers/latheHome.ts';
import { retrieverLibraries } from '../helpers/retrieverLibraries.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const missing = await embedders();
const libraries = retrieverLibraries();
const manual = readFileSync(fileURLToPath(new URL('../../docs/manual/retrievers.md', import.meta.url)), 'utf8');

/** The code that the manual shows under a heading. */
function codeUnder(heading: string): string {
  const section = manual.split(`## ${heading}\n`)[1] ?? '';
  const code = /```python\n([\s\S]*?)```/.exec(section)?.[1];
  if (code === undefined) throw new Error(`Expected Python code under "${heading}" in the manual`);
  return code;
}

const LANGCHAIN = `
retriever = LatheRetriever(knowledge="Pumps", project=PROJECT, limit=3)
first = retriever.invoke("Who replaced the seal?")
from langchain_core.runnables import RunnableLambda
chain = retriever | RunnableLambda(lambda documents: [d.page_content for d in documents])
print(json.dumps({"first": [[d.metadata["source"], d.page_content, d.metadata["score"]] for d in first], "chain": chain.invoke("What does E-4711 mean?")}))
`;
const LLAMAINDEX = `
retriever = LatheRetriever("Pumps", project=PROJECT, limit=3)
first = retriever.retrieve("Who replaced the seal?")
second = retriever.retrieve("What does E-4711 mean?")
print(json.dumps({"first": [[n.node.metadata["file"], n.node.get_content(), n.score] for n in first], "chain": [n.node.get_content() for n in second]}))
`;

describe.skipIf(missing !== null || 'reason' in libraries)(`Lathe as the retriever of a Python program${because(missing)}${because('reason' in libraries ? libraries.reason : null)}`, () => {
  let lathe: LatheHome;
  let project: string;
  let programs: string;

  beforeAll(async () => {
    lathe = latheHome(temporaryFolder());
    const folder = join(temporaryFolder(), 'docs');
    mkdirSync(folder);
    writeFileSync(join(folder, 'pump.md'), '# Pump\n\n| code | meaning |\n|---|---|\n| E-4711 | The inlet filter is blocked |\n| E-4712 | The motor is too hot |\n');
    writeFileSync(join(folder, 'notes.txt'), 'Maintenance happened in March.\n\nThe seal was replaced by Ada.\n');
    project = join(temporaryFolder(), 'project');
    await lathe.json(['project', 'new', project]);
    await lathe.json(['knowledge', 'create', 'Pumps', '--project', project]);
    await lathe.json(['knowledge', 'ingest', folder, '--knowledge', 'Pumps', '--stage', 'text', '--project', project]);
    programs = join(temporaryFolder(), 'programs');
    mkdirSync(programs);
    writeFileSync(join(programs, 'lathe'), `#!/bin/sh\nexec "${process.execPath}" --disable-warning=ExperimentalWarning "${LATHE_MAIN}" "$@"\n`);
    chmodSync(join(programs, 'lathe'), 0o755);
  }, 120_000);

  test.each([
    ['LangChain', LANGCHAIN],
    ['LlamaIndex', LLAMAINDEX],
  ])('%s gets passages with their file and score by the lines that the manual shows', { timeout: 120_000 }, async (library, use) => {
    const script = `PROJECT = ${JSON.stringify(project)}\n${codeUnder(library)}\n${use}`;
    const python = 'python' in libraries ? libraries.python : '';
    const env = { PATH: `${programs}:${process.env['PATH'] ?? ''}`, HOME: lathe.home, LATHE_HOME: lathe.home, INIT_CWD: lathe.home };
    const { stdout } = await promisify(execFile)(python, ['-c', script], { env, cwd: lathe.home });
    const printed = JSON.parse(stdout) as { first: [string, string, number][]; chain: string[] };
    expect(printed.first[0]?.[0]).toBe('notes.txt');
    expect(printed.first[0]?.[1]).toContain('The seal was replaced by Ada.');
    expect(printed.first[0]?.[2]).toBeGreaterThan(0);
    expect(printed.chain[0]).toContain('The inlet filter is blocked');
  });
});
