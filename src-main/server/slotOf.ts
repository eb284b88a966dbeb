import type { Job } from '#contract/jobs.ts';
import type { ProjectId } from '#contract/ids.ts';
import { sha256 } from '../base/canonicalJson.ts';

/**
 * The id that an open project has for windows and commands: of its identity and its real folder. Two clones of one
 * repository share the identity in `lathe.yaml`; were that the id, a window on one would read and write the other.
 */
export function slotOf(identity: string, folder: string): ProjectId {
  const hex = sha256(`${identity}\n${folder}`);
  // RFC 9562, version 8: a UUID whose bits are the maker's own.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}` as ProjectId;
}

/** A job of a project as it is told: its row keeps the identity, which stays when the folder moves. */
export function jobInSlot(job: Job, slot: ProjectId): Job {
  return { ...job, projectId: slot };
}
