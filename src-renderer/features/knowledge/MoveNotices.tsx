import { useEffect, useSyncExternalStore } from 'react';
import { useJob } from '../../client/systemQueries.ts';
import { useWindow } from '../../ui/windowPort.tsx';
import { forgetMove, type MoveJob, moveJobs } from './moveJobs.ts';
import { prepareMoveEnd } from './prepareMove.ts';
import { OTHER_NAME, useMoveBase } from './useMoveBase.ts';

/** Tells the end of each export and import, whichever place is in front by then. Draws nothing. */
export function MoveNotices() {
  const moves = useSyncExternalStore(moveJobs.subscribe, () => moveJobs.getState().jobs);
  return moves.map((move) => <MoveNotice key={move.job} move={move} />);
}

function MoveNotice({ move }: { move: MoveJob }) {
  const port = useWindow();
  const job = useJob(move.job);
  const { rename } = useMoveBase();
  // Outside system: the job. Its end is told once.
  useEffect(() => {
    if (job === null || job.endedAtMs === null || !forgetMove(move.job)) return;
    const end = prepareMoveEnd(move, job);
    if (end === null) return;
    const { text, meaning, shows, renames } = end;
    const action = shows !== null ? { label: 'Show', run: () => port.open({ place: 'knowledge', knowledgeId: shows }) } : renames === null ? null : { label: OTHER_NAME, run: () => void rename(renames.from, renames.taken) };
    port.notify({ text, meaning, about: move.job, ...(action === null ? {} : { action }) });
  });
  return null;
}
