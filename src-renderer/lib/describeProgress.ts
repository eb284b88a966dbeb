import { formatBytes } from './formatBytes.ts';
import { formatCount } from './formatCount.ts';
import { formatLeft } from './formatDuration.ts';

interface Progress {
  readonly done: number;
  readonly total: number | null;
  readonly unit: 'files' | 'bytes' | 'tokens' | 'chunks' | 'steps' | 'characters' | 'cells';
  readonly rate: number | null;
  readonly leftMs: number | null;
}

export interface ProgressWords {
  readonly fraction: number | null;
  readonly amount: string;
  readonly speed: string;
  readonly left: string;
}

/** Amount, speed and time left of a job in words; empty where it is not known yet. */
export function describeProgress({ done, total, unit, rate, leftMs }: Progress): ProgressWords {
  const show = unit === 'bytes' ? formatBytes : formatCount;
  const suffix = unit === 'bytes' ? '' : ` ${unit}`;
  const amount = total === null ? `${show(done)}${suffix}` : `${show(done)} / ${show(total)}${suffix}`;
  const speed = rate === null || rate < 0.05 ? '' : unit === 'bytes' ? `${formatBytes(rate)}/s` : `${rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))} ${unit}/s`;
  return {
    fraction: total === null || total === 0 ? null : Math.min(1, done / total),
    amount,
    speed,
    left: leftMs === null ? '' : formatLeft(leftMs),
  };
}
