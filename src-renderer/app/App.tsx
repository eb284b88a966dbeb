import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { ProjectId } from '#contract/ids.ts';
import { ProjectProvider, useApi } from '../client/ApiContext.tsx';
import { toProblem } from '../client/problem.ts';
import { parseFragment } from '../lib/route.ts';
import { ErrorState } from '../ui/ErrorState.tsx';
import { LoadingRows } from '../ui/Loading.tsx';
import { Frame } from './Frame.tsx';
import { FirstRun } from './FirstRun.tsx';
import { chooseProject } from './chooseProject.ts';
import { useTheme } from './useTheme.ts';
import { windowStore } from './windowStore.ts';

/** Decides which project the window shows, then shows it. */
export function App() {
  const api = useApi();
  useTheme();
  const [chosen, setChosen] = useState<ProjectId | null>(() => {
    const linked = ProjectId.safeParse(parseFragment(location.hash)?.projectId ?? new URLSearchParams(location.search).get('project'));
    return linked.success ? linked.data : null;
  });
  const recent = useQuery({ queryKey: ['recent'], queryFn: () => api.projects.recent() });
  const switchProject = useCallback((projectId: string) => {
    windowStore.setState({ subject: null });
    setChosen(ProjectId.parse(projectId));
    history.replaceState(null, '', `#/p/${projectId}/home`);
  }, []);
  if (recent.error !== null) {
    const problem = toProblem(recent.error);
    return <ErrorState title="The projects could not be listed" {...problem} action={<Button onClick={() => void recent.refetch()}>Try again</Button>} />;
  }
  if (recent.data === undefined) return <LoadingRows label="Loading the project" />;
  const projectId = chooseProject(recent.data, chosen);
  if (projectId === null) return <FirstRun onOpened={switchProject} />;
  return (
    <ProjectProvider projectId={projectId} key={projectId}>
      <Frame onSwitchProject={switchProject} />
    </ProjectProvider>
  );
}
