// Plants one bug at a time in a copy of the source and runs the tests that must notice it. A bug that survives fails the campaign.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeResult } from '../../bench/result.ts';

interface Bug {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}

const BUGS: readonly Bug[] = [
  { name: 'the Host header is not checked', file: 'src-main/server/guard.ts', from: 'if (policy.hosts().has(host)) return;', to: 'return;', tests: ['test/main/server/guard.test.ts'] },
  { name: 'the Origin header is not checked', file: 'src-main/server/guard.ts', from: 'if (!foreign && !crossSite) return;', to: 'return;', tests: ['test/main/server/guard.test.ts'] },
  { name: 'any token is accepted', file: 'src-main/server/sessions.ts', from: 'accepts: knows,', to: 'accepts: (token) => token.length > 0,', tests: ['test/main/server/guard.test.ts'] },
  { name: 'a one-time code works twice', file: 'src-main/server/sessions.ts', from: '      codes.delete(key);\n', to: '', tests: ['test/main/server/guard.test.ts'] },
  { name: 'cancelling does not reach the handler', file: 'src-main/host/nodeMount.ts', from: "outgoing.on('close', () => abort.abort());", to: '', tests: ['test/main/server/transport.test.ts'] },
  { name: 'an event is lost between two reads', file: 'src-main/server/eventStream.ts', from: 'cursor = taken.cursor;', to: 'cursor = taken.cursor + 1;', tests: ['test/main/server/transport.test.ts'] },
  { name: 'rows are not brought back after a kill', file: 'src-main/capabilities/knowledge/reconcileIndex.ts', from: 'const lost = missing.length > 0 ?', to: 'const lost = missing.length > 1_000_000 ?', tests: ['test/main/capabilities/knowledge/purgeKnowledge.test.ts'] },
  { name: 'an interrupted ingestion is forgotten', file: 'src-main/capabilities/knowledge/knowledge.ts', from: "onInterrupted: 'requeue',", to: "onInterrupted: 'fail',", tests: ['test/integration/ingestCrash.test.ts'] },
  { name: 'links are followed', file: 'src-main/capabilities/knowledge/ingest/scanSources.ts', from: 'if (facts.isSymbolicLink()) {', to: 'if (facts.isSocket()) {', tests: ['test/integration/knowledgeCli.test.ts'] },
  { name: 'a changed file counts as unchanged', file: 'src-main/capabilities/knowledge/ingest/planIngest.ts', from: 'const same = known.bytes === file.bytes && known.mtime_ns === file.mtimeNs && known.inode === file.inode;', to: 'const same = true;', tests: ['test/main/capabilities/knowledge/ingest/planIngest.test.ts'] },
  { name: 'an untrusted project reads outside its folder', file: 'src-main/capabilities/knowledge/trustedSources.ts', from: 'if (outside.length === 0 || (await trusted())) return;', to: 'return;', tests: ['test/main/server/projectTrust.test.ts'] },
  { name: 'an expired code is accepted', file: 'src-main/server/sessions.ts', from: 'if (expires === undefined || expires < monotonicMs()) return null;', to: 'if (expires === undefined) return null;', tests: ['test/main/server/sessions.test.ts'] },
  { name: 'a streamed body has no limit', file: 'src-main/server/limitBody.ts', from: 'if (seen > MAX_BODY_BYTES) throw', to: 'if (seen < 0) throw', tests: ['test/main/server/guard.test.ts'] },
  { name: 'an original is shown as a page', file: 'src-main/server/handler.ts', from: "'content-disposition': 'attachment'", to: "'content-disposition': 'inline'", tests: ['test/main/server/source.test.ts'] },
  { name: 'events resume across epochs', file: 'src-main/server/eventStream.ts', from: 'const resumes = known === epoch && after !== null', to: 'const resumes = after !== null', tests: ['test/main/server/eventStream.test.ts'] },
  { name: 'a reader behind the ring is not told', file: 'src-main/server/eventStream.ts', from: 'if (cursor < first - 1) return { events: [reread(last())], cursor: last() };', to: '', tests: ['test/main/server/eventStream.test.ts'] },
  { name: 'the page is served from outside its folder', file: 'src-main/server/staticFiles.ts', from: 'file: await openInside(folder, wanted)', to: 'file: path.join(folder, wanted)', tests: ['test/main/server/guard.test.ts'] },
  { name: 'good answers carry no security headers', file: 'src-main/server/handler.ts', from: 'for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);', to: '', tests: ['test/main/server/guard.test.ts'] },
  { name: 'a connection is made before its row in the ledger', file: 'src-main/base/network.ts', from: 'const sequence = await options.record.open', to: 'const sequence = 0; void options.record.open', tests: ['test/main/base/network.test.ts'] },
  { name: 'the proxy connects before its row in the ledger', file: 'src-main/base/network.ts', from: 'const sequence = await options.record.open', to: 'const sequence = 0; void options.record.open', tests: ['test/main/base/childProxy.test.ts'] },
  { name: 'a child is not told of a cancelled call', file: 'src-main/runtimes/supervisor/generation.ts', from: "    handle?.send({ kind: 'cancel', id });\n    const askedAt", to: '    const askedAt', tests: ['test/main/runtimes/supervisor/supervisor.test.ts'] },
  { name: 'an unobserved process is forgotten', file: 'src-main/server/openMachine.ts', from: 'notObserved: supervisor.unobserved() + broker.proxied()', to: 'notObserved: 0', tests: ['test/main/server/openMachine.test.ts'] },
  { name: 'weights checked just now count as settled', file: 'src-main/capabilities/models/verifiedFiles.ts', from: 'if (Date.now() - stamp.modifiedMs < RACY_MS) continue;', to: '', tests: ['test/main/capabilities/models/verifiedFiles.test.ts'] },
  { name: 'a cancelled command fails with 1', file: 'src-main/cli/terminal.ts', from: 'return EXIT.cancelled;', to: 'return EXIT.failed;', tests: ['test/main/cli/terminal.test.ts'] },
  { name: 'a link in the place of an original is followed', file: 'src-main/capabilities/knowledge/openSource.ts', from: '| (constants.O_NOFOLLOW ?? 0)', to: '', tests: ['test/main/capabilities/knowledge/openSource.test.ts'] },
  { name: 'the end of a large result is cut off', file: 'src-main/cli/main.ts', from: 'await drainOutput(process.stdout, process.stderr);\n', to: '', tests: ['test/integration/output.test.ts'] },
  { name: 'a refused document keeps its entry in the index', file: 'src-main/capabilities/knowledge/ingest/refuseFiles.ts', from: 'if (formerIds.length > 0) await deps.index.remove(opened.at, formerIds);', to: '', tests: ['test/main/capabilities/knowledge/ingest/ingestKnowledge.test.ts'] },
  { name: 'what a search finds without a row is dropped in silence', file: 'src-main/capabilities/knowledge/searchKnowledge.ts', from: 'if (first.strangers.length === 0) return first;', to: 'return first;', tests: ['test/main/capabilities/knowledge/ingest/ingestKnowledge.test.ts'] },
  { name: 'files run on beside a failed ingestion', file: 'src-main/capabilities/knowledge/ingest/ingestKnowledge.ts', from: 'work.abort(error);', to: '', tests: ['test/main/capabilities/knowledge/ingest/ingestKnowledge.test.ts'] },
  { name: 'documents below an unreadable folder count as gone', file: 'src-main/capabilities/knowledge/ingest/planIngest.ts', from: 'const missing = gone.filter((row) => !problems.some(({ unseen }) => isBelow(row, unseen)));', to: 'const missing = gone;', tests: ['test/main/capabilities/knowledge/ingest/planIngest.test.ts'] },
  { name: 'a purge leaves the words of removed text in the index', file: 'src-main/runtimes/index/child/textStore.ts', from: "this.#db.exec(`INSERT INTO words (words) VALUES ('optimize')`);", to: '', tests: ['test/main/runtimes/index/indexHandlers.test.ts'] },
  { name: 'a purge leaves deleted text in the log of the database', file: 'src-main/capabilities/knowledge/purgeKnowledge.ts', from: 'await deps.database.compact();', to: '', tests: ['test/main/capabilities/knowledge/purgeKnowledge.test.ts'] },
  { name: 'documents are deleted without a journal entry', file: 'src-main/capabilities/knowledge/documentStore.ts', from: "  recordUndo(sql, { id: remove.undoId, kind: 'knowledge.documents', title: `Delete ${named}`, payload, atMs: remove.atMs });\n", to: '', tests: ['test/main/capabilities/knowledge/purgeKnowledge.test.ts'] },
  { name: 'a knowledge base loses its file before the journal knows', file: 'src-main/capabilities/knowledge/knowledgeBases.ts', from: 'const fileDigest = await deps.files.keep(base.slug);', to: 'const fileDigest = await deps.files.keep(base.slug);\n    await deps.files.remove(base.slug);', tests: ['test/integration/removalCrash.test.ts'] },
  { name: 'a hang of the index never ends', file: 'src-main/runtimes/index/indexRuntime.ts', from: ', callTimeoutMs: WRITE_MS', to: '', tests: ['test/main/runtimes/bounds.test.ts'] },
  { name: 'an artifact is named before it is on disk', file: 'src-main/storage/artifacts.ts', from: '    await handle.sync();\n', to: '', tests: ['test/main/storage/durability.test.ts', 'test/main/storage/artifacts.test.ts'] },
];

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'lathe-planted-'));
for (const name of ['src-main', 'src-renderer', 'test', 'bench', 'resources', 'docs', 'package.json', 'vitest.config.ts', 'tsconfig.base.json']) cpSync(join(root, name), join(copy, name), { recursive: true, filter: (from) => !from.includes('bench/cache') });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

const survived: string[] = [];
for (const bug of BUGS) {
  const file = join(copy, bug.file);
  const original = readFileSync(file, 'utf8');
  if (!original.includes(bug.from)) throw new Error(`${bug.file} no longer has the place where "${bug.name}" is planted`);
  writeFileSync(file, original.replace(bug.from, bug.to));
  const done = spawnSync(process.execPath, [join(copy, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--bail=1', ...bug.tests], { cwd: copy, encoding: 'utf8', timeout: 600_000, env: { ...process.env, LATHE_TEST_CLI: join(copy, 'src-main', 'cli', 'main.ts') } });
  writeFileSync(file, original);
  if (done.status === 0) survived.push(bug.name);
  process.stderr.write(`${done.status === 0 ? 'SURVIVED' : 'caught'}  ${bug.name}\n`);
}
rmSync(copy, { recursive: true, force: true });
writeResult('campaign-planted-bugs', { planted: BUGS.length, caught: BUGS.length - survived.length, survived });
process.exitCode = survived.length === 0 ? 0 : 1;
