import { figure, type HistoryPoint } from './prepareQuestions.ts';

const WIDTH = 640;
const HEIGHT = 112;
const LEFT = 30;
const RIGHT = 108;
const TOP = 8;
const BOTTOM = 6;
const SERIES = [
  { key: 'hitAt5', name: 'hit@5', className: 'line-a' },
  { key: 'mrr10', name: 'MRR@10', className: 'line-b' },
] as const;

/** hit@5 and MRR over the evaluations, from 0 to 1: few points, so plain SVG. */
export function HistoryChart({ points }: { points: readonly HistoryPoint[] }) {
  const last = points.at(-1);
  if (last === undefined) return null;
  const x = (index: number): number => (points.length === 1 ? WIDTH - RIGHT : LEFT + (index / (points.length - 1)) * (WIDTH - LEFT - RIGHT));
  const y = (value: number): number => TOP + (1 - value) * (HEIGHT - TOP - BOTTOM);
  // Labels that would lie on one another are moved apart.
  const ends = SERIES.map(({ key }) => last[key] ?? 0);
  const apart = Math.abs(y(ends[0] ?? 0) - y(ends[1] ?? 0)) < 13 ? 7 : 0;
  const upper = (ends[0] ?? 0) >= (ends[1] ?? 0) ? 0 : 1;
  return (
    <figure className="history-chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`hit@5 and MRR@10 over ${points.length} runs; newest ${figure(last.hitAt5)} and ${figure(last.mrr10)}`}>
        {[0, 0.5, 1].map((value) => (
          <g key={value}>
            <line className="grid-line" x1={LEFT} x2={WIDTH - RIGHT} y1={y(value)} y2={y(value)} />
            <text className="axis-text" x={LEFT - 6} y={y(value) + 4} textAnchor="end">{value}</text>
          </g>
        ))}
        {points.map(({ swapped, atMs }, index) => (swapped ? <line key={atMs} className="swap-line" x1={x(index)} x2={x(index)} y1={TOP} y2={HEIGHT - BOTTOM}><title>Another index serves from here on</title></line> : null))}
        {SERIES.map(({ key, name, className }, series) => (
          <g key={key} className={className}>
            <polyline points={points.flatMap((point, index) => (point[key] === null ? [] : [`${x(index)},${y(point[key])}`])).join(' ')} />
            {points.map((point, index) => (point[key] === null ? null : <circle key={point.atMs} cx={x(index)} cy={y(point[key])} r={3} className={point.partial ? 'point-partial' : undefined}><title>{point.title}</title></circle>))}
            <text className="line-label" x={WIDTH - RIGHT + 10} y={y(ends[series] ?? 0) + 4 + (apart === 0 ? 0 : series === upper ? -apart : apart)}>{name} {figure(last[key])}</text>
          </g>
        ))}
      </svg>
    </figure>
  );
}
