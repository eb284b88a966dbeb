// Pipelines in the product's own owner: a hundred cells that are all reused, and a CSV of 200 MB read into a table, against DuckDB alone doing the
// same COPY in a process of its own, turn by turn.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { PipelineRun } from '../src-main/contract/pipelines.ts';
import { latheHome, type Window } from '../test/helpers/latheHome.ts';
import { seededRandom } from '../test/helpers/seededRandom.ts';
import { quantile, writeResult } from './result.ts';

const REUSED_CELLS = 100;
const REUSED_RUNS = 20;
const CSV_BYTES = 200_000_000;
const CSV_TURNS = 3;

const scratch = mkdtempSync(join(tmpdir(), 'lathe-pipelines-'));
const project = join(scratch, 'project');
const lathe = latheHome(join(scratch, 'home'));

function writePipeline(name: string, cells: readonly object[]): void {
  writeFileSync(join(project, 'pipelines', `${name}.yaml`), stringify({ version: 1, name, cells }));
}

/** Milliseconds from the request to the end of the job as a client sees it. */
async function run({ client, projectId }: Window, pipeline: string, set: Record<string, unknown> = {}): Promise<{ ms: number; run: PipelineRun }> {
  const startedAt = performance.now();
  const { job } = await client.pipelines.run({ projectId: projectId as never, pipeline: pipeline as never, set });
  for (;;) {
    const { state, result, error } = await client.jobs.get({ id: job });
    if (state === 'done') return { ms: performance.now() - startedAt, run: result as unknown as PipelineRun };
    if (state === 'failed') throw new Error(error?.message);
    await delay(2);
  }
}

/** Rows as a shop's export has them: numbers, days, names, an empty field now and then. */
async function writeCsv(path: string): Promise<void> {
  const random = seededRandom(1);
  const out = createWriteStream(path);
  out.write('id,shop,paid_at,amount,currency,card,country,note\n');
  let [id, bytes] = [0, 0];
  while (bytes < CSV_BYTES) {
    let block = '';
    for (let row = 0; row < 5_000; row += 1, id += 1) {
      const day = `2026-${String(1 + random.below(12)).padStart(2, '0')}-${String(1 + random.below(28)).padStart(2, '0')} ${String(random.below(24)).padStart(2, '0')}:${String(random.below(60)).padStart(2, '0')}:00`;
      block += `${id},${random.below(5_000)},${day},${(random.below(1_000_000) / 100).toFixed(2)},EUR,${random.below(1_000_000_000)},${['DE', 'FR', 'IT', ''][random.below(4)]},"order ${random.below(100_000)}, paid"\n`;
    }
    bytes += block.length;
    if (!out.write(block)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}

function rawDuckDb(csv: string, turn: number): number {
  const script = fileURLToPath(new URL('./rawDuckDb.ts', import.meta.url));
  return Number(execFileSync(process.execPath, [script, csv, join(scratch, `raw-${turn}.parquet`)], { encoding: 'utf8' }));
}

try {
  await lathe.json(['project', 'new', project]);
  mkdirSync(join(project, 'pipelines'));
  const csv = join(scratch, 'payments.csv');
  await writeCsv(csv);
  writePipeline('reused', Array.from({ length: REUSED_CELLS }, (_, at) => ({ name: `cell_${at}`, kind: 'sql', sql: at === 0 ? 'SELECT range AS id FROM range(1000)' : `SELECT id + ${at} AS id FROM cell_${at - 1}` })));
  writePipeline('csv', [{ name: 'payments', kind: 'source', path: csv }]);
  const window = await lathe.open(project);
  try {
    const first = await run(window, 'reused');
    const again: number[] = [];
    for (let round = 0; round < REUSED_RUNS; round += 1) {
      const { ms, run: reused } = await run(window, 'reused');
      if (reused.cells.some(({ state }) => state !== 'reused')) throw new Error('Expected every cell to be reused');
      again.push(ms);
    }
    const turns: { readonly lathe: number; readonly duckdb: number }[] = [];
    for (let turn = 0; turn < CSV_TURNS; turn += 1) {
      // A line more each turn: else the table would be reused.
      writeFileSync(csv, `${turn},1,2026-01-01 00:00:00,1.00,EUR,1,DE,"one more"\n`, { flag: 'a' });
      const duckdb = rawDuckDb(csv, turn);
      turns.push({ duckdb, lathe: (await run(window, 'csv')).ms });
    }
    const ratios = turns.map((turn) => turn.lathe / turn.duckdb);
    writeResult('pipelines', {
      reused: { cells: REUSED_CELLS, runs: REUSED_RUNS, firstRunMs: first.ms, p50Ms: quantile(again, 0.5), p95Ms: quantile(again, 0.95), goalMs: 300 },
      csvToTable: { bytes: statSync(csv).size, turns, ratio: quantile(ratios, 0.5), goalRatio: 1.5 },
    });
  } finally {
    await window.close();
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
