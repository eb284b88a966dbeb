import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { KnowledgeId } from '#contract/ids.ts';
import { useApi, useProjectId } from './ApiContext.tsx';

/** Carrying a knowledge base out of and into this project: paths are absolute, each answers the job that does it. */
export function useMoveActions() {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  const onSuccess = (): Promise<void> => queries.invalidateQueries({ queryKey: ['jobs'] });
  return {
    exportBase: useMutation({ mutationFn: (input: { knowledgeId: KnowledgeId; to: string }) => api.knowledge.exportBase({ projectId, ...input }), onSuccess }),
    importBase: useMutation({ mutationFn: (input: { from: string; name?: string }) => api.knowledge.importBase({ projectId, ...input }), onSuccess }),
  };
}
