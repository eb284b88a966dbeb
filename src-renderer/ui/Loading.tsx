import { Skeleton } from '@mantine/core';

/** Rows in the shape of what is coming. */
export function LoadingRows({ rows = 8, label }: { rows?: number; label: string }) {
  return (
    <div className="loading" role="status" aria-label={label}>
      <p className="loading-words">{label}</p>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={12} width={`${88 - ((index * 17) % 40)}%`} radius={2} />
      ))}
    </div>
  );
}
