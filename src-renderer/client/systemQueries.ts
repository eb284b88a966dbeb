import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Job } from '#contract/jobs.ts';
import type { UserSettings } from '#contract/system.ts';
import { useApi, useProjectId } from './ApiContext.tsx';
import { queryKeys } from './queryKeys.ts';
import { rereadQueries } from './rereadQueries.ts';

/** Memory moves without an event, so the status bar asks again now and then. */
const STATUS_MS = 5000;

export function useStatus() {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.status, queryFn: () => api.system.status(), refetchInterval: STATUS_MS });
}

export function useDoctor() {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.doctor, queryFn: () => api.system.doctor() });
}

export function useLedger() {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.ledger, queryFn: () => api.system.ledger({ limit: 1000 }) });
}

export function useLog() {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.log, queryFn: () => api.system.log({ limit: 2000 }) });
}

export function useSettings() {
  const api = useApi();
  return useQuery({ queryKey: queryKeys.settings, queryFn: () => api.system.settings() });
}

export function useSaveSettings() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changes: Partial<UserSettings>) => api.system.saveSettings(changes),
    onSuccess: (settings) => queries.setQueryData<UserSettings>(queryKeys.settings, settings),
  });
}

/** A folder of the machine; the browser's stand-in of a native file dialog. */
export function useFolder(folder: string | undefined, enabled: boolean) {
  const api = useApi();
  return useQuery({
    queryKey: ['browse', folder ?? null],
    queryFn: () => api.system.browse(folder === undefined ? {} : { folder }),
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
}

export function useJobs() {
  const api = useApi();
  const projectId = useProjectId();
  return useQuery({ queryKey: queryKeys.jobs(projectId), queryFn: () => api.jobs.list({ projectId, limit: 200 }) });
}

/** The job by its id, from the list that events keep fresh; null while it is unknown. */
export function useJob(id: string | null): Job | null {
  const jobs = useJobs();
  return jobs.data?.find((job) => job.id === id) ?? null;
}

/** The job's end may be told by an event before the reply, which says "cancelling", arrives: so the reply is not put into the list. */
export function useCancelJob() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({ mutationFn: (id: Job['id']) => api.jobs.cancel({ id }), onSuccess: () => rereadQueries(queries, ['jobs']) });
}
