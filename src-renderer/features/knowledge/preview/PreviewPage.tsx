import { Button } from '@mantine/core';
import { KnowledgeId } from '#contract/ids.ts';
import type { ContainerPreview } from '#contract/preview.ts';
import { useKnowledgeActions, useKnowledgeBases } from '../../../client/knowledgeQueries.ts';
import { usePreview } from '../../../client/previewQueries.ts';
import { sayProblem, toProblem } from '../../../client/problem.ts';
import type { Route } from '../../../lib/route.ts';
import { useActions } from '../../../ui/actionRegistry.ts';
import { ErrorState } from '../../../ui/ErrorState.tsx';
import { AddIcon, BackIcon } from '../../../ui/icons.ts';
import { LoadingRows } from '../../../ui/Loading.tsx';
import { PlaceHeader } from '../../../ui/PlaceHeader.tsx';
import { useWindow } from '../../../ui/windowPort.tsx';
import { describeContainer, describePreview } from './preparePreview.ts';
import { MemberList } from './MemberList.tsx';
import { PreviewBody } from './PreviewBody.tsx';
import './preview.css';

type PreviewRoute = Extract<Route, { place: 'preview' }>;

/** What a file would become, before anything of it is kept. */
export function PreviewPage({ route }: { route: PreviewRoute }) {
  const knowledgeId = KnowledgeId.safeParse(route.knowledgeId);
  if (!knowledgeId.success) return <ErrorState title="This link names no knowledge base" message={`${route.knowledgeId} is not the id of a knowledge base.`} hint="Choose a file in Knowledge, then Preview." />;
  return <Previewed knowledgeId={knowledgeId.data} route={route} />;
}

function Previewed({ knowledgeId, route }: { knowledgeId: KnowledgeId; route: PreviewRoute }) {
  const port = useWindow();
  const preview = usePreview(knowledgeId, route.path, route.member);
  const bases = useKnowledgeBases();
  const { ingest } = useKnowledgeActions();
  const name = (route.member ?? route.path).split(/[\\/]/).at(-1) ?? route.path;
  const base = bases.data?.find(({ id }) => id === knowledgeId);
  const take = (): void =>
    ingest.mutate(
      { knowledgeId, paths: [route.path] },
      {
        onSuccess: () => port.open({ place: 'knowledge', knowledgeId }),
        onError: (error) => port.notify({ text: sayProblem(error), meaning: 'bad' }),
      },
    );
  const back = route.member === undefined ? null : (): void => port.open({ place: 'preview', knowledgeId, path: route.path });
  useActions([{ id: 'preview-ingest', title: `Ingest this file${base === undefined ? '' : ` into ${base.name}`}`, section: 'Preview', shortcut: 'Mod+Enter', when: () => preview.data !== undefined, run: take }]);
  const data = preview.data;
  const meta = data === undefined ? null : data.kind === 'document' ? describePreview(data.document) : describeContainer(data.container);
  return (
    <div className="place preview">
      <PlaceHeader title={<span title={route.path}>{name}</span>} meta={meta}>
        {back === null ? null : <Button leftSection={<BackIcon size={14} />} onClick={back}>All of {route.path.split(/[\\/]/).at(-1)}</Button>}
        <Button variant="filled" leftSection={<AddIcon size={14} />} disabled={data === undefined} loading={ingest.isPending} onClick={take} title={base === undefined ? undefined : `Into ${base.name}`}>
          {route.member === undefined ? 'Ingest this file' : 'Ingest the whole archive'}
        </Button>
      </PlaceHeader>
      {preview.error === null ? null : <ErrorState title={`${name} could not be read`} {...toProblem(preview.error)} action={<Button onClick={() => void preview.refetch()}>Try again</Button>} />}
      {data === undefined && preview.error === null ? <LoadingRows rows={14} label={`Reading ${name} as an ingestion would`} /> : null}
      {data?.kind === 'document' ? <PreviewBody preview={data.document} /> : null}
      {data?.kind === 'container' ? <Members container={data.container} onOpen={(member) => port.open({ place: 'preview', knowledgeId, path: route.path, member })} /> : null}
    </div>
  );
}

function Members({ container, onOpen }: { container: ContainerPreview; onOpen: (member: string) => void }) {
  return (
    <div className="preview-members">
      {container.problems.length === 0 ? null : (
        <section className="preview-problems" aria-label="Cannot be read">
          {container.problems.map(({ name, reason }) => (
            <p key={name} className="notice-line"><span className="mono">{name}</span> {reason}</p>
          ))}
        </section>
      )}
      <MemberList members={container.members} onOpen={onOpen} />
    </div>
  );
}
