import { stat } from 'node:fs/promises';
import { isMissing } from '../../base/isMissing.ts';
import type { Artifacts } from '../../storage/artifacts.ts';
import type { StepOutputs } from './pipelineTables.ts';

/** Why what a step gave can no longer be used, in words; null when all of it is there as it was written. */
export async function missingOutput(artifacts: Artifacts, { tables }: StepOutputs): Promise<string | null> {
  for (const { name, artifact, bytes, mtimeNs } of tables) {
    const facts = await stat(artifacts.pathOf(artifact), { bigint: true }).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    if (facts === null) return `the table ${name} is gone from the disk`;
    if (Number(facts.size) === bytes && `${facts.mtimeNs}` === mtimeNs) continue;
    if (!(await artifacts.isWhole(artifact))) return `the table ${name} was altered on the disk`;
  }
  return null;
}
