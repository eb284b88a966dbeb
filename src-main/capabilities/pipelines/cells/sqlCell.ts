import type { SqlCell } from '#contract/pipelines.ts';
import type { CellKind } from '../cellKind.ts';

export const sqlCell: CellKind<SqlCell> = {
  version: 1,
  parts: async ({ sql }) => ({ parameters: { sql }, files: [] }),
  async run({ name, sql }, { data, inputs, place, signal }) {
    const path = place(name);
    return [{ ...(await data.query({ tables: inputs, sql, into: path }, { signal })), name, path }];
  },
};
