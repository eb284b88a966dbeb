import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createInspectedFiles } from '../../../../src-main/capabilities/models/inspectedFiles.ts';
import { inspectFile } from '../../../../src-main/capabilities/models/inspectFile.ts';
import { embedderGraph, rerankerGraph, writeTransformer } from '../../../helpers/standInTransformer.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

/** Seconds since 1970: long ago, so that a stamp counts. */
const LONG_AGO = 1_700_000_000;

function oldModel(): { readonly weights: string; readonly config: string } {
  const folder = writeTransformer(temporaryFolder(), embedderGraph(), { files: { 'config.json': { hidden_size: 4 } } });
  const [weights, config] = [join(folder, 'model.onnx'), join(folder, 'config.json')];
  for (const path of [weights, config]) utimesSync(path, LONG_AGO, LONG_AGO);
  return { weights, config };
}

function counted(): { readonly ask: (path: string) => Promise<unknown>; readonly walks: () => number } {
  let walks = 0;
  const ask = createInspectedFiles((path) => {
    walks += 1;
    return inspectFile(path);
  });
  return { ask, walks: () => walks };
}

describe('the facts of a model file', () => {
  it('are walked once while nothing changes', async () => {
    const { weights } = oldModel();
    const { ask, walks } = counted();
    expect(await ask(weights)).toMatchObject({ task: 'embedding', dimensions: 4 });
    expect(await ask(weights)).toMatchObject({ task: 'embedding', dimensions: 4 });
    expect(walks()).toBe(1);
  });

  it('are read anew when the weights or the settings beside them were replaced', async () => {
    const { weights, config } = oldModel();
    const { ask } = counted();
    await ask(weights);
    writeFileSync(config, JSON.stringify({ hidden_size: 384 }));
    await expect(ask(weights)).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
    writeFileSync(weights, rerankerGraph(1));
    writeFileSync(config, JSON.stringify({ num_labels: 1 }));
    expect(await ask(weights)).toMatchObject({ task: 'reranker' });
  });

  it('are not kept of a file that was written a moment ago, whose time may not show the next change', async () => {
    const { weights } = oldModel();
    utimesSync(weights, new Date(), new Date());
    const { ask, walks } = counted();
    await ask(weights);
    await ask(weights);
    expect(walks()).toBe(2);
  });
});
