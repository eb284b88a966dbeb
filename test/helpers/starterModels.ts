import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBroker } from '../../src-main/base/network.ts';
import { readCatalogue, weightsOf } from '../../src-main/capabilities/models/catalogue.ts';
import { fetchModel } from '../../src-main/capabilities/models/fetchModel.ts';
import { takeSetupLock } from '../../src-main/cli/bootstrap/setupLock.mjs';

export const CATALOGUE_PATH = fileURLToPath(new URL('../../resources/models.json', import.meta.url));

/** Where tests and benchmarks keep the real starter models between runs; fetched once, checked by digest. */
export const STARTER_FOLDER = process.env['LATHE_TEST_MODELS'] ?? join(tmpdir(), 'lathe-test-models');

export interface StarterModel {
  readonly slug: string;
  readonly folder: string;
  readonly weightsPath: string;
  readonly digest: string;
}

/**
 * A real catalogue model, fetched when it is not there; or, where no source can be reached, the reason why not.
 * @example const minilm = await starterModel('all-minilm-l6-v2'); it.skipIf('reason' in minilm)(…)
 */
export async function starterModel(slug: string): Promise<StarterModel | { readonly reason: string }> {
  const model = (await readCatalogue(CATALOGUE_PATH)).find((entry) => entry.slug === slug);
  if (!model) throw new Error(`Expected a slug of the catalogue but got ${slug}`);
  mkdirSync(STARTER_FOLDER, { recursive: true });
  const broker = createBroker({ record: { open: async () => 0, close: async () => undefined }, offline: () => false, allow: () => false });
  // Test files run beside each other: one fetches, the others find it done.
  const release = await takeSetupLock(join(STARTER_FOLDER, `${slug}.lock`), () => undefined);
  try {
    const folder = await fetchModel(model, { folder: STARTER_FOLDER, broker, signal: AbortSignal.timeout(280_000) });
    return { slug, folder, weightsPath: join(folder, weightsOf(model).name), digest: weightsOf(model).sha256 };
  } catch (error) {
    const reason = `needs the model ${slug}: ${error instanceof Error ? error.message : String(error)}`;
    process.stderr.write(`skipped: ${reason}\n`);
    return { reason };
  } finally {
    release();
  }
}
