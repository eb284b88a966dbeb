import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AnswerId, KnowledgeId, SnapshotId } from '#contract/ids.ts';
import type { StoredQuestion } from '#contract/questions.ts';
import { useApi, useProjectId } from './ApiContext.tsx';
import { queryKeys } from './queryKeys.ts';

export function useQuestions(knowledgeId: KnowledgeId) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.questions(knowledgeId), queryFn: () => api.knowledge.questions({ projectId, knowledgeId }) });
}

/** Newest first. */
export function useEvaluations(knowledgeId: KnowledgeId) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.evaluations(knowledgeId), queryFn: () => api.knowledge.evaluations({ projectId, knowledgeId, limit: 100 }) });
}

/** Everything that changes saved questions, and the run over all of them. */
export function useQuestionActions(knowledgeId: KnowledgeId) {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  const onSuccess = async (): Promise<void> => {
    await Promise.all([queryKeys.questions(knowledgeId), ['undo'], ['documentUse'], ['jobs']].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  return {
    save: useMutation({ mutationFn: (question: Omit<StoredQuestion, 'id'> & { id?: string }) => api.knowledge.saveQuestion({ projectId, knowledgeId, question }), onSuccess }),
    saveOfAnswer: useMutation({ mutationFn: (answerId: AnswerId) => api.knowledge.saveQuestionOfAnswer({ projectId, knowledgeId, answerId }), onSuccess }),
    remove: useMutation({ mutationFn: (ids: string[]) => api.knowledge.removeQuestions({ projectId, knowledgeId, ids }), onSuccess }),
    evaluate: useMutation({ mutationFn: (snapshotId?: SnapshotId) => api.knowledge.evaluate(snapshotId === undefined ? { projectId, knowledgeId } : { projectId, knowledgeId, snapshotId }), onSuccess }),
  };
}
