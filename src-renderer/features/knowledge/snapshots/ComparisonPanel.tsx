import { Button } from '@mantine/core';
import type { SnapshotComparison } from '#contract/snapshots.ts';
import { StateMark } from '../../../ui/StateMark.tsx';
import { compareMetrics } from '../questions/compareMetrics.ts';
import { MetricsTable } from '../questions/MetricsTable.tsx';
import { type ComparisonView, prepareComparison } from './prepareSnapshots.ts';

/** Two indexes on the saved questions: what is gained, what is lost, case by case. */
export function ComparisonPanel({ comparison, onClose }: { comparison: SnapshotComparison; onClose: () => void }) {
  const view = prepareComparison(comparison);
  return (
    <section className="comparison" aria-label="Comparison">
      <div className="row">
        <StateMark meaning={view.meaning} word={view.headline} />
        <span className="grow" />
        <Button onClick={onClose}>Close</Button>
      </div>
      <p className="dim">{view.interval} · {view.disk}</p>
      {view.partial === null ? null : <StateMark meaning="warning" word={view.partial} />}
      <div className="comparison-body">
        <MetricsTable lines={compareMetrics(comparison.metrics)} label="Figures before and after" />
        <div className="stack comparison-cases">
          <Cases title={`Gained ${view.gained.length}`} cases={view.gained} none="No question is gained." />
          <Cases title={`Lost ${view.lost.length}`} cases={view.lost} none="No question is lost." />
        </div>
      </div>
    </section>
  );
}

function Cases({ title, cases, none }: { title: string; cases: ComparisonView['gained']; none: string }) {
  return (
    <div>
      <h3 className="section-title">{title}</h3>
      {cases.length === 0 ? <p className="dim">{none}</p> : null}
      <ul>
        {cases.map(({ id, question, change }) => (
          <li key={id} className="comparison-case">
            <span className="clip" title={question}>{question}</span>
            <span className="num dim">{change}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
