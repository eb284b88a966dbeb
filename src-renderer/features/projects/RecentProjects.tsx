import { Button } from '@mantine/core';
import { useProjectId } from '../../client/ApiContext.tsx';
import { sayProblem } from '../../client/problem.ts';
import { useOpenProject, useRecentProjects } from '../../client/projectQueries.ts';
import { formatExact, formatRelative } from '../../lib/formatTime.ts';
import { useWindow } from '../../ui/windowPort.tsx';

/** Other projects of this user, and the ways to open or make one. */
export function RecentProjects() {
  const recent = useRecentProjects();
  const current = useProjectId();
  const port = useWindow();
  const open = useOpenProject();
  const onError = (error: unknown): void => port.notify({ text: sayProblem(error), meaning: 'bad' });
  const onSuccess = ({ id }: { id: string }): void => port.switchProject(id);
  const openFolder = async (): Promise<void> => {
    const paths = await port.pick({ title: 'Open a project folder', what: 'folder', verb: 'Open' });
    if (paths?.[0] !== undefined) open.mutate(paths[0], { onError, onSuccess });
  };
  const others = (recent.data ?? []).filter(({ id }) => id !== current);
  return (
    <section className="home-section" aria-labelledby="home-recent">
      <h2 className="section-title" id="home-recent">Other projects</h2>
      {others.length === 0 ? <p className="dim">No other project was opened yet.</p> : null}
      <ul className="home-list">
        {others.slice(0, 8).map(({ id, name, folder, openedAtMs, exists }) => (
          <li key={id} className="row">
            <button type="button" className="plain stack grow recent-row" disabled={!exists} onClick={() => port.switchProject(id)} title={folder}>
              <span className="clip">{name}</span>
              <span className="mono faint clip">{exists ? folder : `${folder} is no longer there`}</span>
            </button>
            <time className="faint home-when" title={formatExact(openedAtMs)}>{formatRelative(openedAtMs, Date.now())}</time>
          </li>
        ))}
      </ul>
      <div className="row home-buttons">
        <Button onClick={() => void openFolder()}>Open a folder</Button>
        <Button onClick={port.createProject}>New project</Button>
      </div>
    </section>
  );
}
