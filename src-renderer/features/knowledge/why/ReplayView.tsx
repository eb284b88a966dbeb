import { diffWordsWithSpace } from 'diff';
import type { Replay } from '#contract/why.ts';
import { formatDuration } from '../../../lib/formatDuration.ts';
import { StateMark } from '../../../ui/StateMark.tsx';

/** The answer as it was and as it came out again, word by word. */
export function ReplayView({ replay }: { replay: Replay }) {
  const total = replay.timingsMs['total'];
  const took = total === undefined ? '' : ` It took ${formatDuration(total)}.`;
  return (
    <section className="why-section" aria-label="Replay">
      <h2 className="section-title">Replay</h2>
      <p className="row">
        <StateMark meaning={replay.same ? 'good' : 'warning'} word={replay.same ? 'The same text, letter for letter.' : 'Another text came out.'} />
        <span className="dim">{took}</span>
      </p>
      {replay.reason === null ? null : <p className="dim">{replay.reason}</p>}
      {replay.same ? null : (
        <p className="replay-text">
          {diffWordsWithSpace(replay.before, replay.after).map(({ value, added, removed }, index) =>
            // Parts of one comparison never change places.
            added ? <ins key={index}>{value}</ins> : removed ? <del key={index}>{value}</del> : <span key={index}>{value}</span>,
          )}
        </p>
      )}
    </section>
  );
}
