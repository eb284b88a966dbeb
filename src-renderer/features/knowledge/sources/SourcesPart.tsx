import { Button } from '@mantine/core';
import { useState } from 'react';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import type { KnowledgeSource } from '#contract/sources.ts';
import { useKnowledgeActions } from '../../../client/knowledgeQueries.ts';
import { standingProblems } from '../../../client/ingestProblems.ts';
import { sayProblem } from '../../../client/problem.ts';
import { useJobs, useSaveSettings, useSettings } from '../../../client/systemQueries.ts';
import { useActions } from '../../../ui/actionRegistry.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { AddIcon, NetworkIcon, RootIcon, SourceIcon } from '../../../ui/icons.ts';
import { listKeyHandler } from '../../../ui/listKeyHandler.ts';
import { useWindow } from '../../../ui/windowPort.tsx';
import { kindOfListed, liesNearby } from './prepareSources.ts';
import { SourceForm } from './SourceForm.tsx';
import './sources.css';

const ICONS = { files: RootIcon, watch: RootIcon, site: NetworkIcon, git: SourceIcon, api: NetworkIcon } as const;

/** Where the documents come from: files, folders, sites, repositories and APIs. */
export function SourcesPart({ base }: { base: KnowledgeBase }) {
  const port = useWindow();
  const actions = useKnowledgeActions();
  const settings = useSettings();
  const save = useSaveSettings();
  const jobs = useJobs().data ?? [];
  const [adding, setAdding] = useState(false);
  const [at, setAt] = useState(0);
  const sites = settings.data?.sites ?? [];
  const problems = standingProblems(jobs).find(({ job }) => job.title === `Ingest ${base.name}`)?.problems ?? [];
  useActions([{ id: 'sources-add', title: `Add a site, repository or API to ${base.name}`, section: 'Sources', shortcut: 'N', run: () => setAdding(true) }]);
  const add = async (source: KnowledgeSource, origin: string | null): Promise<void> => {
    // The permission comes first: a source of a site that is not allowed is refused.
    if (origin !== null) await save.mutateAsync({ sites: [...sites, { origin, local: liesNearby(origin) }] });
    await actions.addSource.mutateAsync({ knowledgeId: base.id, source });
    setAdding(false);
  };
  const remove = (source: string): void =>
    actions.removeSource.mutate(
      { knowledgeId: base.id, source },
      {
        onSuccess: () => port.notify({ text: `${source} is no longer a source of ${base.name}. What came from it goes with the next ingestion.` }),
        onError: (error) => port.notify({ text: sayProblem(error), meaning: 'bad' }),
      },
    );
  const failure = save.error ?? actions.addSource.error;
  const problem = failure === null ? null : sayProblem(failure);
  const form = adding ? <SourceForm allowed={sites.map(({ origin }) => origin)} saving={save.isPending || actions.addSource.isPending} problem={problem} onAdd={(source, origin) => void add(source, origin).catch(() => undefined)} onBack={() => setAdding(false)} /> : null;
  if (base.sources.length === 0) {
    return form ?? <EmptyState manual="knowledge-bases" title={`${base.name} has no sources yet`} sentence="Documents come from files and folders on this machine, from web sites that you allow, from git repositories at a commit, and from JSON APIs." action={<Button size="xs" variant="filled" leftSection={<AddIcon size={14} />} onClick={() => setAdding(true)}>Add a source</Button>} />;
  }
  return (
    <div className="documents sources">
      <div className="documents-toolbar">
        <span className="dim">Originals stay where they are; what is fetched is kept as a copy in this project.</span>
        <span className="grow" />
        <Button leftSection={<AddIcon size={14} />} onClick={() => setAdding(true)}>Add a source</Button>
      </div>
      {form}
      <ul className="source-list" aria-label={`Sources of ${base.name}`} onKeyDown={listKeyHandler({ count: base.sources.length, at, onMove: (index) => { setAt(index); document.getElementById(`source-remove-${index}`)?.focus(); }, onOpen: () => undefined })}>
        {base.sources.map((source, index) => {
          const Icon = ICONS[kindOfListed(source)];
          const reason = problems.find(({ path }) => path === source)?.reason;
          return (
            <li key={source} className="source-line">
              <Icon size={14} aria-hidden />
              <span className="grow source-name">
                <span className="mono clip" title={source}>{source}</span>
                {reason === undefined ? null : <span className="source-reason">{reason}</span>}
              </span>
              <Button id={`source-remove-${index}`} onFocus={() => setAt(index)} onClick={() => remove(source)} aria-label={`Remove the source ${source}`}>Remove</Button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
