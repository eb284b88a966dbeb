import type { SplitCell } from '#contract/pipelines.ts';
import type { SplitRule } from '../../../runtimes/types.ts';
import type { CellKind } from '../cellKind.ts';

export const splitCell: CellKind<SplitCell> = {
  version: 1,
  parts: async ({ name: _, kind: __, input: ___, ...parameters }) => ({ parameters, files: [] }),
  async run(cell, { data, inputs: [table], place, signal }) {
    if (table === undefined) throw new Error(`The cell ${cell.name} has no input`);
    const { test, validation = 0 } = cell;
    const shares = [['train', 1 - test - validation], ...(validation === 0 ? [] : [['validation', validation]]), ['test', test]] as [string, number][];
    const parts = shares.map(([part, share]) => ({ name: `${cell.name}.${part}`, share, into: place(`${cell.name}.${part}`) }));
    const facts = await data.split({ path: table.path, rule: ruleOf(cell), parts: parts.map(({ share, into }) => ({ share, into })) }, { signal });
    return parts.map(({ name, into }, at) => ({ ...(facts[at] as (typeof facts)[number]), name, path: into }));
  },
};

function ruleOf({ by, column, seed = 0 }: SplitCell): SplitRule {
  if (by === 'random') return { by, seed, ...(column === undefined ? {} : { stratify: column }) };
  // The contract asks for a column here.
  return by === 'time' ? { by, column: column as string } : { by, column: column as string, seed };
}
