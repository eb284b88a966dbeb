import { Button } from '@mantine/core';
import { useState } from 'react';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import { type Snapshot, SnapshotComparison } from '#contract/snapshots.ts';
import { sayProblem, toProblem } from '../../../client/problem.ts';
import { useSnapshotActions, useSnapshots } from '../../../client/snapshotQueries.ts';
import { useJob } from '../../../client/systemQueries.ts';
import { useJobResult } from '../../../client/useJobResult.ts';
import { describeProgress } from '../../../lib/describeProgress.ts';
import { formatBytes } from '../../../lib/formatBytes.ts';
import { useActions } from '../../../ui/actionRegistry.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ErrorState } from '../../../ui/ErrorState.tsx';
import { AddIcon } from '../../../ui/icons.ts';
import { listKeyHandler } from '../../../ui/listKeyHandler.ts';
import { LoadingRows } from '../../../ui/Loading.tsx';
import { ProgressLine } from '../../../ui/ProgressLine.tsx';
import { useWindow } from '../../../ui/windowPort.tsx';
import { BuildForm } from './BuildForm.tsx';
import { ComparisonPanel } from './ComparisonPanel.tsx';
import { prepareSnapshots, type SnapshotRow } from './prepareSnapshots.ts';
import { type SnapshotDoes, SnapshotLine } from './SnapshotLine.tsx';
import '../questions/questions.css';
import './snapshots.css';

/** Indexes of the same documents: the one that serves, candidates beside it, and the former ones. */
export function SnapshotsPart({ base }: { base: KnowledgeBase }) {
  const snapshots = useSnapshots(base.id);
  if (snapshots.error !== null) return <ErrorState title="The snapshots could not be listed" {...toProblem(snapshots.error)} action={<Button onClick={() => void snapshots.refetch()}>Try again</Button>} />;
  if (snapshots.data === undefined) return <LoadingRows rows={5} label="Loading the snapshots" />;
  return <Snapshots base={base} snapshots={snapshots.data} />;
}

function Snapshots({ base, snapshots }: { base: KnowledgeBase; snapshots: readonly Snapshot[] }) {
  const port = useWindow();
  const actions = useSnapshotActions(base.id);
  const [building, setBuilding] = useState(false);
  const [at, setAt] = useState(0);
  const [comparing, setComparing] = useState<string | null>(null);
  const [swapping, setSwapping] = useState<string | null>(null);
  const swap = useJob(swapping);
  const compared = useJobResult(comparing, SnapshotComparison);
  const serving = snapshots.find(({ state }) => state === 'serving');
  const rows = prepareSnapshots(snapshots, Date.now());
  const report = (error: unknown): void => port.notify({ text: sayProblem(error), meaning: 'bad' });
  useActions([{ id: 'snapshots-build', title: 'Build another index', section: 'Snapshots', shortcut: 'N', run: () => setBuilding(true) }]);
  const purge = async (row: SnapshotRow): Promise<void> => {
    const sure = await port.confirm({ title: 'Purge this snapshot?', text: `${row.name}: ${row.chunks} chunks and ${row.disk} on disk go for good. The documents stay, and the index can be built again.`, verb: `Purge ${row.disk}` });
    if (sure) actions.purge.mutate(row.id, { onSuccess: ({ freedBytes }) => port.notify({ text: `Freed ${formatBytes(freedBytes)}.`, meaning: 'good' }), onError: report });
  };
  const act = (row: SnapshotRow, what: SnapshotDoes): void => {
    if (what === 'purge') return void purge(row);
    if (what === 'compare') {
      if (serving !== undefined) actions.compare.mutate({ before: serving.id, after: row.id }, { onSuccess: ({ job }) => setComparing(job), onError: report });
      return;
    }
    if (what === 'undo') return actions.undoSwap.mutate(undefined, { onError: report, onSuccess: ({ job }) => setSwapping(job) });
    if (what === 'swap') return actions.swap.mutate(row.id, { onError: report, onSuccess: ({ job }) => { setSwapping(job); port.notify({ text: `${row.name} is about to serve. The one before it stays until it is purged.`, action: { label: 'Show jobs', run: () => port.showPanel('jobs') } }); } });
    actions[what].mutate(row.id, { onError: report });
  };
  const form = building ? <BuildForm serving={serving} busy={actions.build.isPending} problem={actions.build.error === null ? null : toProblem(actions.build.error).message} onBuild={(settings) => actions.build.mutate(settings, { onSuccess: () => setBuilding(false) })} onBack={() => setBuilding(false)} /> : null;
  if (rows.length === 0) {
    return form ?? <EmptyState manual="knowledge-bases" title="No index yet" sentence={`The first index of ${base.name} is made when its first document is read. Later another one can be built beside it, compared, and swapped in.`} />;
  }
  const busy = (swap !== null && swap.endedAtMs === null) || actions.swap.isPending || actions.undoSwap.isPending || actions.compare.isPending || compared.running;
  const progress = compared.job?.progress == null ? null : describeProgress(compared.job.progress);
  return (
    <div className="documents snapshots">
      <div className="documents-toolbar">
        <span className="dim">The same documents, cut and embedded in one way each. One serves.</span>
        <span className="grow" />
        <Button leftSection={<AddIcon size={14} />} onClick={() => setBuilding(true)}>Build another index</Button>
      </div>
      {form}
      <div className="snapshots-scroll">
        {compared.running ? (
          <div className="ingest-line" role="status">
            <span>Running the saved questions on both</span>
            <div className="ingest-bar"><ProgressLine fraction={progress?.fraction ?? null} label="Comparison" /></div>
            <span className="num">{progress?.amount}</span>
          </div>
        ) : null}
        {swap?.error == null ? null : <ErrorState title="The other index could not take over" message={swap.error.message} hint={swap.error.hint ?? null} code={swap.error.code} />}
        {compared.job?.error == null ? null : <ErrorState title="The snapshots could not be compared" message={compared.job.error.message} hint={compared.job.error.hint ?? null} code={compared.job.error.code} />}
        {compared.result === null ? null : <ComparisonPanel comparison={compared.result} onClose={() => setComparing(null)} />}
        <table className="table snapshots-table" aria-label={`Snapshots of ${base.name}`}>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Made with</th>
              <th scope="col" className="num">Chunks</th>
              <th scope="col">Vectors</th>
              <th scope="col" className="num">Disk</th>
              <th scope="col" className="snapshot-behind">Behind</th>
              <th scope="col" className="snapshot-when">When</th>
              <th scope="col"><span className="hidden-text">Actions</span></th>
            </tr>
          </thead>
          <tbody onKeyDown={listKeyHandler({ count: rows.length, at, onMove: (index) => { setAt(index); document.getElementById(`snapshot-${index}`)?.focus(); }, onOpen: () => undefined })}>
            {rows.map((row, index) => (
              <SnapshotLine key={row.id} row={row} id={`snapshot-${index}`} tabbable={index === at} busy={busy} onFocus={() => setAt(index)} onDo={(what) => act(row, what)} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
