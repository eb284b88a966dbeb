import { Button } from '@mantine/core';
import type { Model } from '#contract/models.ts';
import { useCancelJob, useJob } from '../../client/systemQueries.ts';
import { describeProgress } from '../../lib/describeProgress.ts';
import { DownloadIcon } from '../../ui/icons.ts';
import { ProgressLine } from '../../ui/ProgressLine.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import type { ModelRow } from './prepareModels.ts';
import { useModelSteps } from './useModelSteps.ts';

export interface ModelLineProps {
  readonly row: ModelRow;
  readonly model: Model | undefined;
  readonly id: string;
  readonly tabbable: boolean;
  readonly onSelect: () => void;
}

export function ModelLine({ row, model, id, tabbable, onSelect }: ModelLineProps) {
  const job = useJob(model?.job ?? null);
  const cancel = useCancelJob();
  const steps = useModelSteps();
  const progress = job?.progress == null || job.endedAtMs !== null ? null : describeProgress(job.progress);
  return (
    <tr>
      <td>
        <button type="button" id={id} className="plain model-name" tabIndex={tabbable ? 0 : -1} onClick={onSelect}>
          {row.name}
        </button>
        {row.suggested ? <span className="tag tag-accent model-tag">suggested</span> : null}
        {row.note === '' ? null : <div className="faint model-note clip" title={row.note}>{row.note}</div>}
        {progress === null ? null : (
          <div className="model-progress">
            <ProgressLine fraction={progress.fraction} label={`Getting ${row.name}`} />
            <span className="num">{progress.amount}</span>
            <span className="num dim">{progress.speed}</span>
            <span className="dim">{progress.left}</span>
          </div>
        )}
      </td>
      <td><StateMark meaning={row.meaning} word={row.word} /></td>
      <td className="dim models-task">{row.task}</td>
      <td className="num">{row.size}</td>
      <td className="num models-memory">{row.memory}</td>
      <td><StateMark meaning={row.fit.meaning} word={row.fit.word} title={row.fit.title} /></td>
      <td className="dim models-licence">{row.licence}</td>
      <td>
        <div className="row model-actions">
          {row.does.includes('get') ? <Button leftSection={<DownloadIcon size={14} />} onClick={() => steps.get(row)} aria-label={`Get ${row.name}, ${row.size}`}>Get</Button> : null}
          {row.does.includes('cancel') && job !== null ? <Button onClick={() => cancel.mutate(job.id)} aria-label={`Cancel getting ${row.name}`}>Cancel</Button> : null}
          {row.does.includes('unload') ? <Button onClick={() => steps.unload(row)} aria-label={`Unload ${row.name} from memory`}>Unload</Button> : null}
          {row.does.includes('remove') ? <Button onClick={() => void steps.remove(row, model?.path ?? null)} aria-label={`Remove ${row.name}`}>Remove</Button> : null}
        </div>
      </td>
    </tr>
  );
}
