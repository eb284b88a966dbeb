import { Button, NativeSelect, NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { Snapshot } from '#contract/snapshots.ts';
import { useModels } from '../../../client/modelQueries.ts';
import { embedderChoices } from './prepareSnapshots.ts';

export interface BuildFormProps {
  readonly serving: Snapshot | undefined;
  readonly busy: boolean;
  readonly problem: string | null;
  readonly onBuild: (settings: { maxTokens: number; embedder: string }) => void;
  readonly onBack: () => void;
}

/** Chunk size and embedder of a second index; the one that serves stays as it is meanwhile. */
export function BuildForm({ serving, busy, problem, onBuild, onBack }: BuildFormProps) {
  const models = useModels();
  const [maxTokens, setMaxTokens] = useState<number | null>(serving?.maxTokens ?? 256);
  const choices = embedderChoices(models.data?.models ?? []);
  const current = serving?.embedder ?? choices[0]?.value ?? '';
  const [embedder, setEmbedder] = useState(current);
  const known = choices.some(({ value }) => value === current) || current === '' ? choices : [{ value: current, label: current }, ...choices];
  const same = serving !== undefined && maxTokens === serving.maxTokens && embedder === serving.embedder;
  return (
    <form
      className="build-form"
      aria-label="Another index"
      onSubmit={(event) => {
        event.preventDefault();
        if (maxTokens !== null) onBuild({ maxTokens, embedder });
      }}
      onKeyDown={(event) => { if (event.key === 'Escape') onBack(); }}
    >
      <NumberInput label="Longest chunk, in tokens" min={32} max={2048} step={32} value={maxTokens ?? ''} onChange={(value) => setMaxTokens(typeof value === 'number' && value >= 32 && value <= 2048 ? value : null)} data-autofocus />
      <NativeSelect label="Embedder" data={known.length === 0 ? [{ value: '', label: 'No embedder is known yet' }] : known} value={embedder} onChange={(event) => setEmbedder(event.currentTarget.value)} />
      <div className="row build-actions">
        <Button type="submit" variant="filled" loading={busy} disabled={maxTokens === null || embedder === '' || same}>Build another index</Button>
        <Button onClick={onBack}>Back</Button>
        {same ? <span className="dim">That is how the serving one is made.</span> : null}
        {problem === null ? null : <span className="form-error" role="alert">{problem}</span>}
      </div>
    </form>
  );
}
