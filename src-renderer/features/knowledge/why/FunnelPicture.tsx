import { type ChunkRow, chunkPath, type FunnelStep } from './prepareWhy.ts';

export interface FunnelPictureProps {
  readonly steps: readonly FunnelStep[];
  readonly rows: readonly ChunkRow[];
  readonly depth: number;
  readonly selected: string | null;
  readonly onSelect: (key: string) => void;
}

const PAD_PX = 10;
const TALL_PX = 260;

/** Each passage as a line through the stages, its place at each as height. The table below holds the same in words. */
export function FunnelPicture({ steps, rows, depth, selected, onSelect }: FunnelPictureProps) {
  const pitch = Math.max(4, Math.min(14, TALL_PX / depth));
  const x = (column: number): string => `${((column + 0.5) / steps.length) * 100}%`;
  const y = (rank: number): number => PAD_PX + (rank - 0.5) * pitch;
  // What is followed, and what matters more, is drawn over the rest.
  const order = { missed: 0, found: 1, prompt: 2, cited: 3 } as const;
  const drawn = rows.toSorted((a, b) => Number(a.key === selected) - Number(b.key === selected) || order[a.use] - order[b.use]);
  return (
    <figure className="funnel" aria-label={`How many passages each stage held: ${steps.map(({ count, title }) => `${count} ${title}`).join(', ')}`}>
      <ol className="funnel-steps">
        {steps.map(({ id, title, explains, count }, index) => (
          <li key={id} className={index < 3 ? 'funnel-step funnel-list' : 'funnel-step'} title={explains}>
            <span className="funnel-count">{count}</span>
            <span className="funnel-title">{title}</span>
          </li>
        ))}
      </ol>
      <svg className="funnel-lines" width="100%" height={depth * pitch + 2 * PAD_PX} aria-hidden>
        {drawn.map((row) => {
          const { dots, lines } = chunkPath(row.chunk);
          return (
            <g key={row.key} className={`funnel-path funnel-${row.use}`} data-selected={row.key === selected || undefined} onClick={() => onSelect(row.key)}>
              <title>{`${row.where} · ${row.fate}`}</title>
              {lines.map(([from, to]) => (
                <line key={`${from.column}-${to.column}`} x1={x(from.column)} y1={y(from.rank)} x2={x(to.column)} y2={y(to.rank)} />
              ))}
              {dots.map(({ column, rank }) => (
                <circle key={column} cx={x(column)} cy={y(rank)} r={row.key === selected ? 4.5 : 3} />
              ))}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
