import type { ProjectId } from '#contract/ids.ts';

interface Recent {
  readonly id: ProjectId;
  readonly openedAtMs: number;
  readonly exists: boolean;
}

/** The linked project when it is known, else the one opened last whose folder is there; null when there is none. */
export function chooseProject(recent: readonly Recent[], linked: ProjectId | null): ProjectId | null {
  if (linked !== null && recent.some(({ id }) => id === linked)) return linked;
  const existing = recent.filter(({ exists }) => exists).toSorted((a, b) => b.openedAtMs - a.openedAtMs);
  return existing[0]?.id ?? null;
}
