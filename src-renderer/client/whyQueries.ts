import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AnswerId, DocumentId, KnowledgeId } from '#contract/ids.ts';
import type { AutopsyFix } from '#contract/why.ts';
import { useApi, useProjectId } from './ApiContext.tsx';
import { queryKeys } from './queryKeys.ts';

/** How an answer came about. It never changes once the answer has ended. */
export function useWhy(answerId: AnswerId) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.why(answerId), queryFn: () => api.knowledge.why({ projectId, answerId }), retry: false });
}

export function useReplay() {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  return useMutation({ mutationFn: (answerId: AnswerId) => api.knowledge.replay({ projectId, answerId }), onSuccess: () => queries.invalidateQueries({ queryKey: ['jobs'] }) });
}

/** Answers, saved questions and snapshots that rest on a document. */
export function useDocumentUse(documentId: DocumentId) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.documentUse(documentId), queryFn: () => api.knowledge.documentUse({ projectId, documentId }), retry: false });
}

/** The same, once, before a document is removed. */
export function useReadDocumentUse() {
  const api = useApi();
  const projectId = useProjectId();
  return (documentId: DocumentId) => api.knowledge.documentUse({ projectId, documentId });
}

export interface MissingPassage {
  readonly knowledgeId: KnowledgeId;
  readonly question: string;
  readonly answerId?: AnswerId;
  readonly file: string;
  readonly quote: string;
}

/** Where a passage that should have been found was lost; null while nothing is asked. */
export function useAutopsy(missing: MissingPassage | null) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({
    queryKey: ['autopsy', missing],
    queryFn: () => {
      if (missing === null) throw new Error('Expected a passage');
      return api.knowledge.autopsy({ projectId, ...missing });
    },
    enabled: missing !== null,
    retry: false,
  });
}

export function useTryFix() {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (missing: MissingPassage & { fix: AutopsyFix }) => api.knowledge.tryFix({ projectId, ...missing }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  });
}
