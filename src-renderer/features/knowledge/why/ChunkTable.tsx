import { listKeyHandler } from '../../../ui/listKeyHandler.ts';
import { type ChunkRow, COLUMNS, STAGES } from './prepareWhy.ts';

export interface ChunkTableProps {
  readonly rows: readonly ChunkRow[];
  readonly selected: string | null;
  readonly onSelect: (key: string) => void;
  readonly onOpen: (key: string) => void;
}

/** Every passage that a stage looked at with its place at each; what was just missed stands below a line. */
export function ChunkTable({ rows, selected, onSelect, onOpen }: ChunkTableProps) {
  const at = Math.max(0, rows.findIndex(({ key }) => key === selected));
  const missed = rows.findIndex(({ use }) => use === 'missed');
  const move = (index: number): void => {
    const row = rows[index];
    if (row === undefined) return;
    onSelect(row.key);
    document.getElementById(`chunk-${row.key}`)?.focus();
  };
  const open = (index: number): void => {
    const row = rows[index];
    if (row !== undefined) onOpen(row.key);
  };
  return (
    <table className="table why-table" aria-label="Passages at each stage">
      <thead>
        <tr>
          <th scope="col">Passage</th>
          <th scope="col" className="why-heading">Section</th>
          {STAGES.map((stage) => (
            <th key={stage} scope="col" className="num" title={COLUMNS.find(({ id }) => id === stage)?.explains}>
              {COLUMNS.find(({ id }) => id === stage)?.title.replace(/^by /, '').replace(' vectors', '')}
            </th>
          ))}
          <th scope="col" className="num why-score">Score</th>
          <th scope="col">What became of it</th>
        </tr>
      </thead>
      <tbody onKeyDown={listKeyHandler({ count: rows.length, at, onMove: move, onOpen: open })}>
        {rows.map((row, index) => (
          <tr key={row.key} id={`chunk-${row.key}`} className={`why-row why-${row.use}${index === missed ? ' why-missed-first' : ''}`} tabIndex={index === at ? 0 : -1} aria-selected={row.key === selected} onClick={() => onSelect(row.key)} onDoubleClick={() => onOpen(row.key)}>
            <td className="clip why-where" title={row.chunk.preview}>{row.where}</td>
            <td className="clip why-heading" title={row.heading}>{row.heading}</td>
            {row.ranks.map((rank, stage) => (
              <td key={STAGES[stage]} className="num">{rank}</td>
            ))}
            <td className="num why-score">{row.score}</td>
            <td className="why-fate">{row.fate}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
