import { type ChunkRow, chunkPath, type FunnelStep } from './prepareWhy.ts';

export interface FunnelPictureProps {
  readonly steps: readonly FunnelStep[];
  readonly rows: readonly ChunkRow[];
  readonly depth: number;
  readonly selected: string | null;
  readonly onSelect: (key: string) => void;
}

const PAD_PX = 10;
const TALL_PX = 240;
const PITCH_PX = 14;
/** From so many places on, dots stand closer than they are wide. */
const CROWDED = 40;

/**
 * Each passage as a line through the stages, its place at each as height: by the square root, so that the first places, which decide, stand
 * apart and two hundred still leave room for the table below, which holds the same in words.
 */
export function FunnelPicture({ steps, rows, depth, selected, onSelect }: FunnelPictureProps) {
  const tall = Math.min(TALL_PX, depth * PITCH_PX);
  const small = depth > CROWDED ? 2 : 3;
  const x = (column: number): string => `${((column + 0.5) / steps.length) * 100}%`;
  const y = (rank: number): number => PAD_PX + tall * Math.sqrt((rank - 0.5) / depth);
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
      <svg className="funnel-lines" width="100%" height={tall + 2 * PAD_PX} aria-hidden>
        {drawn.map((row) => {
          const { dots, lines } = chunkPath(row.chunk);
          return (
            <g key={row.key} className={`funnel-path funnel-${row.use}`} data-selected={row.key === selected || undefined} onClick={() => onSelect(row.key)}>
              <title>{`${row.where} · ${row.fate}`}</title>
              {lines.map(([from, to]) => (
                <line key={`${from.column}-${to.column}`} x1={x(from.column)} y1={y(from.rank)} x2={x(to.column)} y2={y(to.rank)} />
              ))}
              {dots.map(({ column, rank }) => (
                <circle key={column} cx={x(column)} cy={y(rank)} r={row.key === selected ? 4.5 : row.use === 'missed' || row.use === 'found' ? small : 3} />
              ))}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
