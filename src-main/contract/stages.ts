import { z } from 'zod';

/** How far the second stage of an index (transformer vectors) is. */
export const StageProgress = z.object({
  /** `waiting`: not begun or interrupted; `paused`: by the person; `complete`: every chunk has its vector. */
  state: z.enum(['complete', 'running', 'waiting', 'paused']),
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  /** Chunks a second over the last seconds, and what is left at that rate; null until measured. */
  rate: z.number().nonnegative().nullable(),
  leftMs: z.number().nonnegative().nullable(),
});
export type StageProgress = z.infer<typeof StageProgress>;
