import type { MetricLine } from './compareMetrics.ts';

/** Figures of two indexes beside one another; better and worse in words as well as in colour. */
export function MetricsTable({ lines, label }: { lines: readonly MetricLine[]; label: string }) {
  return (
    <table className="table metrics-table" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          <th scope="col" className="num">Before</th>
          <th scope="col" className="num">After</th>
          <th scope="col" className="num">Change</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, before, after, change, meaning }) => (
          <tr key={name}>
            <td>{name}</td>
            <td className="num">{before}</td>
            <td className="num">{after}</td>
            <td className={`num metric-${meaning}`}>{change === '' ? 'same' : `${change} ${meaning}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
