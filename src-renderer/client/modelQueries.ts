import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from './ApiContext.tsx';
import { queryKeys } from './queryKeys.ts';

export function useModels() {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.models, queryFn: () => api.models.list() });
}

/** Get, add, remove and unload: each reads the list again. */
export function useModelActions() {
  const api = useApi();
  const queries = useQueryClient();
  const onSuccess = async (): Promise<void> => {
    await Promise.all([queryKeys.models, ['jobs']].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  return {
    get: useMutation({ mutationFn: (slug: string) => api.models.get({ slug }), onSuccess }),
    add: useMutation({ mutationFn: (path: string) => api.models.add({ path }), onSuccess }),
    remove: useMutation({ mutationFn: (slug: string) => api.models.remove({ slug }), onSuccess }),
    unload: useMutation({ mutationFn: (slug: string) => api.models.unload({ slug }), onSuccess }),
  };
}
