import { useQuery } from '@tanstack/react-query';
import type { KnowledgeId } from '#contract/ids.ts';
import { useApi, useProjectId } from './ApiContext.tsx';
import { queryKeys } from './queryKeys.ts';

/** What a file would become; nothing is kept of it. */
export function usePreview(knowledgeId: KnowledgeId, path: string, member: string | undefined) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({
    queryKey: [...queryKeys.preview(path), member ?? null],
    queryFn: () => api.knowledge.preview(member === undefined ? { projectId, knowledgeId, path } : { projectId, knowledgeId, path, member }),
    retry: false,
    gcTime: 60_000,
  });
}

/** Reading the vectors and finding their axes takes seconds on a large base: kept until the base changes. */
export function useEmbeddingMap(knowledgeId: KnowledgeId, most: number) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: [...queryKeys.map(knowledgeId), most], queryFn: () => api.knowledge.map({ projectId, knowledgeId, most }), retry: false, staleTime: Number.POSITIVE_INFINITY });
}
