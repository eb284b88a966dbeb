import type { ExpectCell } from '#contract/pipelines.ts';
import { AppError } from '../../../base/appError.ts';
import type { CellKind } from '../cellKind.ts';

const LONGEST_EXAMPLE = 300;

/** Gives no table: it passes, or fails with every rule that is broken. */
export const expectCell: CellKind<ExpectCell> = {
  version: 1,
  parts: async ({ rows, rules }) => ({ parameters: { rules, ...(rows === undefined ? {} : { rows }) }, files: [] }),
  async run({ name, input, rows: bounds, rules }, { data, inputs: [table], signal }) {
    if (table === undefined) throw new Error(`The cell ${name} has no input`);
    const { rows, conditions } = await data.check({ table, conditions: rules.map(({ rule }) => rule) }, { signal });
    const broken: string[] = [];
    if (bounds?.min !== undefined && rows < bounds.min) broken.push(`${rows} rows, at least ${bounds.min} were expected`);
    if (bounds?.max !== undefined && rows > bounds.max) broken.push(`${rows} rows, at most ${bounds.max} were expected`);
    for (const [at, { rule, atMost = 0 }] of rules.entries()) {
      const { failed, example } = conditions[at] ?? { failed: 0, example: null };
      if (failed > atMost * rows) broken.push(`${failed} of ${rows} rows break \`${rule}\`${example === null ? '' : `, the first is ${example.slice(0, LONGEST_EXAMPLE)}`}`);
    }
    if (broken.length > 0) throw new AppError('EXPECTATION_FAILED', `${input} is not as ${name} expects: ${broken.join('; ')}`, { hint: 'Mend the rows in a cell above, or change what is expected.' });
    return [];
  },
};
