import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { KnowledgeId, SnapshotId } from '#contract/ids.ts';
import { useApi, useProjectId } from './ApiContext.tsx';
import { queryKeys } from './queryKeys.ts';

export function useSnapshots(knowledgeId: KnowledgeId) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.snapshots(knowledgeId), queryFn: () => api.knowledge.snapshots({ projectId, knowledgeId }) });
}

/** Building, swapping, comparing and purging snapshots, and the pace of their vectors. */
export function useSnapshotActions(knowledgeId: KnowledgeId) {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  const onSuccess = async (): Promise<void> => {
    await Promise.all([queryKeys.snapshots(knowledgeId), ['knowledge'], ['jobs']].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  const of = (snapshotId: SnapshotId) => ({ projectId, knowledgeId, snapshotId });
  return {
    build: useMutation({ mutationFn: (settings: { maxTokens?: number; embedder?: string }) => api.knowledge.newSnapshot({ projectId, knowledgeId, settings }), onSuccess }),
    swap: useMutation({ mutationFn: (id: SnapshotId) => api.knowledge.swapSnapshot(of(id)), onSuccess }),
    undoSwap: useMutation({ mutationFn: () => api.knowledge.undoSwap({ projectId, knowledgeId }), onSuccess }),
    purge: useMutation({ mutationFn: (id: SnapshotId) => api.knowledge.purgeSnapshot(of(id)), onSuccess }),
    pause: useMutation({ mutationFn: (id: SnapshotId) => api.knowledge.pauseVectors(of(id)), onSuccess }),
    resume: useMutation({ mutationFn: (id: SnapshotId) => api.knowledge.resumeVectors(of(id)), onSuccess }),
    compare: useMutation({ mutationFn: (input: { before: SnapshotId; after: SnapshotId }) => api.knowledge.compareSnapshots({ projectId, knowledgeId, ...input }), onSuccess }),
  };
}
