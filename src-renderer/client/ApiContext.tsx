import { createContext, type ReactNode, use } from 'react';
import type { ProjectId } from '#contract/ids.ts';
import type { ConnectionOptions } from './createApi.ts';
import type { Api } from './knowledgeApi.ts';
import type { AnswerTexts } from './answerTexts.ts';

/** What every hook of this folder needs; made once in app/. */
export interface Connection {
  readonly api: Api;
  readonly options: ConnectionOptions;
  readonly answerTexts: AnswerTexts;
}

const ConnectionContext = createContext<Connection | null>(null);
const ProjectContext = createContext<ProjectId | null>(null);

export function ConnectionProvider({ connection, children }: { connection: Connection; children: ReactNode }) {
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}

export function ProjectProvider({ projectId, children }: { projectId: ProjectId; children: ReactNode }) {
  return <ProjectContext value={projectId}>{children}</ProjectContext>;
}

export function useConnection(): Connection {
  const connection = use(ConnectionContext);
  if (connection === null) throw new Error('Expected a ConnectionProvider above');
  return connection;
}

export function useApi(): Api {
  return useConnection().api;
}

/** The project that this part of the window shows. */
export function useProjectId(): ProjectId {
  const projectId = use(ProjectContext);
  if (projectId === null) throw new Error('Expected a ProjectProvider above');
  return projectId;
}
