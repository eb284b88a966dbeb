import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi, useProjectId } from './ApiContext.tsx';
import { queryKeys } from './queryKeys.ts';

export function usePipelines() {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.pipelines(projectId), queryFn: () => api.pipelines.list({ projectId }) });
}

export function usePipeline(slug: string) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.pipeline(projectId, slug), queryFn: () => api.pipelines.get({ projectId, pipeline: slug as never }) });
}

/** What a cell depends on. `run` names the run that is shown, so that another one is read anew. */
export function useCellWhy(slug: string, cell: string, run: string) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: [...queryKeys.pipeline(projectId, slug), cell, run], queryFn: () => api.pipelines.why({ projectId, pipeline: slug as never, cell }) });
}

export function useRunPipeline(slug: string) {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.pipelines.run({ projectId, pipeline: slug as never }),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.pipeline(projectId, slug) }),
  });
}
