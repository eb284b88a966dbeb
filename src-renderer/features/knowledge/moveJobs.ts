import { createStore } from 'zustand/vanilla';

/** A move that this window asked for and has not told the end of yet. */
export type MoveJob = { readonly what: 'export'; readonly job: string } | { readonly what: 'import'; readonly job: string; readonly from: string };

/** Kept outside the places: a move goes on when Knowledge is left, and its end is told wherever one is then. */
export const moveJobs = createStore<{ readonly jobs: readonly MoveJob[] }>(() => ({ jobs: [] }));

export function followMove(move: MoveJob): void {
  moveJobs.setState(({ jobs }) => ({ jobs: [...jobs, move] }));
}

/** False when its end was told already. */
export function forgetMove(job: string): boolean {
  const { jobs } = moveJobs.getState();
  const others = jobs.filter((move) => move.job !== job);
  moveJobs.setState({ jobs: others });
  return others.length < jobs.length;
}
