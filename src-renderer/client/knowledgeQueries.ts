import { keepPreviousData, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DocumentFilter } from '#contract/filters.ts';
import type { ConversationId, Digest, DocumentId, KnowledgeId } from '#contract/ids.ts';
import type { DocumentState, KnowledgeDocument } from '#contract/knowledge.ts';
import type { KnowledgeSource } from '#contract/sources.ts';
import { useSyncExternalStore } from 'react';
import { readSource } from './createApi.ts';
import { useApi, useConnection, useProjectId } from './ApiContext.tsx';
import { queryKeys } from './queryKeys.ts';

export interface DocumentQuery {
  readonly state: DocumentState | null;
  readonly filter: string;
  readonly narrow: DocumentFilter | null;
  readonly sort: 'file' | 'state' | 'chunks' | 'pages' | 'bytes' | 'indexedAtMs';
  readonly descending: boolean;
}

/** Rows per page of the documents table. */
export const DOCUMENTS_PAGE = 200;

export function useKnowledgeBases() {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.knowledge(projectId), queryFn: () => api.knowledge.list({ projectId }) });
}

/** Only the pages that are in view are read; a row is undefined until its page is here. */
export function useDocuments(knowledgeId: KnowledgeId, filter: DocumentQuery, pages: readonly number[]) {
  const api = useApi();
  const projectId = useProjectId();
  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: [...queryKeys.documents(knowledgeId), filter, page],
      queryFn: () => {
        const { state, narrow, ...rest } = filter;
        const input = { projectId, knowledgeId, ...rest, ...(narrow === null ? {} : { narrow }), offset: page * DOCUMENTS_PAGE, limit: DOCUMENTS_PAGE };
        return api.knowledge.documents(state === null ? input : { ...input, state });
      },
      placeholderData: keepPreviousData,
    })),
  });
  const rows = new Map<number, KnowledgeDocument>();
  results.forEach((result, at) => {
    const page = pages[at] ?? 0;
    result.data?.documents.forEach((document, index) => rows.set(page * DOCUMENTS_PAGE + index, document));
  });
  const first = results[0];
  return { total: first?.data?.total ?? null, rows, error: results.find((result) => result.error !== null)?.error ?? null };
}

/** The newest row of a document among the pages that were read; `first` until one is. Keeps what the inspector shows fresh. */
export function useListedDocument(first: KnowledgeDocument): KnowledgeDocument {
  const queries = useQueryClient();
  const find = (): KnowledgeDocument => {
    for (const [, page] of queries.getQueriesData<{ documents?: KnowledgeDocument[] }>({ queryKey: ['documents'] })) {
      const found = page?.documents?.find(({ id }) => id === first.id);
      if (found !== undefined) return found;
    }
    return first;
  };
  return useSyncExternalStore((changed) => queries.getQueryCache().subscribe(changed), find);
}

export function useDocumentView(documentId: DocumentId, parsedDigest: Digest | undefined) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({
    queryKey: [...queryKeys.document(documentId), parsedDigest ?? null],
    queryFn: () => api.knowledge.document(parsedDigest === undefined ? { projectId, documentId } : { projectId, documentId, parsedDigest }),
  });
}

/** The original's bytes, for drawing a PDF. */
export function useSourceBytes(documentId: DocumentId, enabled: boolean) {
  const { options } = useConnection();
  const projectId = useProjectId();
  return useQuery({
    queryKey: ['source', documentId],
    queryFn: () => readSource(options, { projectId, documentId }),
    enabled,
    retry: false,
    gcTime: 60_000,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Everything that changes a knowledge base. */
export function useKnowledgeActions() {
  const api = useApi();
  const projectId = useProjectId();
  const queries = useQueryClient();
  const onSuccess = async (): Promise<void> => {
    await Promise.all(['knowledge', 'documents', 'home', 'jobs', 'undo'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
  };
  return {
    create: useMutation({ mutationFn: (name: string) => api.knowledge.create({ projectId, name }), onSuccess }),
    remove: useMutation({ mutationFn: (knowledgeId: KnowledgeId) => api.knowledge.remove({ projectId, knowledgeId }), onSuccess }),
    ingest: useMutation({
      mutationFn: (input: { knowledgeId: KnowledgeId; paths: string[] }) => api.knowledge.ingest({ projectId, ...input }),
      onSuccess,
    }),
    addSource: useMutation({ mutationFn: (input: { knowledgeId: KnowledgeId; source: KnowledgeSource }) => api.knowledge.addSource({ projectId, ...input }), onSuccess }),
    removeSource: useMutation({ mutationFn: (input: { knowledgeId: KnowledgeId; source: string }) => api.knowledge.removeSource({ projectId, ...input }), onSuccess }),
    removeDocuments: useMutation({
      mutationFn: (input: { knowledgeId: KnowledgeId; documentIds: DocumentId[] }) => api.knowledge.removeDocuments({ projectId, ...input }),
      onSuccess,
    }),
  };
}

export function useConversations() {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.conversations(projectId), queryFn: () => api.knowledge.conversations({ projectId }) });
}

export function useConversation(conversationId: ConversationId | null) {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({
    queryKey: queryKeys.conversation(conversationId ?? ''),
    queryFn: () => {
      if (conversationId === null) throw new Error('Expected a conversation');
      return api.knowledge.conversation({ projectId, conversationId });
    },
    enabled: conversationId !== null,
  });
}
