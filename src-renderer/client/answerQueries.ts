import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { DocumentFilter } from '#contract/filters.ts';
import type { AnswerId, ConversationId, KnowledgeId } from '#contract/ids.ts';
import type { Answer } from '#contract/knowledge.ts';
import { useApi, useConnection, useProjectId } from './ApiContext.tsx';
import { addAnswer, patchAnswer } from './applyEvents.ts';
import { queryKeys } from './queryKeys.ts';
import { rereadQueries } from './rereadQueries.ts';

/** Text written so far of an answer that is running; null when none has arrived. */
export function useAnswerText(answerId: string): string | null {
  const { store } = useConnection().answerTexts;
  return useSyncExternalStore(store.subscribe, () => store.getState()[answerId] ?? null);
}

export function useAsk() {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: { knowledgeId: KnowledgeId; question: string; conversationId?: ConversationId; filter?: DocumentFilter }) => api.knowledge.ask({ projectId, ...input }),
    // Nothing is waited for here: who asked learns the job, and can stop it, as soon as the reply is there.
    onSuccess: ({ answer }) => {
      addAnswer(queries, answer);
      rereadQueries(queries, ['conversations']);
      rereadQueries(queries, ['jobs']);
    },
  });
}

export function useFeedback() {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: { answerId: AnswerId; feedback: Answer['feedback'] }) => api.knowledge.feedback({ projectId, ...input }),
    onSuccess: (answer) => patchAnswer(queries, answer),
  });
}

export function useRemoveConversation() {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (conversationId: ConversationId) => api.knowledge.removeConversation({ projectId, conversationId }),
    onSuccess: async (_result, conversationId) => {
      queries.removeQueries({ queryKey: queryKeys.conversation(conversationId) });
      await queries.invalidateQueries({ queryKey: ['conversations'] });
      await queries.invalidateQueries({ queryKey: ['undo'] });
    },
  });
}
