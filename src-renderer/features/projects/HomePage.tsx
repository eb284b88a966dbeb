import { Button } from '@mantine/core';
import { KnowledgeId } from '#contract/ids.ts';
import { useConversations, useKnowledgeActions } from '../../client/knowledgeQueries.ts';
import { toProblem } from '../../client/problem.ts';
import { useHome, useProject, useTrust } from '../../client/projectQueries.ts';
import { formatExact, formatRelative } from '../../lib/formatTime.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { LoadingRows } from '../../ui/Loading.tsx';
import { PlaceHeader } from '../../ui/PlaceHeader.tsx';
import { useWindow } from '../../ui/windowPort.tsx';
import { LanePicture } from './LanePicture.tsx';
import { prepareLanes, prepareNextStep, type NextStep } from './prepareHome.ts';
import { ProjectFiles } from './ProjectFiles.tsx';
import { RecentProjects } from './RecentProjects.tsx';

/** The project as one picture, what changed, and the next step. */
export function HomePage() {
  const home = useHome();
  const project = useProject();
  const conversations = useConversations();
  const error = home.error ?? project.error;
  return (
    <div className="place">
      <PlaceHeader title={project.data?.name ?? 'Home'} meta={<span className="mono">{project.data?.folder}</span>} />
      <div className="place-body home" tabIndex={0} role="region" aria-label="Project">
        {error !== null ? <ErrorState title="The project could not be read" {...toProblem(error)} action={<Button onClick={() => void Promise.all([home.refetch(), project.refetch()])}>Try again</Button>} /> : null}
        {error === null && (home.data === undefined || project.data === undefined) ? <LoadingRows rows={10} label="Loading the project" /> : null}
        {home.data !== undefined && project.data !== undefined ? (
          <>
            <NextStepView step={prepareNextStep(home.data, project.data)} />
            <section className="home-section" aria-labelledby="home-lanes">
              <h2 className="section-title" id="home-lanes">From documents to answers</h2>
              <LanePicture lanes={prepareLanes(home.data, conversations.data ?? [], Date.now())} />
            </section>
            <div className="home-columns">
              <Changes changes={home.data.changes} />
              <ProjectFiles />
              <RecentProjects />
            </div>
          </>
        ) : null}
      </div>
    </div>
  );
}

function NextStepView({ step }: { step: NextStep }) {
  const port = useWindow();
  const trust = useTrust();
  const { ingest } = useKnowledgeActions();
  const { does } = step;
  const error = trust.error ?? ingest.error;
  const go = (): void => {
    if (does === 'trust') return trust.mutate();
    if (!('ingest' in does)) return port.open(does);
    const knowledgeId = KnowledgeId.parse(does.ingest);
    return ingest.mutate({ knowledgeId, paths: [] }, { onSuccess: () => port.open({ place: 'knowledge', knowledgeId }) });
  };
  return (
    <section className="next-step" aria-label="Next step">
      <div className="grow">
        <h2 className="next-title">{step.title}</h2>
        <p className="dim">{step.sentence}</p>
        {error === null ? null : <p className="form-error" role="alert">{toProblem(error).message}</p>}
      </div>
      <Button size="xs" variant="filled" loading={trust.isPending || ingest.isPending} onClick={go}>
        {step.verb}
      </Button>
    </section>
  );
}

function Changes({ changes }: { changes: readonly { atMs: number; title: string }[] }) {
  return (
    <section className="home-section" aria-labelledby="home-changes">
      <h2 className="section-title" id="home-changes">What changed</h2>
      {changes.length === 0 ? <p className="dim">Nothing yet. What is ingested, asked and removed is listed here.</p> : null}
      <ul className="home-list">
        {changes.slice(0, 12).map(({ atMs, title }) => (
          <li key={`${atMs}-${title}`} className="row">
            <span className="grow">{title}</span>
            <time className="faint home-when" title={formatExact(atMs)}>{formatRelative(atMs, Date.now())}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}
