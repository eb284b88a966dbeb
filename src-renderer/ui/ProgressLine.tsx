export interface ProgressLineProps {
  /** 0 to 1; null while the amount is not known yet. */
  readonly fraction: number | null;
  readonly label: string;
  readonly meaning?: 'running' | 'good' | 'bad';
}

/** A 4 px line. Its figures stand beside it as text. */
export function ProgressLine({ fraction, label, meaning = 'running' }: ProgressLineProps) {
  const known = fraction === null ? {} : { 'aria-valuenow': Math.round(fraction * 100) };
  return (
    <div className={`progress progress-${meaning}`} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...known}>
      <div className={fraction === null ? 'progress-bar progress-unknown' : 'progress-bar'} style={fraction === null ? undefined : { width: `${fraction * 100}%` }} />
    </div>
  );
}
