import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi, useProjectId } from './ApiContext.tsx';
import { queryKeys } from './queryKeys.ts';

export function useProject() {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.project(projectId), queryFn: () => api.projects.get({ projectId }) });
}

export function useRecentProjects() {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.recent, queryFn: () => api.projects.recent() });
}

export function useHome() {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.home(projectId), queryFn: () => api.projects.home({ projectId }) });
}

export function useProjectFiles() {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.files(projectId), queryFn: () => api.projects.files({ projectId }) });
}

export function useProjectFile(path: string) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.file(projectId, path), queryFn: () => api.projects.readFile({ projectId, path }) });
}

export function useSchemas() {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.schemas, queryFn: () => api.projects.schemas(), staleTime: Number.POSITIVE_INFINITY });
}

export function useUndoList() {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.undo(projectId), queryFn: () => api.projects.undoList({ projectId }) });
}

/** Takes back the named entry, or the newest one; everything shown is read again, because anything may have come back. */
export function useUndo() {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id?: string) => api.projects.undo(id === undefined ? { projectId } : { projectId, id }),
    onSuccess: () => queries.invalidateQueries(),
  });
}

export function usePurge() {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  return useMutation({ mutationFn: () => api.projects.purge({ projectId }), onSuccess: () => queries.invalidateQueries({ queryKey: ['undo'] }) });
}

export function useTrust() {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  return useMutation({ mutationFn: () => api.projects.trust({ projectId }), onSuccess: () => queries.invalidateQueries({ queryKey: ['project'] }) });
}

/** Compare-and-swap: fails with FILE_CHANGED when someone else wrote the file since it was read. */
export function useSaveFile(path: string) {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: { text: string; expectedDigest: Awaited<ReturnType<typeof api.projects.readFile>>['digest'] | null }) =>
      api.projects.writeFile({ projectId, path, ...input }),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.file(projectId, path) }),
  });
}

export function useOpenProject() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({ mutationFn: (folder: string) => api.projects.open({ folder }), onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.recent }) });
}

export function useCreateProject() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: { folder: string; name?: string; sample: boolean }) => api.projects.create(input),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.recent }),
  });
}
