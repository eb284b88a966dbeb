import type { Cell } from '#contract/pipelines.ts';
import type { CellKind } from './cellKind.ts';
import { expectCell } from './cells/expectCell.ts';
import { sourceCell } from './cells/sourceCell.ts';
import { splitCell } from './cells/splitCell.ts';
import { sqlCell } from './cells/sqlCell.ts';

export type Computed = Exclude<Cell, { readonly kind: 'markdown' }>;

const KINDS: { readonly [Kind in Computed['kind']]: CellKind<Extract<Computed, { readonly kind: Kind }>> } = { source: sourceCell, sql: sqlCell, expect: expectCell, split: splitCell };

/** How cells of this one's kind are made. */
export function kindOf(cell: Computed): CellKind<Computed> {
  return KINDS[cell.kind] as CellKind<Computed>;
}
