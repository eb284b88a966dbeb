import { Button } from '@mantine/core';
import { ProgressLine } from '../../../ui/ProgressLine.tsx';
import { StateMark } from '../../../ui/StateMark.tsx';
import type { SnapshotRow } from './prepareSnapshots.ts';

export type SnapshotDoes = 'swap' | 'undo' | 'compare' | 'purge' | 'pause' | 'resume';

export interface SnapshotLineProps {
  readonly row: SnapshotRow;
  readonly id: string;
  readonly tabbable: boolean;
  readonly busy: boolean;
  readonly onFocus: () => void;
  readonly onDo: (what: SnapshotDoes) => void;
}

export function SnapshotLine({ row, id, tabbable, busy, onFocus, onDo }: SnapshotLineProps) {
  const { can } = row;
  return (
    <tr id={id} tabIndex={tabbable ? 0 : -1} onFocus={onFocus}>
      <td><StateMark meaning={row.meaning} word={row.word} /></td>
      <td className="snapshot-name">
        <span>{row.name}</span>
        {row.failure === '' ? null : <span className="snapshot-failure">{row.failure}</span>}
      </td>
      <td className="num">{row.chunks}</td>
      <td className="snapshot-vectors">
        <span className="snapshot-share">{row.vectors}</span>
        {row.fraction === null ? null : <ProgressLine fraction={row.fraction} label={`Transformer vectors of ${row.name}`} />}
      </td>
      <td className="num">{row.disk}</td>
      <td className="dim snapshot-behind">{row.behind}</td>
      <td className="dim snapshot-when" title={row.whenTitle}>{row.when}</td>
      <td>
        <div className="row snapshot-actions">
          {can.compare ? <Button disabled={busy} onClick={() => onDo('compare')}>Compare</Button> : null}
          {can.swap ? <Button disabled={busy} variant="filled" onClick={() => onDo('swap')} title={row.behind === '' ? undefined : `Reads the ${row.behind} that it lacks first`}>Let it serve</Button> : null}
          {can.undo ? <Button disabled={busy} onClick={() => onDo('undo')} title="Lets this one serve again">Undo the swap</Button> : null}
          {can.pause ? <Button onClick={() => onDo('pause')}>Pause vectors</Button> : null}
          {can.resume ? <Button onClick={() => onDo('resume')}>Resume vectors</Button> : null}
          {can.purge ? <Button disabled={busy} onClick={() => onDo('purge')} title={`Frees ${row.disk}, for good`}>Purge</Button> : null}
        </div>
      </td>
    </tr>
  );
}
