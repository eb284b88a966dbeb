import type { Job } from '#contract/jobs.ts';
import type { KnowledgeBase } from '#contract/knowledge.ts';
import type { FileTrouble } from '#contract/projects.ts';
import type { Status } from '#contract/system.ts';
import { standingProblems } from '../client/ingestProblems.ts';
import { formatThings } from '../lib/formatCount.ts';
import type { Route } from '../lib/route.ts';

export interface ProblemRow {
  readonly key: string;
  readonly meaning: 'bad' | 'warning';
  readonly text: string;
  readonly hint: string;
  readonly route: Route | null;
}

export interface ProblemInput {
  readonly jobs: readonly Job[];
  readonly bases: readonly KnowledgeBase[];
  readonly status: Status | undefined;
  readonly trusted: boolean;
  readonly troubles: readonly FileTrouble[];
}

/** What needs the user's eye, worst first. */
export function prepareProblems({ jobs, bases, status, trusted, troubles }: ProblemInput): ProblemRow[] {
  const failedJobs = jobs
    .filter(({ state }) => state === 'failed')
    .slice(0, 20)
    .map((job): ProblemRow => ({ key: job.id, meaning: 'bad', text: `${job.title}: ${job.error?.message ?? 'failed'}`, hint: job.error?.hint ?? '', route: null }));
  const unseen = standingProblems(jobs).flatMap(({ job, problems }) => problems.slice(0, 20).map(({ path, reason }): ProblemRow => ({ key: `${job.id}-${path}`, meaning: 'bad', text: `${job.title}: ${path}`, hint: reason, route: null })));
  const failedDocuments = bases
    .filter(({ documents }) => documents.failed > 0)
    .map((base): ProblemRow => ({
      key: `failed-${base.id}`,
      meaning: 'bad',
      text: `${formatThings(base.documents.failed, 'document')} of ${base.name} could not be read`,
      hint: 'Open the list to see the reason of each.',
      route: { place: 'knowledge', knowledgeId: base.id, state: 'failed' },
    }));
  const circuits = (status?.runtimes ?? [])
    .filter(({ state }) => state === 'circuit-open')
    .map(({ id, restarts }): ProblemRow => ({ key: `runtime-${id}`, meaning: 'bad', text: `The ${id} process stopped ${formatThings(restarts, 'time')} in a row and is not started again`, hint: 'Settings shows what each part says.', route: { place: 'settings' } }));
  const recovered = (status?.recovered ?? []).map((text, index): ProblemRow => ({ key: `recovered-${index}`, meaning: 'warning', text, hint: 'Mended at the last start.', route: null }));
  const trust: ProblemRow[] = trusted ? [] : [{ key: 'trust', meaning: 'warning', text: 'This project was made elsewhere: nothing in it runs until you trust it', hint: 'Home shows how.', route: { place: 'home' } }];
  const files = troubles.map(({ file, message }): ProblemRow => ({ key: `file-${file}`, meaning: 'bad', text: message, hint: 'Open the file to mend it.', route: { place: 'file', path: file } }));
  return [...circuits, ...files, ...failedJobs, ...unseen, ...failedDocuments, ...trust, ...recovered];
}
